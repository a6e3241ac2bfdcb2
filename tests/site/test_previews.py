"""What a page says of itself to those who show a link to it: every kind of page, every form of address."""

from __future__ import annotations

import json
import re
from pathlib import Path
from urllib.parse import quote

import jsonschema
import pytest
from heads import KINDS, URL, Head, built, head
from mkdocs_agent_catalog.model.address_lock import AddressLock, LockEntry, dump_lock
from mkdocs_agent_catalog.publishing.previews.meta_tags import insert_into_head
from sites import HOSTILE, REPOSITORY, Build, agent

OEMBED = "application/json+oembed"


def test_each_kind_of_page_says_what_matters(tmp_path: Path) -> None:
    site = built(tmp_path)
    for uri, kind in KINDS.items():
        parsed = head(site, uri)
        assert parsed.meta("og:type") == ("website" if kind == "page" else "article"), uri
        assert parsed.meta("og:site_name") == "Team & Co"
        assert [parsed.meta(name) for name in parsed.metas if name.startswith("twitter:")] == ["summary"]
    lead = head(site, "agents/one/lead.md")
    assert lead.meta("og:title") == "lead"
    assert lead.meta("og:description") == (
        "Does lead. Runs commands, Calls MCP servers. Tools: Read, Bash, docs (MCP). Skills: plans."
    )
    assert lead.meta("article:section") == "one"
    described = {uri: head(site, uri).meta("og:description") or "" for uri in KINDS}
    assert described["tools/bash.md"].endswith("Agents: 1 by name, 5 inherited.")
    assert described["skills/plans.md"].endswith("Used by: lead.")
    assert "Tools: query." in described["servers/docs.md"]
    assert "9 agents" in described["matrix.md"]


def test_every_page_has_its_head_and_no_other_file_has_one(tmp_path: Path) -> None:
    site = built(tmp_path)
    for output in site.outputs:
        assert bool(output.head) == output.is_page, output.uri
        if output.is_page:
            assert Head(output.head).data["@context"] == "https://schema.org"


@pytest.mark.parametrize("directory_urls", [True, False])
@pytest.mark.parametrize("path", ["", "team catalog"])
def test_addresses_are_those_of_the_site(
    site: Build, tmp_path: Path, directory_urls: bool, path: str
) -> None:
    quiet = {"frontmatter_unreadable": "info", "ignored_key": "info"}
    folder = site(
        REPOSITORY,
        use_directory_urls=directory_urls,
        plugins=[{"agent-catalog": {"path": path, "validation": quiet, "embeds": True}}],
    )
    below = folder / path
    for uri, kind in {**KINDS, "agents/レビュー.md": "agent", "agents/c-sharp.md": "agent"}.items():
        stem = uri.removesuffix(".md")
        index = stem.removesuffix("index").rstrip("/")
        name = f"{index}/index.html" if directory_urls else f"{stem}.html"
        parsed = Head((below / name).read_text(encoding="utf-8"))
        # The theme writes the canonical address itself: there is one, and ours are the same.
        address = parsed.link("canonical")
        ended = f"{index}/" if directory_urls else f"{stem}.html"
        assert address == URL + quote(f"{path}/{ended}".lstrip("/"), safe="/"), uri
        assert parsed.meta("og:url") == address
        page, crumbs = parsed.data["@graph"]
        assert page["url"] == page["@id"] == address
        assert crumbs["itemListElement"][0]["item"]["@id"] == URL
        assert crumbs["itemListElement"][-1]["item"]["@id"] == address
        response = parsed.link("alternate", OEMBED)
        assert (response is not None) == (kind != "page"), uri
        if response:
            assert response == URL + quote(f"{path}/{index}/oembed.json".lstrip("/"))
            assert (below / index / "oembed.json").is_file()


@pytest.mark.parametrize("theme", ["mkdocs", "readthedocs"])
def test_other_themes_get_the_same_head_once(site: Build, theme: str) -> None:
    folder = site({"agents/a.md": agent("a", "tools: Read\n")}, theme={"name": theme})
    for name in ("agents/a", "agents", "matrix"):
        parsed = Head((folder / name / "index.html").read_text(encoding="utf-8"))
        assert parsed.link("canonical") == parsed.meta("og:url") == f"{URL}{name}/"
        assert len(parsed.scripts) == 1
    assert "og:title" not in (folder / "index.html").read_text(encoding="utf-8"), "a page of somebody's own"


def test_without_an_address_nothing_needs_one(site: Build) -> None:
    folder = site(REPOSITORY, strict=False, options={"embeds": True}, site_url="")
    for uri in KINDS:
        name = uri.removesuffix(".md").removesuffix("index").rstrip("/")
        page = (folder / name / "index.html").read_text(encoding="utf-8")
        parsed = Head(page)
        assert parsed.meta("og:title")
        assert not {"og:url", "og:image"} & set(parsed.metas)
        assert parsed.link("canonical") is None
        assert parsed.link("alternate", OEMBED) is None
        assert [node["@type"] for node in parsed.data["@graph"]] in (["WebPage"], ["CollectionPage"])
        assert not re.search(r'"(url|@id|item|contentUrl)":', json.dumps(parsed.data))
    assert not list(folder.rglob("oembed.json"))


def test_what_the_theme_says_itself_is_kept() -> None:
    theirs = (
        '<head><meta content="Mine" property="og:title"><link rel="canonical" href="x">'
        '<link rel="alternate" hreflang="de" href="y"></HEAD><body></head>'
    )
    ours = (
        '<link rel="canonical" href="z">\n<link rel="alternate describedby" href="o">\n'
        '<meta property="og:title" content="Ours">\n<meta property="og:type" content="article">'
    )
    page = insert_into_head(theirs, ours)
    parsed = Head(page)
    assert parsed.meta("og:title") == "Mine"
    assert parsed.link("canonical") == "x"
    assert parsed.meta("og:type") == "article"
    assert [link["href"] for link in parsed.links] == ["x", "y", "o"]
    assert page.endswith("</HEAD><body></head>")
    assert insert_into_head("no head at all", ours) == "no head at all"


def test_hostile_text_stays_text(site: Build, tmp_path: Path) -> None:
    evil = "</head></script><script>window.pwned=1</script><!--"
    files = {
        "agents/x.md": HOSTILE,
        "agents/y.md": f"---\nname: {json.dumps(evil)}\ndescription: {json.dumps(evil + ' ‮x')}\n---\nx\n",
    }
    folder = site(files, strict=False, options={"embeds": True}, site_name=evil)
    page = (folder / "agents/y/index.html").read_text(encoding="utf-8")
    parsed = Head(page)
    assert parsed.meta("og:title") == evil
    assert parsed.meta("og:site_name") == evil
    assert parsed.data["@graph"][0]["name"] == evil
    assert "‮" not in (parsed.meta("og:description") or "") + parsed.scripts[0]
    ours = page[page.index('property="og:type"') : page.index("</script>", page.index("ld+json"))]
    assert "<script>" not in ours
    assert "<!--" not in ours
    for path in ("x", "y"):
        response = json.loads((folder / f"agents/{path}/oembed.json").read_text(encoding="utf-8"))
        tags = re.findall(r"<[^>]*>", response["html"])
        assert [tag.split()[0] for tag in tags] == ["<iframe", "</iframe>"]


# The parameters of a response and the rules of the type `rich`. Source: oembed.com, section 2.3.4.
RESPONSE = {
    "type": "object",
    "required": ["type", "version", "html", "width", "height"],
    "properties": {
        "type": {"const": "rich"},
        "version": {"const": "1.0"},
        "title": {"type": "string", "minLength": 1},
        "provider_name": {"type": "string", "minLength": 1},
        "provider_url": {"type": "string", "pattern": "^https?://"},
        "html": {"type": "string", "pattern": "^<iframe "},
        "width": {"type": "integer", "minimum": 1},
        "height": {"type": "integer", "minimum": 1},
    },
    "additionalProperties": False,
}


def test_oembed_follows_the_specification(site: Build) -> None:
    folder = site(REPOSITORY, strict=False, options={"embeds": True}, site_name="Team & Co")
    responses = sorted(folder.rglob("oembed.json"))
    for path in responses:
        response = json.loads(path.read_text(encoding="utf-8"))
        jsonschema.validate(response, RESPONSE, cls=jsonschema.Draft202012Validator)
        beside = URL + quote(path.parent.relative_to(folder).as_posix())
        assert f'src="{beside}/card.html"' in response["html"]
        assert f'width="{response["width"]}" height="{response["height"]}"' in response["html"]
    kinds = {path.relative_to(folder).parts[0] for path in responses}
    assert kinds == {"agents", "tools", "skills", "servers"}
    response = json.loads((folder / "agents/one/lead/oembed.json").read_text(encoding="utf-8"))
    assert (response["title"], response["provider_name"]) == ("lead", "Team & Co")


def test_an_agent_whose_page_stands_where_a_card_would_goes_before(tmp_path: Path) -> None:
    files = {"agents/a.md": agent("a"), "agents/a/card.md": agent("card")}
    for directory_urls, framed in ((True, True), (False, False)):
        site = built(tmp_path, files, use_directory_urls=directory_urls)
        assert (head(site, "agents/a.md").link("alternate", OEMBED) is not None) == framed
        assert ("agents/a/oembed.json" in {output.uri for output in site.outputs}) == framed
        assert head(site, "agents/a/card.md").link("alternate", OEMBED)


def test_a_portuguese_site_says_so(tmp_path: Path) -> None:
    parsed = head(built(tmp_path, language="pt-BR"), "agents/one/lead.md")
    assert parsed.meta("og:locale") == "pt_BR"
    assert "Ferramentas: Read" in (parsed.meta("og:description") or "")
    assert parsed.data["@graph"][0]["inLanguage"] == "pt-BR"
    assert head(built(tmp_path), "agents/one/lead.md").meta("og:locale") is None


def test_an_address_that_leads_on_is_shown_as_what_it_leads_to(site: Build) -> None:
    moved = LockEntry("agent", "a", "old/a", "a", path="agents/old/a.md", addresses=("agents/old/a/",))
    files = {
        "agents/a.md": agent("a", "tools: Read\n"),
        "catalog.links.json": dump_lock(AddressLock((moved,))),
    }
    folder = site(files, strict=False)
    stub = Head((folder / "agents/old/a/index.html").read_text(encoding="utf-8"))
    page = Head((folder / "agents/a/index.html").read_text(encoding="utf-8"))
    for name in ("og:title", "og:description", "og:url"):
        assert page.meta(name)
        assert stub.meta(name) == page.meta(name)
    assert stub.link("canonical") == page.link("canonical")
    assert stub.scripts == []
