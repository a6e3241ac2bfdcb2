"""Cards as pictures: their size, that they are repeatable, and what becomes of letters that a font lacks."""

from __future__ import annotations

import io
import time
from pathlib import Path
from typing import Any

import pytest
from conftest import REPOSITORY, Build, agent, write
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from mkdocs_agent_catalog import previews, settings
from mkdocs_agent_catalog.__main__ import main
from mkdocs_agent_catalog.build import Options, Site, build
from mkdocs_agent_catalog.previews import Cards
from mkdocs_agent_catalog.previews.card import HEIGHT, WIDTH, drawn
from mkdocs_agent_catalog.previews.fonts import Fonts
from mkdocs_agent_catalog.previews.lines import Pen, broken
from PIL import Image, features

INK, PAPER = (0, 0, 0), (255, 255, 255)


def built(tmp_path: Path, files: dict[str, str], font: Path | None = None, **more: Any) -> Site:
    write(tmp_path, files)
    return build(tmp_path, Options(site_name="Team", cards=Cards(font), **more))


def pictures(site: Site) -> dict[str, bytes]:
    found = {one.uri: one.content for one in site.outputs if one.uri.endswith(".png")}
    return {uri: content for uri, content in found.items() if isinstance(content, bytes)}


def opened(content: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(content))
    image.load()
    return image


def inked(content: bytes, box: tuple[int, int, int, int]) -> bool:
    """Whether something is drawn in a part of a picture."""
    part = opened(content).convert("RGB").crop(box)
    return len(part.getcolors(1 << 20) or []) > 1


def named(name: str, description: str = "Does it.") -> dict[str, str]:
    return {"agents/a.md": f'---\nname: "{name}"\ndescription: "{description}"\ntools: Read\n---\nx\n'}


@pytest.fixture
def kana(tmp_path: Path) -> Path:
    """A font with ten letters: boxes for kana and for Hebrew, and nothing else."""
    path = tmp_path / "fonts" / "kana.ttf"
    path.parent.mkdir()
    letters = {ord(c): f"u{ord(c):04x}" for c in "レビューABאבג…"}
    pen = TTGlyphPen(None)
    for at, point in enumerate([(100, 0), (100, 700), (900, 700), (900, 0)]):
        (pen.lineTo if at else pen.moveTo)(point)
    pen.closePath()
    box, blank = pen.glyph(), TTGlyphPen(None).glyph()
    font = FontBuilder(1000, isTTF=True)
    font.setupGlyphOrder([".notdef", *letters.values()])
    font.setupCharacterMap(letters)
    font.setupGlyf({".notdef": blank, **dict.fromkeys(letters.values(), box)})
    font.setupHorizontalMetrics(dict.fromkeys([".notdef", *letters.values()], (1000, 100)))
    font.setupHorizontalHeader(ascent=800, descent=-200)
    font.setupOS2()
    font.setupPost()
    font.setupNameTable({"familyName": "Kana", "styleName": "Regular"})
    font.save(path)
    return path


def test_each_page_has_a_picture_in_its_folder(tmp_path: Path) -> None:
    found = pictures(built(tmp_path, REPOSITORY, path="c"))
    for uri in (
        "agents/one/lead",
        "agents",
        "tools/bash",
        "skills/plans",
        "servers/docs",
        "matrix",
        "problems",
    ):
        image = opened(found[f"c/{uri}/card.png"])
        assert (image.format, image.size) == ("PNG", (WIDTH, HEIGHT)) == ("PNG", (1200, 630)), uri
        # No date, no name of a program: what is drawn is all there is.
        assert image.info.keys() <= {"transparency"}
        assert inked(found[f"c/{uri}/card.png"], (60, 120, 1140, 260)), uri
    assert max(map(len, found.values())) < 60_000
    assert pictures(built(tmp_path, REPOSITORY, path="c", use_directory_urls=False)).keys() == found.keys()


def test_pictures_are_repeatable(tmp_path: Path) -> None:
    first = pictures(built(tmp_path, REPOSITORY))
    drawn.cache_clear()
    previews.cards._KNOWN.clear()
    assert pictures(built(tmp_path, REPOSITORY)) == first
    changed = pictures(built(tmp_path, REPOSITORY | {"agents/one/lead.md": agent("lead", "tools: Read\n")}))
    assert changed["agents/one/lead/card.png"] != first["agents/one/lead/card.png"]
    assert changed["agents/one/coder/card.png"] == first["agents/one/coder/card.png"]


def test_a_second_build_draws_only_what_changed(tmp_path: Path) -> None:
    built(tmp_path, REPOSITORY)
    before = drawn.cache_info().misses
    built(tmp_path, named("another"))
    missed = drawn.cache_info().misses - before
    # The new agent, the counts on the pages of the catalog, and the tools that it has or inherits.
    assert 0 < missed < len(pictures(built(tmp_path, {})))
    again = drawn.cache_info().misses
    built(tmp_path, {})
    assert drawn.cache_info().misses == again


def test_a_picture_is_drawn_in_a_moment(tmp_path: Path) -> None:
    drawn.cache_clear()
    start = time.process_time()
    found = pictures(built(tmp_path, {f"agents/a{n}.md": agent(f"agent-number-{n}") for n in range(50)}))
    # Measured: 10 to 30 ms. What takes a tenth of a second is a mistake.
    assert (time.process_time() - start) / len(found) < 0.1


@pytest.mark.parametrize(
    "name", ["W" * 300, "the-very-" * 30 + "long", "<script>alert(1)</script>", "a b " * 99]
)
def test_long_names_stay_on_the_picture(tmp_path: Path, name: str) -> None:
    found = pictures(built(tmp_path, named(name, "word " * 300)))["agents/a/card.png"]
    assert inked(found, (60, 120, 1140, 300))
    for margin in ((1140, 0, WIDTH, HEIGHT), (22, 0, 60, HEIGHT), (22, 600, WIDTH, HEIGHT)):
        assert not inked(found, margin), margin


def test_a_text_is_broken_where_it_may_be() -> None:
    fonts = Fonts()
    pen = Pen(fonts, 40, INK, PAPER)
    wide = pen.width("several-words ")
    lines, whole = broken(fonts.spell("several-words and more"), pen, wide, 5)
    assert (lines, whole) == (["several-words", "and more"], True)
    lines, whole = broken(fonts.spell("several-several-words"), pen, wide, 5)
    assert (lines, whole) == (["several-", "several-words"], True)
    lines, whole = broken(fonts.spell("one two three four five six"), pen, wide, 1)
    assert not whole
    assert lines[0].endswith("…")
    assert pen.width(lines[0]) <= wide
    lines, _ = broken(fonts.spell("x" * 500), pen, wide, 3)
    assert len(lines) == 3
    assert all(pen.width(line) <= wide for line in lines)
    assert broken(fonts.spell(""), pen, wide, 3) == ([], True)


@pytest.mark.parametrize(
    ("text", "shown", "lacking"),
    [
        ("Revisão é ação", "Revisao e acao", "ãéç"),
        ("Ship 🚀 it → now ✓", "Ship it now", ""),
        ("a — b ‑ c • d", "a - b - c · d", ""),
        ("evil\u202etext\u200b\x07", "eviltext", ""),
        ("Z\u0338\u031b\u0316a\u0334\u035alg\u0334o", "Zalgo", ""),
        ("レビュー", "", "レビュー"),
        ("Код", "", "Код"),
        ("ﬁne", "ﬁne", ""),
    ],
)
def test_letters_that_a_font_lacks(text: str, shown: str, lacking: str) -> None:
    said = Fonts().spell(text)
    assert (said.text, said.lacking) == (shown, frozenset(lacking))


def test_a_name_that_cannot_be_written_has_no_picture_and_the_build_says_so(tmp_path: Path) -> None:
    site = built(tmp_path, named("レビュー"), site_url="https://example.org/")
    assert "agents/a/card.png" not in pictures(site)
    head = next(one.head for one in site.outputs if one.uri == "agents/a.md")
    assert "og:image" not in head
    assert 'content="summary"' in head
    (found,) = [one for one in site.diagnostics if one.check == "missing_letters"]
    assert str(found.message) == (
        "the font of the cards lacks these letters: ビ ュ レ ー; pages without a card: 1"
    )
    assert "cards_font" in found.hint
    quiet = built(tmp_path, named("review"), site_url="https://example.org/")
    assert "agents/a/card.png" in pictures(quiet)
    assert not [one for one in quiet.diagnostics if one.check == "missing_letters"]


def test_a_font_of_the_site_has_more_letters(tmp_path: Path, kana: Path) -> None:
    fonts = Fonts(kana)
    assert fonts.spell("レビュー A z").text == "レビュー A z"
    mine, built_in = fonts.faces
    pen = Pen(fonts, 40, INK, PAPER)
    assert [(face, part) for face, part in pen.runs("レAz", False)] == [(mine, "レA"), (built_in, "z")]
    # Every letter of it is as wide as it is high.
    assert pen.width("レビュー") == 160
    lines, _ = broken(fonts.spell("レビューレビュー"), pen, 170, 4)
    assert lines == ["レビュー", "レビュー"]
    site = built(tmp_path, named("レビュー"), kana)
    assert "agents/a/card.png" in pictures(site)
    assert not [one for one in site.diagnostics if one.check == "missing_letters"]


def test_scripts_that_run_to_the_left_need_a_shaper(kana: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(features, "check", lambda name: True)
    said = Fonts(kana).spell("אבג")
    assert (said.text, said.shaped, said.right_to_left) == ("אבג", True, True)
    monkeypatch.setattr(features, "check", lambda name: False)
    said = Fonts(kana).spell("אבג")
    assert (said.text, said.lacking) == ("", frozenset("אבג"))


@pytest.mark.skipif(not features.check("raqm"), reason="this Pillow was built without Raqm")
def test_text_that_runs_to_the_left_begins_at_the_right(tmp_path: Path, kana: Path) -> None:
    found = pictures(built(tmp_path, named("אבג"), kana))["agents/a/card.png"]
    assert inked(found, (900, 120, 1140, 220))
    assert not inked(found, (60, 120, 800, 220))


def test_wrong_options_are_said(tmp_path: Path, kana: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def chosen(**options: Any) -> Options:
        return settings.options(options, tmp_path)

    assert chosen().cards is None
    assert chosen(cards_font="gone.ttf").cards is None
    assert chosen(cards=True).cards == Cards(None)
    assert chosen(cards=True, cards_font="fonts/kana.ttf").cards == Cards(kana.resolve())
    with pytest.raises(settings.SettingError, match=r"no file `gone\.ttf`"):
        chosen(cards=True, cards_font="gone.ttf")
    (tmp_path / "text.ttf").write_text("no font", encoding="utf-8")
    with pytest.raises(settings.SettingError, match=r"`text\.ttf` is no font"):
        chosen(cards=True, cards_font="text.ttf")
    monkeypatch.setattr(settings, "can_draw", lambda: False)
    with pytest.raises(settings.SettingError, match=r"pip install 'mkdocs-agent-catalog\[cards\]'"):
        chosen(cards=True)
    assert chosen().cards is None


def test_a_site_without_cards_has_no_picture(site: Build) -> None:
    folder = site({"agents/a.md": agent("a")})
    assert not list(folder.rglob("card.png"))
    assert "og:image" not in (folder / "agents/a/index.html").read_text(encoding="utf-8")


def test_definitions_are_checked_without_what_only_pictures_need(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    options = "plugins:\n  - agent-catalog:\n      cards: true\n      cards_font: gone.ttf\n"
    write(tmp_path, {"agents/a.md": agent("a", "tools: Read\n"), "mkdocs.yml": options})
    monkeypatch.setattr(settings, "can_draw", lambda: False)
    assert main(["check", "-C", str(tmp_path), "--fail-on", "never"]) == 0
    assert "Pillow" not in capsys.readouterr().err
