"""What stands around a page: where it belongs, what is beside it, what is similar, and a short outline."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

from mkdocs_agent_catalog.build import BuiltCatalog, Options, build
from mkdocs_agent_catalog.pages.page import MOST_HEADINGS
from mkdocs_agent_catalog.pages.term_index import tokenize
from mkdocs_agent_catalog.pages.vocabulary import load_synonyms, make_stemmer
from similar_agents import FILES, described
from sites import agent


def built(tmp_path: Path, files: dict[str, str]) -> BuiltCatalog:
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return build(tmp_path, Options())


def html(site: BuiltCatalog, uri: str) -> str:
    return next(output.content for output in site.outputs if output.uri == uri)


def plain(text: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", "", text)).split())


def test_similar_agents_say_why_and_how_they_differ(tmp_path: Path) -> None:
    page = html(built(tmp_path, FILES), "agents/cloud/terraform-pro.md")
    similar = page[page.index('id="similar"') : page.index('id="by-tools"')]
    assert re.findall(r'<li><a href="([^"]+)"', similar) == ["../terraform-reviewer/"]
    similar_text = plain(similar)
    assert "It lacks: changes files." in similar_text
    assert "Both are about: terraform, modules." in similar_text
    assert "matrix/?compare=cloud%2Fterraform-pro&amp;compare=cloud%2Fterraform-reviewer" in similar


def test_an_agent_like_no_other_has_no_such_part(tmp_path: Path) -> None:
    site = built(tmp_path, FILES)
    page = html(site, "agents/web/css-artist.md")
    assert "ac-similar" not in page
    assert "ac-beside" not in page


def test_agents_are_compared_by_their_tools(tmp_path: Path) -> None:
    site = built(tmp_path, FILES)
    page = plain(html(site, "agents/web/css-artist.md"))
    assert "The same tools 1 zeta" in page
    assert "Also Grep 1 terraform-reviewer" in page
    assert "Also Write 1 terraform-pro" in page
    # Several agents are a link to the matrix of them.
    page = html(site, "agents/cloud/terraform-reviewer.md")
    assert "All but Grep 2" in plain(page)
    assert '<a href="../../../matrix/?like=cloud%2Fzeta">All but Grep</a>' in page


def test_an_agent_that_inherits_all_tools_has_others_than_one_that_lists_those_with_a_page(
    tmp_path: Path,
) -> None:
    files = {
        "agents/lister.md": described("lister", "Audits ledgers.", "tools: Read\n"),
        "agents/free.md": described("free", "Paints moons."),
        "agents/other.md": described("other", "Feeds cats.", "tools: Read\n"),
    }
    site = built(tmp_path, files)
    assert "The same tools 1 other" in plain(html(site, "agents/lister.md"))
    assert "2 of them have no other tool." in plain(html(site, "tools/read.md"))
    counts = re.findall(r'data-count="(\d+)".*?href="([^"]+)"', html(site, "agents/index.md"))
    assert {href: int(n) > 1 for n, href in counts} == {"free/": True, "lister/": False, "other/": False}


def test_one_group_and_the_same_tools_make_agents_more_alike(tmp_path: Path) -> None:
    files = {
        "agents/a/audit.md": described("audit", "Audits ledgers.", "tools: Read\n"),
        "agents/b/writer.md": described("writer", "Audits ledgers.", "tools: Write\n"),
        "agents/c/reader.md": described("reader", "Audits ledgers.", "tools: Read\n"),
        "agents/a/twin.md": described("twin", "Audits ledgers.", "tools: Read\n"),
    }
    others = {f"agents/d/{word}.md": described(word, f"Paints {word}.") for word in ("suns", "moons", "seas")}
    page = html(built(tmp_path, files | others), "agents/a/audit.md")
    near = page[page.index("ac-similar") : page.index('id="by-tools"')]
    assert re.findall(r'<li><a href="([^"]+)"', near) == ["../twin/", "../../b/writer/"]
    assert 'The same in: <a href="../../c/reader/" dir="auto">c</a>' in near


def test_the_agents_beside_are_those_of_the_index(tmp_path: Path) -> None:
    page = html(built(tmp_path, FILES), "agents/cloud/terraform-reviewer.md")
    beside = page[page.index("ac-beside") :]
    assert plain(beside[beside.index(">") + 1 :]).startswith(
        "Previous in the group terraform-proNext in the group zeta"
    )


def test_every_page_says_where_it_belongs(tmp_path: Path) -> None:
    site = built(tmp_path, FILES)
    crumbs = re.search(r'<nav class="ac-crumbs".*?</nav>', html(site, "agents/cloud/zeta.md"), re.S)
    assert crumbs
    assert re.findall(r'href="([^"]+)"', crumbs[0]) == ["../../", "../../#group-cloud"]
    assert 'aria-current="page"' in crumbs[0]
    assert '<li><a href="../"><bdi>Tools</bdi></a></li>' in html(site, "tools/read.md")


def test_eighty_headings_leave_an_outline_that_is_read(tmp_path: Path) -> None:
    body = "\n\n".join(
        f"# Part {n}\n\n" + "\n\n".join(f"## Step {n}.{m}" for m in range(9)) for n in range(8)
    )
    site = built(
        tmp_path, {"agents/a.md": agent("a", body=body), "agents/b.md": agent("b", body="# One\n\n## Two")}
    )
    page = next(output for output in site.outputs if output.uri == "agents/a.md")
    assert [heading.text for heading in page.headings if heading.id.startswith("prompt-")] == [
        f"Part {n}" for n in range(8)
    ]
    assert "prompt-step-7-8" in page.anchors
    short = next(output for output in site.outputs if output.uri == "agents/b.md")
    assert [heading.text for heading in short.headings if heading.id.startswith("prompt-")] == ["One", "Two"]
    many = "\n\n".join(f"# Part {n}" for n in range(MOST_HEADINGS * 2))
    site = built(tmp_path, {"agents/a.md": agent("a", body=many)})
    page = next(output for output in site.outputs if output.uri == "agents/a.md")
    assert sum(heading.id.startswith("prompt-") for heading in page.headings) == MOST_HEADINGS * 2


def test_words_meet_in_their_stems() -> None:
    stem = make_stemmer("en")
    assert stem("reviews") == stem("reviewing") == stem("reviewer") == "review"
    assert stem("queries") == stem("query")
    assert stem("k8s") == "k8s"
    assert list(tokenize("The sql-pro writes CI/CD (node.js).")) == [
        "sql",
        "pro",
        "writes",
        "ci",
        "cd",
        "node.js",
    ]
    assert "kubernet" in load_synonyms("en").terms["k8s"]
    assert load_synonyms("en").forms["databases"] == stem("database")


def test_stems_follow_the_language_of_the_site() -> None:
    stem = make_stemmer("pt-BR")
    assert stem("testes") == stem("teste") == stem("testar")
    assert stem("agentes") == stem("agente")
    assert stem("escreve") == stem("escrever")
    assert stem("segurança") in load_synonyms("pt-BR").terms
    # No stemmer of Snowball is for Thai.
    assert make_stemmer("th")("reviews") == "review"


def test_a_name_is_quoted_with_its_whole_sentence(tmp_path: Path) -> None:
    body = "First this. When the change is\nlarge, ask `helper` to look\nat `other`. Then that.\n"
    files = {f"agents/{name}.md": agent(name, body=f"{name}.\n") for name in ("helper", "other")}
    page = html(built(tmp_path, {**files, "agents/lead.md": agent("lead", body=body)}), "agents/lead.md")
    connections = plain(page.partition('id="connections"')[2])
    assert connections.count("When the change is large, ask helper to look at other.") == 1, "once for both"
    assert "First this." not in connections
    assert "Then that." not in connections
