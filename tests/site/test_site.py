"""Whole sites with real MkDocs: links, data, hostile text, repeatability."""

from __future__ import annotations

import csv
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

import jsonschema
import pytest
from mkdocs.config.defaults import MkDocsConfig
from mkdocs_agent_catalog.mkdocs_adapter.config import highlights_code
from mkdocs_agent_catalog.model.address_lock import AddressLock, LockEntry, dump_lock
from sites import HOSTILE, REPOSITORY, Build, agent


class Page(HTMLParser):
    """The ids and the links of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        if attributes.get("id"):
            self.ids.append(str(attributes["id"]))
        if tag == "a" and attributes.get("href"):
            self.links.append(str(attributes["href"]))


def dead_links(site: Path) -> list[str]:
    pages = {
        p.relative_to(site).as_posix(): Page(p.read_text(encoding="utf-8")) for p in site.rglob("*.html")
    }
    dead = []
    for name, page in pages.items():
        for link in page.links:
            if re.match(r"[a-z]+:", link) or name == "404.html":
                continue
            url, anchor = urldefrag(urljoin(f"/{name}", link))
            target = unquote(urlsplit(url).path).lstrip("/")
            target = target + "index.html" if target.endswith("/") or not target else target
            if not (site / target).is_file():
                dead.append(f"{name}: {link}")
            elif anchor and target in pages and unquote(anchor) not in pages[target].ids:
                dead.append(f"{name}: {link} (anchor)")
    return dead


HOME = {
    "docs/index.md": "# Home\n\n[all](agents/index.md) [lead](agents/one/lead.md#prompt) "
    "[skill](skills/plans.md#skill-step) [tool](servers/docs.md#tool-query) [m](matrix.md)\n"
}


@pytest.mark.parametrize("directory_urls", [True, False])
@pytest.mark.parametrize("path", ["", "catalog"])
def test_every_link_and_anchor_leads_somewhere(site: Build, directory_urls: bool, path: str) -> None:
    files = REPOSITORY | ({} if path else HOME)
    quiet = {"frontmatter_unreadable": "info"}
    built = site(files, use_directory_urls=directory_urls, options={"path": path, "validation": quiet})
    assert dead_links(built) == []
    end = "/index.html" if directory_urls else ".html"
    folder = built / path / "agents"
    for id in ("one/lead", "index-agent", "レビュー", "c-sharp", "c-plus-plus", "tools/x", "broken"):
        assert (folder / f"{id}{end}").is_file(), id


def test_a_wrong_anchor_into_the_catalog_stops_a_strict_build(site: Build) -> None:
    home = {"docs/index.md": "# Home\n\n[lead](agents/one/lead.md#nowhere)\n"}
    options = {"validation": {"frontmatter_unreadable": "info"}}
    with pytest.raises(AssertionError, match="nowhere"):
        site(REPOSITORY | home, options=options, validation={"links": {"anchors": "warn"}})


def test_data_follow_the_schema_and_tell_no_secret(shared_site: Build) -> None:
    built = shared_site(REPOSITORY, strict=False)
    data = json.loads((built / "catalog.json").read_text(encoding="utf-8"))
    jsonschema.validate(data, json.loads((built / "catalog.schema.json").read_text(encoding="utf-8")))
    assert {a["name"] for a in data["agents"]} >= {"lead", "helper", "index", "C#", "C++", "レビュー"}
    assert all(
        (built / a["url"] / "index.html").is_file() for kind in ("agents", "skills") for a in data[kind]
    )
    everything = b"".join(p.read_bytes() for p in built.rglob("*") if p.is_file())
    assert b"hunter2" not in everything
    rows = list(csv.reader((built / "matrix.csv").read_text(encoding="utf-8").splitlines()))
    lead = dict(zip(rows[0], next(row for row in rows if row[1] == "lead"), strict=True))
    assert (lead["Read"], lead["Bash"], lead["mcp__docs__query"]) == (
        "granted",
        "specifier (git:*)",
        "granted",
    )


def test_a_broken_file_has_its_page_with_place_and_text(shared_site: Build) -> None:
    page = (shared_site(REPOSITORY, strict=False) / "agents/broken/index.html").read_text(encoding="utf-8")
    assert "This file is not loaded" in page
    assert "agents/broken.md:3:" in page
    assert "Body &lt;b&gt;kept&lt;/b&gt;" in page


def test_two_builds_are_the_same(site: Build, shared_site: Build) -> None:
    def content(built: Path) -> dict[str, bytes]:
        return {p.relative_to(built).as_posix(): p.read_bytes() for p in built.rglob("*") if p.is_file()}

    assert content(site(REPOSITORY, strict=False, module="mkdocs")) == content(
        shared_site(REPOSITORY, strict=False)
    )


def test_hostile_text_stays_text(site: Build) -> None:
    built = site({"agents/x.md": HOSTILE, "agents/skills/s/SKILL.md": HOSTILE}, strict=False)
    for path in built.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        # Linked data hold the names as text: a script that is not run, and that nothing inside can end.
        text = re.sub(r'<script type="application/ld\+json">[^<]*</script>', "", text)
        assert not re.search(r"<(script|svg|b)\b[^>]*>?[^<]*pwned", text), path
        assert not re.search(r"<img[^>]*src=\"?x", text), path
        assert "1337" not in text
        assert "site_url" not in text
    index = json.loads((built / "search/search_index.json").read_text(encoding="utf-8"))
    assert not any("<script" in doc["title"] + doc["text"] for doc in index["docs"])


def test_a_prompt_about_attributes_of_the_theme_keeps_them(site: Build) -> None:
    built = site({"agents/a.md": agent("a", body='Set `<p data-search-exclude="yes">` there.')})
    assert ' data-search-exclude="yes"' in (built / "agents/a/index.html").read_text(encoding="utf-8")


def test_search_finds_agents_by_what_they_have_and_holds_no_prompts(site: Build) -> None:
    files = REPOSITORY | {"agents/long.md": agent("long", body="unsearchable " * 1000)}
    index = json.loads((site(files, strict=False) / "search/search_index.json").read_text(encoding="utf-8"))
    docs = {doc["location"]: f"{doc['text']} {doc.get('about')}" for doc in index["docs"]}
    assert "plans" in docs["agents/one/lead/"]
    assert "bash" in docs["agents/one/lead/"]
    assert not any("unsearchable" in text for text in docs.values())


def test_a_page_in_docs_wins(site: Build) -> None:
    built = site({"agents/a.md": agent("a"), "docs/agents/a.md": "# Mine\n"})
    assert "Mine" in (built / "agents/a/index.html").read_text(encoding="utf-8")


def test_no_agent_at_all_still_builds(site: Build) -> None:
    page = site({}, strict=False) / "agents/index.html"
    assert "No agents were found" in page.read_text(encoding="utf-8")


def nav_titles(built: Path) -> list[str]:
    page = (built / "index.html").read_text(encoding="utf-8")
    nav = page[page.index("md-nav--primary") : page.index("md-sidebar--secondary")]
    return [" ".join(t.split()) for t in re.findall(r'<span class="md-ellipsis">(.*?)</span>', nav, re.S)]


BROWSE = ["Browse", "Agents", "Skills", "Commands", "Tools", "MCP servers"]
REPORTS = ["Permissions", "Capabilities", "Matrix", "What if", "Health", "Problems"]
CATALOG = [*BROWSE, *REPORTS]
EVERYTHING = {
    "agents/a.md": agent("a", "tools: Read\n"),
    "skills/s/SKILL.md": "---\nname: s\ndescription: S.\n---\n",
    ".claude/commands/c.md": "---\ndescription: C.\n---\nDo it.\n",
    ".mcp.json": '{"mcpServers": {"docs": {"command": "x"}}}',
}


def test_the_navigation_has_three_sections(shared_site: Build) -> None:
    assert nav_titles(shared_site(EVERYTHING))[-len(CATALOG) :] == CATALOG


@pytest.mark.parametrize("nav", [None, ["index.md", {"Ours": "zebra/x.md"}]])
def test_beside_other_pages_they_are_in_one_of_the_catalog(site: Build, nav: list[object] | None) -> None:
    built = site({**EVERYTHING, "docs/zebra/x.md": "# X\n"}, **({"nav": nav} if nav else {}))
    titles = list(dict.fromkeys(nav_titles(built)))
    assert titles[0] == "Home"
    assert titles[-len(CATALOG) - 1 :] == ["Catalog", *CATALOG]


def test_what_a_catalog_has_not_is_not_in_the_navigation(site: Build) -> None:
    assert nav_titles(site({}, strict=False))[-4:] == ["Browse", "Agents", "Health", "Problems"]
    titles = nav_titles(site({"agents/a.md": agent("a", "tools: Read\n")}))
    assert {"Skills", "Commands", "MCP servers"}.isdisjoint(titles)


SECTION = re.compile(
    r'md-nav__toggle[^>]*?(md-toggle--indeterminate)?"[^>]*id="__nav_[0-9_]+"\s*(checked)?.*?'
    r'<span class="md-ellipsis">\s*(.*?)\s*</',
    re.S,
)


@pytest.mark.parametrize("features", [[], ["navigation.tabs"], ["navigation.sections"], ["navigation.prune"]])
@pytest.mark.parametrize("page", ["agents/a", "matrix", "tools/read", "grants", "problems"])
def test_the_navigation_is_on_every_page(shared_site: Build, features: list[str], page: str) -> None:
    built = shared_site(EVERYTHING, theme={"name": "material", "font": False, "features": features})
    html = (built / page / "index.html").read_text(encoding="utf-8")
    assert "md-sidebar md-sidebar--primary" in html
    assert 'md-sidebar--primary" data-md-component="sidebar" data-md-type="navigation" hidden' not in html
    matches = SECTION.findall(html)
    opened = [name for _half, checked, name in matches if checked]
    sections = ["Browse", "Permissions", "Health"]
    place = {"agents/a": 0, "tools/read": 0, "matrix": 1, "grants": 1, "problems": 2}[page]
    # On a phone an open section covers all else: only that of the page is open there.
    assert opened == sections[place : place + 1]
    if "navigation.tabs" in features:
        # The tabs lead to the other two.
        assert not any(half for half, _checked, _name in matches)
    else:
        assert [name for half, checked, name in matches if half or checked] == sections


def test_the_navigation_stays_in_view_on_the_pages_below_it(site: Build) -> None:
    built = site({"agents/a.md": agent("a")}, theme={"name": "material", "font": False})
    html = (built / "agents/a/index.html").read_text(encoding="utf-8")
    marked = re.findall(r'md-nav__item--active">\s*<a href="([^"]*)"', html)
    assert set(marked) == {"../"}, "the list that the page is in"
    assert 'href="../../matrix/"' in html


def test_the_navigation_is_left_alone(site: Build) -> None:
    files = {"agents/a.md": agent("a")}
    assert set(CATALOG) & set(nav_titles(site(files, options={"nav": False}))) == set()
    own = [{"Home": "index.md"}, {"Ours": "agents/index.md"}]
    assert set(CATALOG) & set(nav_titles(site(files, nav=own))) == set()


def test_two_catalogs_live_in_one_site(site: Build) -> None:
    files = {"one/a.md": agent("a"), "two/a.md": agent("a"), "two/b.md": agent("b")}
    plugins = [
        "search",
        {"agent-catalog": {"sources": ["one"], "path": "first"}},
        {"agent-catalog": {"sources": ["two"], "path": "second"}},
    ]
    built = site(files, plugins=plugins)
    assert dead_links(built) == []
    assert (built / "first/agents/a/index.html").is_file()
    assert (built / "second/agents/b/index.html").is_file()
    index = json.loads((built / "search/search_index.json").read_text(encoding="utf-8"))
    places = [doc["location"] for doc in index["docs"]]
    assert {"first/agents/a/", "second/agents/a/", "second/agents/b/"} <= set(places)
    assert len(places) == len(set(places))


def test_two_catalogs_in_one_place_are_refused(site: Build) -> None:
    with pytest.raises(AssertionError, match="two catalogs need a `path` each"):
        site({"agents/a.md": agent("a")}, plugins=["agent-catalog", {"agent-catalog": {"nav": False}}])


@pytest.mark.parametrize("name", ["agent", "card"])
@pytest.mark.parametrize("template", ["{% block title %}{{ nope }}{% endblock %}", "\n{% block }"])
def test_a_broken_template_is_named_with_its_line(site: Build, name: str, template: str) -> None:
    files = {"agents/a.md": agent("a"), f"own/{name}.html.jinja": template}
    with pytest.raises(AssertionError, match=rf"own/{name}\.html\.jinja:\d+: "):
        site(files, options={"custom_templates": "own", "embeds": True})


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"path": "cata#log"}, "`cata#log` is none"),
        ({"sources": [5]}, "`5` is neither"),
        ({"validation": {"unknown_tool": "loud"}}, "not `loud`"),
        ({"profile": "claude"}, "no profile `claude`; there are: claude-code"),
    ],
)
def test_a_wrong_value_is_quoted(site: Build, options: dict[str, object], message: str) -> None:
    with pytest.raises(AssertionError, match=re.escape(message)):
        site({}, options=options)


def test_the_profile_changes_the_whole_site(site: Build) -> None:
    files = {"agents/a.md": agent("a", "allowed-tools: [Read, mcp__docs__find]\n")}
    shown = {}
    for profile in ("claude-code", "allowed-tools"):
        built = site(files, options={"profile": profile})
        data = json.loads((built / "catalog.json").read_text(encoding="utf-8"))
        reach = [capability["class"] for capability in data["agents"][0]["reach"]]
        shown[profile] = (reach, (built / "agents/a/index.html").read_text(encoding="utf-8"))
    assert shown["claude-code"][0] == ["commands", "files", "network", "mcp", "delegates"]
    assert "this agent inherits all tools" in shown["claude-code"][1]
    assert shown["allowed-tools"][0] == ["mcp"]
    assert "inherits all tools" not in shown["allowed-tools"][1]
    assert "ignored_key" not in shown["allowed-tools"][1]


def test_custom_templates_change_a_block(site: Build) -> None:
    template = '{% extends "_base/agent.html.jinja" %}{% block prompt %}<p>elsewhere</p>{% endblock %}'
    files = {"agents/a.md": agent("a", body="secret sauce"), "own/agent.html.jinja": template}
    page = (site(files, options={"custom_templates": "own"}) / "agents/a/index.html").read_text(
        encoding="utf-8"
    )
    assert "elsewhere" in page
    assert "secret sauce" not in page


def test_custom_templates_change_what_has_no_theme(site: Build) -> None:
    names = ("stub", "card", "embed")
    own = '{{% extends "_base/{0}.html.jinja" %}}{{% block body %}}<p>our {0}</p>{{% endblock %}}'
    files = {f"own/{name}.html.jinja": own.format(name) for name in names}
    # An address that the lock file remembers and that has no page now leads on.
    moved = LockEntry("agent", "a", "old/a", "a", path="agents/old/a.md", addresses=("agents/old/a/",))
    files |= {
        "agents/a.md": agent("a", "tools: Read\n"),
        "catalog.links.json": dump_lock(AddressLock((moved,))),
    }
    chosen = {"custom_templates": "own", "embeds": True, "validation": {"address_unrecorded": "info"}}
    built = site(files, strict=False, options=chosen)
    frame = next(built.glob("matrix/group/*/embed.html"))
    shown = (built / "agents/old/a/index.html", built / "agents/a/card.html", frame)
    assert [f"<p>our {name}</p>" in file.read_text() for name, file in zip(names, shown, strict=True)] == [
        True
    ] * 3


@pytest.mark.parametrize(
    ("level", "fails"), [("error", True), ("warn", True), ("info", False), ("ignore", False)]
)
def test_levels(site: Build, level: str, fails: bool) -> None:
    files = {"agents/a.md": agent("a", "tools: Read, Grpe\n")}
    options = {"validation": {"unknown_tool": level}}
    if fails:
        with pytest.raises(AssertionError, match=r"agents/a.md:4:1: `Grpe` is not a tool.*\[unknown_tool\]"):
            site(files, options=options)
    else:
        shown = "unknown_tool" in (site(files, options=options) / "problems/index.html").read_text(
            encoding="utf-8"
        )
        assert shown == (level == "info")


def test_a_wrong_option_says_what_was_meant(site: Build) -> None:
    with pytest.raises(AssertionError, match="did you mean `unknown_tool`"):
        site({}, options={"validation": {"unknown-tol": "warn"}})


def test_it_builds_under_properdocs(site: Build) -> None:
    assert (
        site({"agents/a.md": agent("a")}, strict=False, module="properdocs") / "agents/a/index.html"
    ).is_file()


@pytest.mark.parametrize(
    ("extensions", "colours"),
    [
        ([], False),
        (["admonition"], False),
        (["codehilite"], True),
        (["pymdownx.superfences"], True),
        (["pymdownx.extra"], True),
        ([{"pymdownx.highlight": {"use_pygments": False}}, "pymdownx.superfences"], False),
    ],
)
def test_code_is_coloured_where_the_site_colours_its_own(
    extensions: list[str | dict[str, object]], colours: bool
) -> None:
    config = MkDocsConfig()
    config.load_dict({"site_name": "x", "markdown_extensions": extensions})
    config.validate()
    assert highlights_code(config) is colours
