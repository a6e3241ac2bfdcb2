"""What stands in pages of others: cards in frames and badges, also under the addresses that were."""

from __future__ import annotations

import html
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

import pytest
from browsing import open_page, opened, run_axe, served_at
from link_menu import SYNTAXES, URL, Rows, built, menu, read_rows, rows
from mkdocs_agent_catalog.build import BuiltCatalog, Options, build
from mkdocs_agent_catalog.model.address_lock import dump_lock
from mkdocs_agent_catalog.pages.pagination import PageLimits
from mkdocs_agent_catalog.publishing.previews.badges import draw_badge, fit_list, measure_text
from playwright.sync_api import Browser
from sites import HOSTILE, REPOSITORY, agent, write

SVG = "{http://www.w3.org/2000/svg}"
BADGES = ("badge-name.svg", "badge-tools.svg", "badge-reach.svg")
CARDS = ("agents/one/lead", "agents/hostile", "tools/bash", "skills/plans", "servers/docs")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(tmp_path_factory.mktemp("embeds"), options={"embeds": True})


@pytest.fixture(scope="module")
def base(folder: Path) -> Iterator[str]:
    with served_at(folder) as address:
        yield address


def made(root: Path, files: dict[str, str], **options: object) -> dict[str, str]:
    """The files that a build publishes, by their uri; no two may go to the same place."""
    write(root, files)
    site: BuiltCatalog = build(root, Options(embeds=True, site_url=URL, **options))  # type: ignore[arg-type]
    outputs = [output for output in site.outputs if not output.is_page]
    assert len({output.uri for output in outputs}) == len(outputs)
    return {output.uri: str(output.content) for output in outputs}


def test_the_menu_names_what_is_there(folder: Path) -> None:
    parsed = rows(folder, "agents/one/lead")
    assert (
        f'<iframe src="{URL}agents/one/lead/card.html" width="480"' in parsed.rows["Card in a frame (HTML)"]
    )
    words = ("Agent lead", "Tools of lead", "Capabilities of lead")
    assert parsed.badges == [
        [alt, f"{URL}agents/one/lead/{name}"] for alt, name in zip(words, BADGES, strict=True)
    ]
    assert all((folder / "agents/one/lead" / name).is_file() for name in BADGES)
    assert "Card in a frame (HTML)" in rows(folder, "tools/bash").rows
    assert rows(folder, "tools/bash").badges == []
    assert "Card in a frame (HTML)" not in rows(folder, "matrix").rows
    for page in CARDS:
        assert (folder / page / "card.html").is_file(), page


def test_the_script_adds_the_badges_below_the_card(base: str, browser: Browser) -> None:
    page = opened(browser, "light", 1300, [], base)
    values = read_rows(menu(page, f"{base}agents/one/lead/"))
    assert list(values)[len(SYNTAXES) :] == ["Card in a frame (HTML)", "Badges (Markdown)", "Badges (HTML)"]
    for name in BADGES:
        assert f"({URL}agents/one/lead/{name})]({URL}agents/one/lead/)" in values["Badges (Markdown)"]
        assert (
            f'<a href="{URL}agents/one/lead/"><img src="{URL}agents/one/lead/{name}" alt='
            in values["Badges (HTML)"]
        )
    page.close()


def test_a_card_is_a_page_of_its_own(folder: Path) -> None:
    card = (folder / "agents/one/lead/card.html").read_text(encoding="utf-8")
    assert f'<link rel="canonical" href="{URL}agents/one/lead/">' in card
    assert '<meta name="robots" content="noindex">' in card
    assert "Runs commands" in card
    assert "Read, Bash, docs (MCP)" in card
    assert "<script" not in card
    assert "style=" not in card


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_cards_in_frames(base: str, folder: Path, browser: Browser, scheme: str) -> None:
    sandbox = "allow-same-origin allow-popups allow-popups-to-escape-sandbox"
    snippets = [rows(folder, name).rows["Card in a frame (HTML)"].replace(URL, base) for name in CARDS]
    frames = "\n".join(snippet.replace("<iframe", f'<iframe sandbox="{sandbox}"') for snippet in snippets)
    frames = frames.replace('loading="lazy"', "")
    frames = f'<title>Wiki</title><link rel="icon" href="data:,">{frames}'
    (folder / "wiki.html").write_text(f'<!doctype html><html lang="en">{frames}', "utf-8")
    problems: list[str] = []
    page = opened(browser, scheme, 900, problems, base)
    page.goto(f"{base}wiki.html", wait_until="load")
    assert len(page.frames) == 1 + len(CARDS)
    for name, frame in zip(CARDS, page.frames[1:], strict=True):
        assert frame.evaluate("[innerWidth, innerHeight]") == [480, 240]
        sizes = "[document.documentElement.scrollWidth, document.documentElement.scrollHeight]"
        wide, high = frame.evaluate(sizes)
        assert wide <= 480, name
        assert high <= 240, name
        colour = frame.evaluate("getComputedStyle(document.body).backgroundColor")
        assert (colour == "rgb(255, 255, 255)") == (scheme == "light")
        assert frame.evaluate("window.pwned") is None
    with page.expect_popup() as tab:
        page.frames[-1].locator("a").click()
    tab.value.wait_for_url(f"{base}servers/docs/")
    assert problems == []
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_card_is_accessible(base: str, browser: Browser, scheme: str) -> None:
    page = opened(browser, scheme, 480, [], base)
    for name in CARDS:
        page.goto(f"{base}{name}/card.html")
        results = run_axe(page)
        assert results.violations_count == 0, f"{name}: {results.generate_report()}"
    page.close()


# How much a document is wider and higher than its window.
OVER = """(({scrollWidth, clientWidth, scrollHeight, clientHeight}) =>
    [scrollWidth - clientWidth, scrollHeight - clientHeight])(document.documentElement)"""
GROUPS = {"General": "general", "one": "one", "tools": "tools"}


def test_the_menus_of_the_matrix_have_a_frame_for_each_group(folder: Path) -> None:
    # What holds is the first view now; the frames are where they were.
    for page, matrix, title in (
        ("matrix", "matrix/effective", "Tool matrix"),
        ("matrix/declared", "matrix", "Tool matrix: declared"),
    ):
        frames = rows(folder, page).rows
        for group, stem in GROUPS.items():
            assert frames[group].startswith(
                f'<iframe src="{URL}{matrix}/group/{stem}/embed.html" width="800"'
            )
            assert f'title="{title}: {group}"' in frames[group]
            assert (folder / matrix / "group" / stem / "embed.html").is_file()
    assert "one" not in rows(folder, "agents/one/lead").rows


def table(page: str) -> tuple[list[str], dict[str, list[str]]]:
    """The columns of an embedded matrix, and the cells of each row."""
    lines = [
        [html.unescape(re.sub("<[^>]+>", "", cell)) for cell in re.split(r"</t[hd]>", line)[:-1]]
        for line in re.findall("<tr>(.*)</tr>", page)
    ]
    return lines[0][1:], {line[0]: line[1:] for line in lines[1:]}


def test_an_embedded_matrix_has_the_agents_of_its_group_and_what_they_use(folder: Path) -> None:
    page = (folder / "matrix/group/one/embed.html").read_text(encoding="utf-8")
    assert f'<link rel="canonical" href="{URL}matrix/declared/">' in page
    assert '<meta name="robots" content="noindex">' in page
    assert '<base target="_blank">' in page
    assert "<script" not in page
    assert "style=" not in page
    columns, cells = table(page)
    assert columns == ["Read", "Write", "Bash", "docs"]
    assert list(cells) == ["coder", "helper", "lead"]
    assert cells["lead"] == ["✓", "", "◇", "✓"]
    assert cells["coder"] == ["↓ inherits all tools (no tools declared)"]
    effective = (folder / "matrix/effective/group/one/embed.html").read_text(encoding="utf-8")
    assert table(effective)[1]["coder"] == ["↓ inherits all tools"]
    assert f'<link rel="canonical" href="{URL}matrix/">' in effective


def test_a_large_group_is_cut_and_leads_to_the_matrix(tmp_path: Path) -> None:
    files = {f"agents/g/{name}.md": agent(name, "tools: Read, Bash\n") for name in "abcdefg"}
    page = made(tmp_path, files, page_limits=PageLimits(cells=12))["matrix/group/g/embed.html"]
    assert list(table(page)[1]) == ["a", "b", "c", "d"]
    assert '<a href="../../declared/">and 3 more</a>' in page


def test_groups_with_pages_of_their_own_have_their_frames_there(tmp_path: Path) -> None:
    few = Options(embeds=True, page_limits=PageLimits(cells=18))
    write(
        tmp_path,
        {f"agents/{group}/{n}.md": agent(f"{n}", "tools: Read\n") for group in "gh" for n in range(5)},
    )
    pages = {
        output.uri: Rows(str(output.content)).rows
        for output in build(tmp_path, few).outputs
        if output.is_page
    }
    assert not {"g", "h"} & set(pages["matrix.md"])
    # A group of several pages has one frame.
    for uri, group in (("group/g", "g"), ("group/g-2", "g"), ("declared/group/h", "h")):
        shown = pages[f"matrix/{uri}.md"]
        assert {"g", "h"} & set(shown) == {group}
        assert f"group/{group}/embed.html" in shown[group]


@pytest.mark.parametrize(("scheme", "width"), [("light", 1000), ("dark", 375)])
def test_matrices_in_frames(base: str, folder: Path, browser: Browser, scheme: str, width: int) -> None:
    frames = [*rows(folder, "matrix").rows.items(), *rows(folder, "matrix/declared").rows.items()]
    snippets = [
        frame.replace(URL, base).replace("lazy", "eager") for group, frame in frames if group in GROUPS
    ]
    wiki = '<!doctype html><html lang="en"><title>Wiki</title><link rel="icon" href="data:,">'
    wiki += "<style>iframe { max-width: 100% }</style><main><h1>Wiki</h1>"
    (folder / "matrices.html").write_text(wiki + "".join(snippets), "utf-8")
    problems: list[str] = []
    page = opened(browser, scheme, width, problems, base)
    page.goto(f"{base}matrices.html", wait_until="load")
    assert len(page.frames) == 1 + 2 * len(GROUPS)
    for frame in page.frames[1:]:
        # Nothing is wider or higher than the frame: what does not fit moves within the table.
        wider, higher = frame.evaluate(OVER)
        assert max(wider, higher) <= 0, frame.url
        colour = frame.evaluate("getComputedStyle(document.body).backgroundColor")
        assert (colour == "rgb(255, 255, 255)") == (scheme == "light")
        assert frame.evaluate("window.pwned") is None
    violations = run_axe(page)
    assert violations.violations_count == 0, violations.generate_report()
    with page.expect_popup() as tab:
        page.frames[2].get_by_role("link", name="lead").click()
    tab.value.wait_for_url(f"{base}agents/one/lead/")
    assert problems == []
    page.close()


def texts(picture: str) -> list[str]:
    """The texts of a badge, read by a parser of XML; its title first."""
    root = ET.fromstring(picture)
    assert root.get("role") == "img"
    shown = [root.findtext(f"{SVG}title") or "", *(element.text or "" for element in root.iter(f"{SVG}text"))]
    assert root.get("aria-label") == shown[0]
    return shown


def test_badges_say_what_the_page_says(folder: Path) -> None:
    lead = folder / "agents/one/lead"
    badges = {name: texts((lead / name).read_text(encoding="utf-8")) for name in BADGES}
    assert badges["badge-name.svg"] == ["agent: lead", "agent", "lead"]
    assert badges["badge-tools.svg"][2] == "Read, Bash, docs (MCP)"
    assert badges["badge-reach.svg"][2] == "Runs commands, Calls MCP servers"


@pytest.mark.parametrize(
    "name", ["a", "<script>x</script>", "a & 'b' \"c\"", "]]>", "レビュー", "עברית", "👩\u200d💻", "i" * 400]
)
def test_a_badge_is_xml_with_its_whole_text(name: str) -> None:
    title, label, words = texts(draw_badge("agent", name, "#303f9f"))
    assert (title, label) == (f"agent: {name}", "agent")
    assert words == name or (len(words) == 48 and words.endswith("…"))


def test_a_list_in_a_badge_ends_with_how_many_more() -> None:
    assert fit_list(("Runs commands", "Changes files")) == "Runs commands, Changes files"
    assert fit_list(("Runs commands", "Changes files", "x" * 30, "y")) == "Runs commands, Changes files +2"
    assert fit_list(("x" * 60, "y")) == "x" * 60 + " +1"
    assert fit_list(()) == ""


def test_widths_are_those_that_a_browser_measures(browser: Browser) -> None:
    page = open_page(browser)
    for text in ("code-reviewer", "Runs commands, Calls MCP servers", "WWW iii @#% {x}", "Read, Bash(git:*)"):
        page.set_content(
            '<svg xmlns="http://www.w3.org/2000/svg"><text font-family="DejaVu Sans,Verdana" font-size="11">'
            f"{html.escape(text)}</text></svg>"
        )
        measured = page.evaluate("document.querySelector('text').getComputedTextLength()")
        # A machine without either font measures another one, which is about as wide.
        assert 0.8 * measured <= measure_text(text) <= 1.3 * measured, text
    page.close()


def test_what_moved_is_there_under_its_old_address_too(tmp_path: Path) -> None:
    first = {"agents/old/a.md": agent("a", "tools: Read\n", "Says one thing and no other.\n" * 9)}
    write(tmp_path, first)
    site = build(tmp_path, Options(embeds=True, site_url=URL))
    (tmp_path / "catalog.links.json").write_text(dump_lock(site.catalog.ledger.now), encoding="utf-8")
    (tmp_path / "agents/old/a.md").unlink()
    contents = made(tmp_path, {"agents/new/a.md": first["agents/old/a.md"]})
    for name in (*BADGES, "card.html"):
        assert f"agents/new/a/{name}" in contents
        assert f"agents/old/a/{name}" in contents
    assert contents["agents/old/a/badge-name.svg"] == contents["agents/new/a/badge-name.svg"]
    assert 'href="../../new/a/" target="_blank"' in contents["agents/old/a/card.html"]


@pytest.mark.parametrize("directory_urls", [True, False])
def test_what_is_gone_says_so_where_it_was_embedded(tmp_path: Path, directory_urls: bool) -> None:
    other = {"agents/b.md": agent("b")}
    write(tmp_path, {"agents/a.md": agent("a"), **other})
    chosen = Options(embeds=True, site_url=URL, use_directory_urls=directory_urls)
    (tmp_path / "catalog.links.json").write_text(
        dump_lock(build(tmp_path, chosen).catalog.ledger.now), encoding="utf-8"
    )
    (tmp_path / "agents/a.md").unlink()
    contents = made(tmp_path, other, use_directory_urls=directory_urls)
    for name in BADGES:
        assert texts(contents[f"agents/a/{name}"]) == ["a: gone", "a", "gone"]
    card = contents["agents/a/card.html"]
    assert "This agent was removed." in card
    assert f'href="{"./" if directory_urls else "../a.html"}" target="_blank"' in card


def test_a_card_never_takes_the_place_of_a_page(tmp_path: Path) -> None:
    files = {"agents/a.md": agent("a"), "agents/a/card.md": agent("card")}
    contents = made(tmp_path, files, use_directory_urls=False)
    assert "agents/a/card.html" not in contents
    assert "agents/a/card/card.html" in contents
    assert "agents/a/card.html" in made(tmp_path, files)


def test_two_builds_give_the_same_files(tmp_path: Path) -> None:
    files = {**REPOSITORY, "agents/hostile.md": HOSTILE}
    assert made(tmp_path / "one", files) == made(tmp_path / "two", files)


def test_in_portuguese(tmp_path: Path) -> None:
    contents = made(tmp_path, {"agents/a.md": agent("a", "tools: Read\n")}, language="pt-BR")
    assert texts(contents["agents/a/badge-reach.svg"])[1:] == ["capacidades", "Somente leitura"]
    assert '<html lang="pt-BR">' in contents["agents/a/card.html"]
