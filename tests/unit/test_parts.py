"""Lists that are too long for one page: every part is bounded, complete, and reached by links alone."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from long_lists import LIMITS, files, one
from mkdocs_agent_catalog.addresses import urls
from mkdocs_agent_catalog.build import BuiltCatalog, Options, build
from mkdocs_agent_catalog.pages.pagination import Section, paginate
from mkdocs_agent_catalog.text.i18n import ENGLISH
from sites import write


class Made:
    """A site, and its pages by their addresses below its root."""

    def __init__(self, site: BuiltCatalog) -> None:
        self.site = site
        self.pages = {
            urls.make_page_path(output.uri, True): output.body for output in site.outputs if output.is_page
        }

    def too_full(self) -> dict[str, int]:
        """The pages with too many cards, problems, agents of a tool or cells: how many there are."""
        limits = {
            '<li class="ac-card" data-weight=': LIMITS.cards,
            'class="ac-place"': LIMITS.entries,
            "<tr data-id=": LIMITS.cards,
            "<td": LIMITS.cells,
        }
        return {
            address: page.html.count(sign)
            for address, page in self.pages.items()
            for sign, most in limits.items()
            if page.html.count(sign) > most
        }


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """A site whose pages hold little."""
    repo = tmp_path_factory.mktemp("parts")
    write(repo, files())
    return Made(build(repo, Options(feeds=False, page_limits=LIMITS)))


def links(address: str, html: str) -> Iterator[tuple[str, str]]:
    """The address and the anchor of each link of a page to another page."""
    for href in re.findall(r'<a [^>]*href="([^"]+)"', html):
        link = urlsplit(unescape(href))
        if link.scheme or link.netloc:
            continue
        path = posixpath.normpath(posixpath.join("/" + address, unquote(link.path)))[1:]
        folder = link.path.endswith("/") or not link.path
        yield (address if not link.path else f"{path}/" if folder and path else path), unquote(link.fragment)


def test_no_page_has_too_many_entries(made: Made) -> None:
    pages = made.pages
    assert made.too_full() == {}
    assert sum(page.html.count('<li class="ac-card" data-weight=') for page in pages.values()) == 138
    assert len([address for address in pages if address.startswith("agents/group_/big")]) > 2


def reached(made: Made, *start: str) -> set[str]:
    """The pages that links lead to from ``start``; the pages of agents lead no further."""
    agents = {urls.make_page_path(urls.make_agent_uri(agent.id), True) for agent in made.site.catalog.agents}
    seen, waiting = {*start}, [*start]
    while waiting:
        address = waiting.pop()
        new = {to for to, _ in links(address, made.pages[address].html) if to in made.pages} - seen
        waiting += new - agents
        seen |= new
    return seen


def test_every_agent_and_every_part_is_reached_by_links_alone(made: Made) -> None:
    agents = {urls.make_page_path(urls.make_agent_uri(agent.id), True) for agent in made.site.catalog.agents}
    assert agents <= reached(made, "agents/")
    lists = {
        address for address in made.pages if re.search(r"/(group_?|agents|check|class|part)/", address)
    } - agents
    assert lists <= reached(made, "agents/", "reach/")
    for word in ("agents/group_", "problems/check", "reach/class", "matrix/group", "skills/plans/part"):
        assert any(address.startswith(f"{word}/") for address in lists), word


def test_no_link_is_dead(made: Made) -> None:
    files = {output.uri for output in made.site.outputs if not output.is_page}
    anchors = {address: page.anchors for address, page in made.pages.items()}
    for address, page in made.pages.items():
        for to, anchor in links(address, page.html):
            assert to in anchors or to in files, (address, to)
            assert not anchor or anchor in anchors[to], (address, to, anchor)


def test_each_entry_is_in_exactly_one_part(made: Made) -> None:
    site, pages = made.site, made.pages
    cards = [
        link
        for address, page in pages.items()
        if address.startswith("agents/group_/")
        for link in re.findall(r'<h3><a href="([^"]+)"', page.html)
    ]
    assert len(cards) == len(site.catalog.agents)
    bash = [page for address, page in pages.items() if address.startswith("tools/bash/agents/")]
    users = [link for page in bash for link in re.findall(r'<li><a href="([./]+agents/[^"]+)"', page.html)]
    assert len(users) == len(set(users)) == 138
    problems = [page for address, page in pages.items() if address.startswith("problems/check/")]
    assert sum(page.html.count('class="ac-place"') for page in problems) == len(site.diagnostics)


def test_many_groups_share_pages(tmp_path: Path) -> None:
    write(tmp_path, {f"agents/g-{n}/agent-{n}.md": one(n, tools=f"Read, T{n}, T{n}x") for n in range(80)})
    made = Made(build(tmp_path, Options(feeds=False, page_limits=LIMITS)))
    assert made.too_full() == {}
    pages = {address: page for address, page in made.pages.items() if address.startswith("matrix/group/")}
    assert 1 < len(pages) < 40
    ids = [id for page in pages.values() for id in re.findall(r'<tr data-id="([^"]+)"', page.html)]
    assert sorted(ids) == sorted(f"g-{n}/agent-{n}" for n in range(80))
    assert {urls.make_page_path(urls.make_agent_uri(id), True) for id in ids} <= reached(made, "agents/")
    # Where there are so many groups, the first view of the matrix only leads to them.
    assert "<td" not in made.pages["matrix/"].html
    assert reached(made, "matrix/") >= set(pages)


def test_a_part_says_what_it_is_and_leads_on(made: Made) -> None:
    site, pages = made.site, made.pages
    titles = {urls.make_page_path(output.uri, True): output.title for output in site.outputs}
    assert titles["agents/group_/small-3/"] == "Agents: small-3"
    assert re.fullmatch(r"Agents: big, part 2 of \d+", titles["agents/group_/big-2/"])
    html = pages["agents/group_/big-2/"].html
    above = [to for to, _ in links("agents/group_/big-2/", html.partition("<ac-finder")[0])]
    assert above == ["agents/", "agents/"]
    beside = [to for to, _ in links("agents/group_/big-2/", html.partition('class="ac-beside"')[2])]
    assert beside == ["agents/group_/big/", "agents/group_/big-3/"]
    assert "of 138 entries" in html
    assert "The filter looks only at this part." in html
    # Who links to a group is led to its page, or to where its pages are.
    assert "group-big" in pages["agents/"].anchors
    anchors = dict(links("agents/small-3/agent-93/", pages["agents/small-3/agent-93/"].html))
    assert anchors["agents/group_/small-3/"] == "group-small-3"


def test_parts_are_in_no_search_and_keep_no_address(made: Made) -> None:
    site = made.site
    parts = [output for output in site.outputs if output.is_page and "/group_/" in output.uri]
    assert parts
    assert all(output.search == () and output.subject is None for output in parts)
    assert not [
        entry for entry in site.catalog.ledger.now.entries if any("group_" in a for a in entry.addresses)
    ]


def parts_of(sections: list[Section[int]], most: int, **more: bool) -> list[list[int]]:
    """The entries of each part of a list."""
    pagination = paginate("tools/index.md", "Tools", sections, most, str, "part", ENGLISH, **more)
    return [part.entries for part in pagination.parts]


def test_a_list_has_parts_only_above_the_most_entries() -> None:
    sections = [Section("a", "A", [1, 2]), Section("b", "B", [3])]
    assert parts_of(sections, 3) == []
    assert parts_of(sections, 2) == [[1, 2], [3]]
    assert parts_of(sections, 3, always=True) == [[1, 2, 3]]


def test_small_sections_share_a_part_unless_they_stay_apart() -> None:
    sections = [Section(f"s{n}", f"S {n}", [n]) for n in range(5)]
    assert parts_of(sections, 2) == [[0, 1], [2, 3], [4]]
    assert parts_of(sections, 2, apart=True) == [[0], [1], [2], [3], [4]]


def test_a_long_section_has_parts_of_about_the_same_length() -> None:
    sections = [Section("a", "A", [0]), Section("b", "B", list(range(1, 8))), Section("c", "C", [8])]
    assert parts_of(sections, 3) == [[0], [1, 2, 3], [4, 5, 6], [7], [8]]
    assert parts_of([Section("a", "A", [1, 2, 3, 4], most=2)], 9, always=True) == [[1, 2], [3, 4]]
    pagination = paginate("tools/index.md", "Tools", [Section("s", "", [1, 2, 3])], 2, str, "part", ENGLISH)
    assert [(part.uri, part.title) for part in pagination.parts] == [
        ("tools/part/1.md", "Tools, part 1 of 2"),
        ("tools/part/2.md", "Tools, part 2 of 2"),
    ]


def test_too_many_sections_are_not_named_one_by_one() -> None:
    sections = [Section(f"s{n}", f"S {n:05}", [n]) for n in range(100)]
    pagination = paginate("agents/index.md", "Agents", sections, 10, str, "group", ENGLISH)
    rows = pagination.build_pager(None, lambda uri, anchor="": uri)
    assert rows is not None
    assert rows["rows"][0]["title"] == "S 00000 – S 00009"
    assert len(rows["rows"]) == len(pagination.parts) == 10
    assert pagination.place("s77") == (pagination.parts[7].uri, "s77")
