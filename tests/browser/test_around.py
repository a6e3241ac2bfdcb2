"""What stands around a page: where it belongs, what is beside it, what is similar, and a short outline."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from browsing import opened, served_at
from mkdocs_agent_catalog.build import BuiltCatalog, Options, build
from mkdocs_agent_catalog.pages.page import MOST_HEADINGS
from mkdocs_agent_catalog.pages.term_index import tokenize
from mkdocs_agent_catalog.pages.vocabulary import load_synonyms, make_stemmer
from playwright.sync_api import Browser
from sites import Build, agent


def described(name: str, description: str, more: str = "", body: str = "Do it.") -> str:
    return f"---\nname: {name}\ndescription: {description}\n{more}---\n\n{body}\n"


FILES = {
    "agents/cloud/terraform-pro.md": described(
        "terraform-pro", "Writes Terraform modules for AWS.", "tools: Read, Write\n"
    ),
    "agents/cloud/terraform-reviewer.md": described(
        "terraform-reviewer", "Reviews Terraform modules.", "tools: Read, Grep\n"
    ),
    "agents/cloud/zeta.md": described("zeta", "Translates poems.", "tools: Read\n"),
    "agents/web/css-artist.md": described("css-artist", "Paints buttons.", "tools: Read\n"),
}


def built(tmp_path: Path, files: dict[str, str]) -> BuiltCatalog:
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return build(tmp_path, Options())


def html(site: BuiltCatalog, uri: str) -> str:
    return next(one.content for one in site.outputs if one.uri == uri)


def plain(text: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", "", text)).split())


def test_similar_agents_say_why_and_how_they_differ(tmp_path: Path) -> None:
    page = html(built(tmp_path, FILES), "agents/cloud/terraform-pro.md")
    similar = page[page.index('id="similar"') :]
    assert re.findall(r'<li><a href="([^"]+)"', similar) == ["../terraform-reviewer/"]
    said = plain(similar)
    assert "It can also use Grep; cannot use Write." in said
    assert "Both are about: terraform, modules." in said
    assert "matrix/effective/?compare=cloud%2Fterraform-pro&amp;compare=cloud%2Fterraform-reviewer" in similar


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
    assert "All but Grep 2 zeta, css-artist" in plain(html(site, "agents/cloud/terraform-reviewer.md"))


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
    assert re.findall(r'<li><a href="([^"]+)"', near) == ["../twin/", "../../c/reader/", "../../b/writer/"]


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
    assert '<a href="../#group-read"' in html(site, "tools/read.md")


def test_eighty_headings_leave_an_outline_that_is_read(tmp_path: Path) -> None:
    body = "\n\n".join(
        f"# Part {n}\n\n" + "\n\n".join(f"## Step {n}.{m}" for m in range(9)) for n in range(8)
    )
    site = built(
        tmp_path, {"agents/a.md": agent("a", body=body), "agents/b.md": agent("b", body="# One\n\n## Two")}
    )
    page = next(one for one in site.outputs if one.uri == "agents/a.md")
    assert [one.text for one in page.headings if one.id.startswith("prompt-")] == [
        f"Part {n}" for n in range(8)
    ]
    assert "prompt-step-7-8" in page.anchors
    short = next(one for one in site.outputs if one.uri == "agents/b.md")
    assert [one.text for one in short.headings if one.id.startswith("prompt-")] == ["One", "Two"]
    many = "\n\n".join(f"# Part {n}" for n in range(MOST_HEADINGS * 2))
    site = built(tmp_path, {"agents/a.md": agent("a", body=many)})
    page = next(one for one in site.outputs if one.uri == "agents/a.md")
    assert sum(one.id.startswith("prompt-") for one in page.headings) == MOST_HEADINGS * 2


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


HOME = "# Home\n\nAsk [the reviewer](agents/cloud/terraform-reviewer.md), it has [Grep](tools/grep.md).\n"


@pytest.mark.parametrize("instant", [True, False])
def test_a_link_shows_what_it_leads_to(site: Build, browser: Browser, instant: bool) -> None:
    theme = {"name": "material", "font": False, "features": ["navigation.instant"] if instant else []}
    files = FILES | {"docs/index.md": HOME, "docs/other.md": "# Other\n\n[Home](index.md)\n"}
    folder = site(files, theme=theme)
    assert "cards.js" not in (folder / "other/index.html").read_text(encoding="utf-8")
    problems: list[str] = []
    with served_at(folder) as base:
        page = opened(browser, "light", 1300, problems, base)
        page.goto(f"{base}other/")
        page.locator(".md-content a", has_text="Home").click()
        page.wait_for_selector("text=the reviewer")
        page.get_by_role("link", name="the reviewer").hover()
        card = page.locator(".ac-hovercard")
        card.wait_for()
        assert "Reviews Terraform modules." in card.inner_text()
        assert "Reads only" in card.inner_text()
        # It can be pointed at itself, and Escape sends it away.
        card.hover()
        page.wait_for_timeout(400)
        assert card.is_visible()
        found = Axe().run(page, context={"include": [[".md-content"]]})
        assert found.violations_count == 0, found.generate_report()
        page.keyboard.press("Escape")
        assert card.count() == 0
        page.get_by_role("link", name="Grep").focus()
        card.wait_for()
        assert page.get_by_role("link", name="Grep").get_attribute("aria-describedby") == "ac-hovercard"
        assert "allowed: 1" in card.inner_text()
        page.get_by_role("link", name="the reviewer").focus()
        page.wait_for_function("document.querySelector('.ac-hovercard')?.innerText.includes('Terraform')")
        assert card.count() == 1
        page.context.close()
    assert problems == []


def test_a_reason_that_is_opened_has_an_address(site: Build, browser: Browser) -> None:
    with served_at(site(FILES, strict=False, theme={"name": "material", "font": False})) as base:
        page = opened(browser, "light", 1300, [], base)
        page.goto(f"{base}agents/cloud/terraform-pro/")
        page.locator(".ac-decision:has(#tool-write) summary").click()
        page.wait_for_function("location.hash.startsWith('#tool-')")
        page.goto("about:blank")
        page.goto(f"{base}agents/cloud/terraform-pro/#tool-read")
        page.wait_for_selector(".ac-decision:has(#tool-read) details[open]")
        page.context.close()
