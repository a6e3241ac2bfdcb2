"""What an address leads to, in every form that people write it in."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest
from mkdocs_agent_catalog.addresses.urls import make_page_path
from mkdocs_agent_catalog.build import Options, build
from mkdocs_agent_catalog.cli.wiki_links.resolver import AddressResolver, Resolution
from mkdocs_agent_catalog.model.address_lock import AddressLock, LockEntry, dump_lock
from sites import REPOSITORY, agent, write

SITE = "https://example.org/team/"
LOCK = AddressLock(
    (
        # `lead` had two other addresses; one of them in the other form.
        LockEntry("agent", "chief", "one/lead", "lead", addresses=("agents/chief/", "agents/boss.html")),
        LockEntry("agent", "one/old", "one/old", "old", "Does helper.", addresses=("agents/one/old/",)),
        LockEntry(
            *("agent", "first", "first", "first"),
            addresses=("agents/first/",),
            gone="2026-01-02",
            replaced_by="mid",
        ),
        LockEntry(
            "agent", "mid", "mid", "mid", addresses=("agents/mid/",), gone="2026-02-03", replaced_by="chief"
        ),
        LockEntry("agent", "ring", "ring", "ring", addresses=("agents/ring/",), gone="", replaced_by="gnir"),
        LockEntry("agent", "gnir", "gnir", "gnir", addresses=("agents/gnir/",), gone="", replaced_by="ring"),
        LockEntry("tool", "mcp__docs__find", "mcp__docs__find", "mcp__docs__find", gone="2026-03-04"),
    )
)

Make = Callable[..., AddressResolver]


@pytest.fixture(scope="module")
def make(tmp_path_factory: pytest.TempPathFactory) -> Make:
    repo = tmp_path_factory.mktemp("repo")
    write(repo, {**REPOSITORY, "catalog.links.json": dump_lock(LOCK)})
    directories: dict[tuple[str, bool], AddressResolver] = {}

    def directory(path: str = "", directory_urls: bool = True) -> AddressResolver:
        if (path, directory_urls) not in directories:
            options = Options(path=path, use_directory_urls=directory_urls, site_url=SITE)
            site = build(repo, options, whole=False)
            written = {"agents/notes/", "tools/own.html", "catalog/hand/"}
            directories[path, directory_urls] = AddressResolver(site.shared, site.outputs, written)
        return directories[path, directory_urls]

    return directory


def answer(directory: AddressResolver, address: str) -> Resolution:
    """What an address leads to; one below the site's root may be given without the site's own."""
    answer = directory.resolve(address) or directory.resolve(f"{SITE}{address}")
    assert answer is not None, address
    return answer


@pytest.mark.parametrize(
    "address",
    [
        "agents/one/lead/",
        "agents/one/lead",
        "agents/one/lead/index.html",
        "https://example.org/team/agents/one/lead/",
        "http://EXAMPLE.ORG/team/agents/one/lead",
        "https://example.org:443/team/agents/one/lead/",
        "//example.org/team/agents/one/lead/",
        "https://name@example.org/team/x/../agents//one/./lead/",
        "https://example.org/te%61m/agents/one/%6Cead/",
        " https://example.org/team/agents/one/lead/ ",
    ],
)
def test_right(make: Make, address: str) -> None:
    expected = Resolution("right", "agent", "lead", "agents/one/lead/")
    assert answer(make(), address) == expected


@pytest.mark.parametrize(
    "address", ["agents/chief/", "agents/chief", "agents/chief/index.html", "agents/boss.html"]
)
def test_moved(make: Make, address: str) -> None:
    assert answer(make(), address) == Resolution("moved", "agent", "lead", "agents/one/lead/")


def test_what_was_asked_for_and_the_place_are_taken_along(make: Make) -> None:
    for start in ("agents/one/lead/", "agents/chief/"):
        resolved = answer(make(), f"{start}?a=b&c=%2F#tools")
        assert (resolved.address, resolved.lost_place) == ("agents/one/lead/?a=b&c=%2F#tools", "")
        assert answer(make(), f"{start}#tools:~:text=Read").lost_place == ""
        assert answer(make(), f"{start}#:~:text=Read").address == "agents/one/lead/"
        assert answer(make(), f"{start}#n%C3%A3o").lost_place == "não"
    # A page that somebody wrote in our place has places that we do not know.
    assert make().resolve(f"{SITE}agents/notes/#anything") is None


def test_gone(make: Make) -> None:
    first = answer(make(), "agents/first/#tools")
    assert (first.state, first.kind, first.name, first.since) == ("gone", "agent", "first", "2026-01-02")
    # Its successor is gone too: what counts is the one that is there.
    assert (first.successor, first.successor_name) == ("agents/one/lead/", "lead")
    assert first.address == "agents/first/"
    old = answer(make(), "agents/one/old")
    assert (old.state, old.successor_name) == ("gone", "")
    # Two that name each other lead nowhere, and not for ever.
    assert answer(make(), "agents/ring/").successor == ""


def test_tools_of_servers_are_places_on_their_page(make: Make) -> None:
    resolved = answer(make(), "servers/docs/#tool-query")
    assert (resolved.state, resolved.kind, resolved.name) == ("right", "tool", "mcp__docs__query")
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
        "agents/one/lead/card.png",
        "agents/one/lead/%252F",
        "matrix.html",
    ],
)
def test_unknown(make: Make, address: str) -> None:
    assert answer(make(), address) == Resolution("unknown")


@pytest.mark.parametrize(
    "address",
    [
        *(f"{SITE}{path}" for path in ("guide/", "agents/notes/", "tools/own.html", "assets/logo.svg")),
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
            "agents/one/lead/",
            "https://[/team/agents/",
            "https://example.org:x/team/",
            "javascript:agents/",
        ),
    ],
)
def test_not_ours(make: Make, address: str) -> None:
    assert make().resolve(address) is None


def test_a_catalog_in_a_folder_of_its_site(make: Make) -> None:
    there = make("catalog")
    assert (
        answer(there, "https://example.org/team/catalog/agents/one/lead").address
        == "catalog/agents/one/lead/"
    )
    # The addresses of the lock are from before it was moved there.
    assert answer(there, "agents/chief/").address == "catalog/agents/one/lead/"
    assert answer(there, "catalog/anything/").state == "unknown"
    for path in ("catalog/hand/", "catalogue/agents/one/lead/", "agents/one/lead/"):
        assert there.resolve(f"{SITE}{path}") is None


def test_addresses_without_folders(make: Make) -> None:
    there = make(directory_urls=False)
    assert answer(there, "agents/one/lead.html").state == "right"
    # No web server gives this page: it is not said to be there.
    assert answer(there, "agents/one/lead/").state == "unknown"
    assert answer(there, "agents/").address == "agents/index.html"
    assert answer(there, "agents/boss.html").state == "moved"


def test_files_are_there_where_they_are_published(make: Make) -> None:
    for file in ("agents/one/lead/agent.md", "agents/boss/agent.md", "catalog.json", "assets/stub.css"):
        resolved = answer(make(), file)
        assert (resolved.state, resolved.kind, resolved.address) == ("right", "file", file)
    assert answer(make(), "agents/first/agent.md").state == "unknown"


def test_every_address_that_a_build_publishes_is_known(tmp_path: Path) -> None:
    write(tmp_path, {**REPOSITORY, "catalog.links.json": dump_lock(LOCK)})
    for form in (True, False):
        options = Options(embeds=True, path="c", use_directory_urls=form, site_url=SITE)
        site = build(tmp_path, options)
        there = AddressResolver(site.shared, site.outputs)
        for output in site.outputs:
            address = make_page_path(output.uri, form) if output.is_page else output.uri
            assert answer(there, quote(address)).state != "unknown", output.uri
            for anchor in sorted(output.anchors)[:3]:
                assert answer(there, f"{quote(address)}#{anchor}").lost_place == ""


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
    ]
    for _ in range(3000):
        for start in ("", SITE, "//example.org/team/"):
            resolved = make().resolve(start + "".join(dice.choices(parts, k=dice.randrange(1, 7))))
            assert resolved is None or not resolved.address.startswith(("/", "."))


def test_a_repository_without_a_lock_knows_what_there_is(tmp_path: Path) -> None:
    write(tmp_path, {"agents/a.md": agent("a")})
    site = build(tmp_path, Options(site_url=SITE))
    there = AddressResolver(site.shared, site.outputs)
    assert answer(there, "agents/a/").state == "right"
    assert answer(there, "agents/b/").state == "unknown"
