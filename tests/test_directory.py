"""What an address leads to, in every form that people write it in."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote

import pytest
from conftest import REPOSITORY, agent, write
from mkdocs_agent_catalog.addresses.urls import url
from mkdocs_agent_catalog.build import Options, build, find, planned
from mkdocs_agent_catalog.cli.wiki_links import resolver as directories
from mkdocs_agent_catalog.cli.wiki_links.resolver import Answer, Directory
from mkdocs_agent_catalog.model.address_lock import Lock, Locked, dumps
from mkdocs_agent_catalog.pages.registry import share
from mkdocs_agent_catalog.pages.render import render

SITE = "https://example.org/team/"
LOCK = Lock(
    (
        # `lead` had two other addresses; one of them in the other form.
        Locked("agent", "chief", "one/lead", "lead", addresses=("agents/chief/", "agents/boss.html")),
        Locked("agent", "one/old", "one/old", "old", "Does helper.", addresses=("agents/one/old/",)),
        Locked(
            *("agent", "first", "first", "first"),
            addresses=("agents/first/",),
            gone="2026-01-02",
            replaced_by="mid",
        ),
        Locked(
            "agent", "mid", "mid", "mid", addresses=("agents/mid/",), gone="2026-02-03", replaced_by="chief"
        ),
        Locked("agent", "ring", "ring", "ring", addresses=("agents/ring/",), gone="", replaced_by="gnir"),
        Locked("agent", "gnir", "gnir", "gnir", addresses=("agents/gnir/",), gone="", replaced_by="ring"),
        Locked("tool", "mcp__docs__find", "mcp__docs__find", "mcp__docs__find", gone="2026-03-04"),
    )
)

Make = Callable[..., Directory]


@pytest.fixture(scope="module")
def make(tmp_path_factory: pytest.TempPathFactory) -> Make:
    repo = tmp_path_factory.mktemp("repo")
    write(repo, {**REPOSITORY, "catalog.links.json": dumps(LOCK)})
    made: dict[tuple[str, bool, str], Directory] = {}

    def directory(path: str = "", directory_urls: bool = True, site_url: str = SITE) -> Directory:
        key = (path, directory_urls, site_url)
        if key not in made:
            options = Options(embeds=True, path=path, use_directory_urls=directory_urls, site_url=site_url)
            found = find(repo, options)
            shared = share(found.catalog, found.diagnostics, {}, found.grants, where=options.where)
            made[key] = Directory(
                shared, planned(shared), {"agents/notes/", "tools/own.html", "catalog/hand/"}
            )
        return made[key]

    return directory


def answer(directory: Directory, address: str) -> Answer:
    found = directory.answer(address)
    assert found is not None, address
    return found


@pytest.mark.parametrize(
    "address",
    [
        "agents/one/lead/",
        "agents/one/lead",
        "agents/one/lead/index.html",
        "/team/agents/one/lead/",
        "https://example.org/team/agents/one/lead/",
        "http://EXAMPLE.ORG/team/agents/one/lead",
        "https://example.org:443/team/agents/one/lead/",
        "//example.org/team/agents/one/lead/",
        "https://name@example.org/team/x/../agents//one/./lead/",
        "https://example.org/te%61m/agents/one/%6Cead/",
        " https://example.org/team/go/chief/ ",
        "go/chief",
        "go/chief/index.html",
    ],
)
def test_right(make: Make, address: str) -> None:
    expected = Answer("right", "agent", "lead", "agents/one/lead/", "go/chief/")
    assert answer(make(), address) == expected


@pytest.mark.parametrize(
    "address", ["agents/chief/", "agents/chief", "agents/chief/index.html", "agents/boss.html"]
)
def test_moved(make: Make, address: str) -> None:
    assert answer(make(), address) == Answer("moved", "agent", "lead", "agents/one/lead/", "go/chief/")


def test_what_was_asked_for_and_the_place_are_taken_along(make: Make) -> None:
    for start in ("agents/one/lead/", "agents/chief/", "go/chief/"):
        found = answer(make(), f"{start}?a=b&c=%2F#tools")
        assert (found.address, found.lost_place) == ("agents/one/lead/?a=b&c=%2F#tools", "")
        assert answer(make(), f"{start}#tools:~:text=Read").lost_place == ""
        assert answer(make(), f"{start}#:~:text=Read").address == "agents/one/lead/"
        assert answer(make(), f"{start}#n%C3%A3o").lost_place == "não"
    # A page that somebody wrote in our place has places that we do not know.
    assert make().answer("agents/notes/#anything") is None


def test_gone(make: Make) -> None:
    first = answer(make(), "agents/first/#tools")
    assert (first.state, first.kind, first.name, first.since) == ("gone", "agent", "first", "2026-01-02")
    # Its successor is gone too: what counts is the one that is there.
    assert (first.successor, first.successor_name) == ("agents/one/lead/", "lead")
    assert (first.address, first.permanent) == ("agents/first/", "go/first/")
    assert answer(make(), "go/first/") == first
    old = answer(make(), "agents/one/old")
    assert (old.state, old.successor_name) == ("gone", "")
    # Two that name each other lead nowhere, and not for ever.
    assert answer(make(), "go/ring/").successor == ""


def test_tools_of_servers_are_places_on_their_page(make: Make) -> None:
    found = answer(make(), "servers/docs/#tool-query")
    assert (found.state, found.kind, found.name) == ("right", "tool", "mcp__docs__query")
    assert answer(make(), found.permanent) == found
    gone = answer(make(), "servers/docs/#tool-find")
    assert (gone.state, gone.name, gone.since) == ("gone", "mcp__docs__find", "2026-03-04")
    assert answer(make(), "servers/docs/").kind == "server"
    assert answer(make(), "servers/docs/#tool-nope").lost_place == "tool-nope"


@pytest.mark.parametrize(
    "address",
    [
        "agents/one/lead.html",
        "agents/one/lead.md",
        "Agents/One/LEAD/",
        "agents/one/laed/",
        "go/cheif/",
        "agents/one/lead/%252F",
        "matrix.html",
    ],
)
def test_unknown(make: Make, address: str) -> None:
    assert answer(make(), address) == Answer("unknown")


@pytest.mark.parametrize(
    "address",
    [
        *("", "/", "/agents/one/lead/", "guide/", "agents/notes/", "tools/own.html"),
        *(
            "https://example.org/",
            "https://example.org/agents/one/lead/",
            "https://example.org/teams/agents/",
        ),
        *("https://example.org.evil.test/team/agents/", "https://example.org@evil.test/team/agents/"),
        *(
            "https://example.org:8080/team/agents/",
            "ftp://example.org/team/agents/",
            "mailto:agents@example.org",
        ),
        *(
            "https:agents/one/lead/",
            "https://[/team/agents/",
            "https://example.org:x/team/",
            "javascript:agents/",
        ),
    ],
)
def test_not_ours(make: Make, address: str) -> None:
    assert make().answer(address) is None


def test_a_catalog_in_a_folder_of_its_site(make: Make) -> None:
    there = make("catalog")
    assert (
        answer(there, "https://example.org/team/catalog/agents/one/lead").address
        == "catalog/agents/one/lead/"
    )
    assert answer(there, "catalog/go/chief/").permanent == "catalog/go/chief/"
    # The addresses of the lock are from before it was moved there.
    assert answer(there, "agents/chief/").address == "catalog/agents/one/lead/"
    assert answer(there, "catalog/anything/").state == "unknown"
    assert there.answer("catalog/hand/") is None
    assert there.answer("catalogue/agents/one/lead/") is None
    assert there.answer("agents/one/lead/") is None


def test_addresses_without_folders(make: Make) -> None:
    there = make(directory_urls=False)
    assert answer(there, "agents/one/lead.html").state == "right"
    # No web server gives this page: it is not said to be there.
    assert answer(there, "agents/one/lead/").state == "unknown"
    assert answer(there, "agents/").address == "agents/index.html"
    assert answer(there, "agents/boss.html").state == "moved"
    assert answer(there, "go/chief").state == "right"


def test_files_beside_a_page_are_there_as_long_as_it_is(make: Make) -> None:
    assert answer(make(), "agents/one/lead/card.png").address == "agents/one/lead/card.png"
    assert answer(make(), "agents/chief/card.png").state == "unknown"
    for start, state in (("agents/one/lead", "right"), ("go/chief", "right"), ("agents/boss", "moved")):
        for name in ("agent.md", "agent.json"):
            found = answer(make(), f"{start}/{name}")
            assert (found.state, found.address) == (state, f"agents/one/lead/{name}")
    assert answer(make(), "agents/first/card.png").state == "gone"
    assert answer(make("catalog"), "catalog/catalog.json").state == "right"
    assert answer(make(), "agents/nope/card.png").state == "unknown"


def test_without_the_site_s_own_address_only_what_is_below_it_is_known(make: Make) -> None:
    there = make(site_url="")
    assert answer(there, "agents/one/lead/").state == answer(there, "/agents/one/lead/").state == "right"
    assert there.answer("https://example.org/team/agents/one/lead/") is None
    assert there.answer("//agents/one/lead/") is None


def test_every_address_that_a_build_publishes_is_known(tmp_path: Path) -> None:
    write(tmp_path, {**REPOSITORY, "catalog.links.json": dumps(LOCK)})
    for form in (True, False):
        options = Options(embeds=True, path="c", use_directory_urls=form, site_url=SITE)
        site = build(tmp_path, options)
        there = Directory(site.shared, planned(site.shared))
        for one in site.outputs:
            found = answer(there, url(one.uri, form) if one.is_page else one.uri)
            assert found.state != "unknown", (one.uri, found)
            for anchor in sorted(one.anchors)[:3]:
                assert answer(there, f"{url(one.uri, form)}#{anchor}").lost_place == ""
        pages = {url(one.uri, form) for one in site.outputs if one.is_page}
        for one in there.by_permanent.values():
            found = answer(there, f"c/go/{one.permanent}/")
            assert unquote(found.address).partition("#")[0] in pages


def test_a_page_is_made_only_to_know_its_places_and_only_once(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []

    def counted(page: object, *more: object) -> object:
        made.append(page.uri)  # type: ignore[attr-defined]
        return render(page, *more)  # type: ignore[arg-type]

    monkeypatch.setattr(directories, "render", counted)
    there = make("once")
    for place in ("", "#tools", "#x", "#tools"):
        answer(there, f"once/agents/one/lead/{place}")
    assert made == ["agents/one/lead.md"]


def test_no_address_is_too_strange(make: Make) -> None:
    dice = random.Random(3)
    parts = [
        "agents/",
        "one/lead",
        "/",
        "..",
        "%",
        "%2e%2e/",
        "%00",
        "\0",
        "#",
        "?",
        "://",
        "\\",
        "\ud800",
        "é",
        ":",
        "[",
        "go/",
    ]
    for _ in range(3000):
        for start in ("", SITE, "//example.org/team/"):
            found = make().answer(start + "".join(dice.choices(parts, k=dice.randrange(1, 7))))
            assert found is None or not found.address.startswith(("/", "."))


def test_a_repository_without_a_lock_knows_what_there_is(tmp_path: Path) -> None:
    write(tmp_path, {"agents/a.md": agent("a")})
    found = find(tmp_path, Options())
    shared = share(found.catalog, (), {}, found.grants)
    there = Directory(shared, planned(shared))
    assert answer(there, "agents/a/").state == "right"
    assert answer(there, "go/a/").address == "agents/a/"
    assert answer(there, "agents/b/").state == "unknown"
