"""What stands in pages of others: cards in frames and badges, also under the addresses that were."""

from __future__ import annotations

import html
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import HOSTILE, REPOSITORY, agent, write
from mkdocs_agent_catalog.badges import badge, short_list, width
from mkdocs_agent_catalog.build import Options, Site, build
from mkdocs_agent_catalog.lock import dumps
from playwright.sync_api import Browser
from test_browser import browser, opened, served_at
from test_take import URL, built, rows

__all__ = ["browser"]

SVG = "{http://www.w3.org/2000/svg}"
BADGES = ("badge-name.svg", "badge-tools.svg", "badge-reach.svg")
CARDS = ("agents/one/lead", "agents/hostile", "tools/bash", "skills/plans", "servers/docs")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(tmp_path_factory.mktemp("embeds"))


@pytest.fixture(scope="module")
def base(folder: Path) -> Iterator[str]:
    with served_at(folder) as address:
        yield address


def made(root: Path, files: dict[str, str], **options: object) -> dict[str, str]:
    """The files that a build publishes, by their uri; no two may go to the same place."""
    write(root, files)
    site: Site = build(root, Options(site_url=URL, **options))  # type: ignore[arg-type]
    found = [one for one in site.outputs if not one.is_page]
    assert len({one.uri for one in found}) == len(found)
    return {one.uri: str(one.content) for one in found}


def test_the_menu_names_what_is_there(folder: Path) -> None:
    found = rows(folder, "agents/one/lead").rows
    assert f'<iframe src="{URL}agents/one/lead/card.html" width="480"' in found["Card in a frame (HTML)"]
    for name in BADGES:
        assert f"({URL}agents/one/lead/{name})]({URL}go/one/lead/)" in found["Badges (Markdown)"]
        image = f'<a href="{URL}go/one/lead/"><img src="{URL}agents/one/lead/{name}" alt='
        assert image in found["Badges (HTML)"]
        assert (folder / "agents/one/lead" / name).is_file()
    assert "Card in a frame (HTML)" in rows(folder, "tools/bash").rows
    assert "Badges (HTML)" not in rows(folder, "tools/bash").rows
    assert "Card in a frame (HTML)" not in rows(folder, "matrix").rows
    for page in CARDS:
        assert (folder / page / "card.html").is_file(), page


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
    sandbox = "allow-same-origin allow-top-navigation-by-user-activation"
    snippets = [rows(folder, name).rows["Card in a frame (HTML)"].replace(URL, base) for name in CARDS]
    frames = "\n".join(one.replace("<iframe", f'<iframe sandbox="{sandbox}"') for one in snippets)
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
    page.frames[-1].locator("a").click()
    page.wait_for_url(f"{base}servers/docs/")
    assert problems == []
    page.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_card_is_accessible(base: str, browser: Browser, scheme: str) -> None:
    page = opened(browser, scheme, 480, [], base)
    for name in CARDS:
        page.goto(f"{base}{name}/card.html")
        found = Axe().run(page)
        assert found.violations_count == 0, f"{name}: {found.generate_report()}"
    page.context.close()


def texts(picture: str) -> list[str]:
    """The texts of a badge, read by a parser of XML; its title first."""
    root = ET.fromstring(picture)
    assert root.get("role") == "img"
    shown = [root.findtext(f"{SVG}title") or "", *(one.text or "" for one in root.iter(f"{SVG}text"))]
    assert root.get("aria-label") == shown[0]
    return shown


def test_badges_say_what_the_page_says(folder: Path) -> None:
    lead = folder / "agents/one/lead"
    said = {name: texts((lead / name).read_text(encoding="utf-8")) for name in BADGES}
    assert said["badge-name.svg"] == ["agent: lead", "agent", "lead"]
    assert said["badge-tools.svg"][2] == "Read, Bash, docs (MCP)"
    assert said["badge-reach.svg"][2] == "Runs commands, Calls MCP servers"


@pytest.mark.parametrize(
    "name", ["a", "<script>x</script>", "a & 'b' \"c\"", "]]>", "レビュー", "עברית", "👩\u200d💻", "i" * 400]
)
def test_a_badge_is_xml_with_its_whole_text(name: str) -> None:
    title, label, words = texts(badge("agent", name, "#303f9f"))
    assert (title, label) == (f"agent: {name}", "agent")
    assert words == name or (len(words) == 48 and words.endswith("…"))


def test_a_list_in_a_badge_ends_with_how_many_more() -> None:
    assert short_list(("Runs commands", "Changes files")) == "Runs commands, Changes files"
    assert short_list(("Runs commands", "Changes files", "x" * 30, "y")) == "Runs commands, Changes files +2"
    assert short_list(("x" * 60, "y")) == "x" * 60 + " +1"
    assert short_list(()) == ""


def test_widths_are_those_that_a_browser_measures(browser: Browser) -> None:
    page = browser.new_page()
    for text in ("code-reviewer", "Runs commands, Calls MCP servers", "WWW iii @#% {x}", "Read, Bash(git:*)"):
        page.set_content(
            '<svg xmlns="http://www.w3.org/2000/svg"><text font-family="DejaVu Sans,Verdana" font-size="11">'
            f"{html.escape(text)}</text></svg>"
        )
        measured = page.evaluate("document.querySelector('text').getComputedTextLength()")
        # A machine without either font measures another one, which is about as wide.
        assert 0.8 * measured <= width(text) <= 1.3 * measured, text
    page.close()


def test_what_moved_is_there_under_its_old_address_too(tmp_path: Path) -> None:
    first = {"agents/old/a.md": agent("a", "tools: Read\n", "Says one thing and no other.\n" * 9)}
    write(tmp_path, first)
    site = build(tmp_path, Options(site_url=URL))
    (tmp_path / "catalog.links.json").write_text(dumps(site.catalog.ledger.now), encoding="utf-8")
    (tmp_path / "agents/old/a.md").unlink()
    found = made(tmp_path, {"agents/new/a.md": first["agents/old/a.md"]})
    for name in (*BADGES, "card.html"):
        assert f"agents/new/a/{name}" in found
        assert f"agents/old/a/{name}" in found
    assert found["agents/old/a/badge-name.svg"] == found["agents/new/a/badge-name.svg"]
    assert 'href="../../new/a/" target="_top"' in found["agents/old/a/card.html"]
    assert not [uri for uri in found if uri.startswith("go/") and uri.endswith((".svg", "card.html"))]


@pytest.mark.parametrize("directory_urls", [True, False])
def test_what_is_gone_says_so_where_it_was_embedded(tmp_path: Path, directory_urls: bool) -> None:
    other = {"agents/b.md": agent("b")}
    write(tmp_path, {"agents/a.md": agent("a"), **other})
    chosen = Options(site_url=URL, use_directory_urls=directory_urls)
    (tmp_path / "catalog.links.json").write_text(
        dumps(build(tmp_path, chosen).catalog.ledger.now), encoding="utf-8"
    )
    (tmp_path / "agents/a.md").unlink()
    found = made(tmp_path, other, use_directory_urls=directory_urls)
    for name in BADGES:
        assert texts(found[f"agents/a/{name}"]) == ["a: gone", "a", "gone"]
    card = found["agents/a/card.html"]
    assert "This agent is gone." in card
    assert f'href="{"./" if directory_urls else "../a.html"}" target="_top"' in card


def test_a_card_never_takes_the_place_of_a_page(tmp_path: Path) -> None:
    files = {"agents/a.md": agent("a"), "agents/a/card.md": agent("card")}
    found = made(tmp_path, files, use_directory_urls=False)
    assert "agents/a/card.html" not in found
    assert "agents/a/card/card.html" in found
    assert "agents/a/card.html" in made(tmp_path, files)


def test_two_builds_give_the_same_files(tmp_path: Path) -> None:
    files = {**REPOSITORY, "agents/hostile.md": HOSTILE}
    assert made(tmp_path / "one", files) == made(tmp_path / "two", files)


def test_in_portuguese(tmp_path: Path) -> None:
    found = made(tmp_path, {"agents/a.md": agent("a", "tools: Read\n")}, language="pt-BR")
    assert texts(found["agents/a/badge-reach.svg"])[1:] == ["alcance", "Somente leitura"]
    assert '<html lang="pt-BR">' in found["agents/a/card.html"]
