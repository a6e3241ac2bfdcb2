"""Pictures: what is drawn, in which order, and that it can be read and followed by everybody."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from mkdocs_agent_catalog.build import Options, build
from mkdocs_agent_catalog.pages.link_graph import BOX, MOST, Graph, build_neighbourhood

LISTS = {"before": "#before", "agent": "#agents", "skill": "#skills", "server": "#servers"}


def end(name: str, grade: str = "declared", kind: str = "skill") -> dict[str, Any]:
    return {"name": name, "grade": grade, "kind": kind, "href": f"../{name}/"}


def drawn(before: list[dict[str, Any]], after: list[dict[str, Any]]) -> Graph:
    picture = build_neighbourhood("me", before, after, LISTS, str)
    assert picture
    return picture


def test_nothing_around_is_no_picture() -> None:
    assert build_neighbourhood("me", [], [], LISTS, str) is None


def test_the_strongest_are_drawn_and_the_rest_is_one_box() -> None:
    ends = [end(f"n{n:02}", "named in the text") for n in range(75)] + [
        end("strong"),
        end("told", "in a table"),
    ]
    picture = drawn([], ends)
    shown = [node.label for node in picture.nodes if node.kind == "skill"]
    assert shown[:2] == ["strong", "told"]
    assert len(shown) == MOST
    more = next(node for node in picture.nodes if node.kind == "more")
    assert (more.label, more.href) == ("and 69 more", "#skills")
    assert [line.strength for line in picture.lines[:3]] == ["firm", "told", "named"]
    assert len(picture.legend) == 3


def test_boxes_do_not_touch_and_stay_inside() -> None:
    picture = drawn([end(f"b{n}", kind="agent") for n in range(20)], [end("x"), end("y", kind="server")])
    boxes = [node for node in picture.nodes if node.box]
    for one in boxes:
        assert 0 <= one.y <= picture.height - BOX
        assert 0 <= one.x < picture.width
        for other in boxes:
            assert one is other or one.x != other.x or abs(one.y - other.y) >= BOX


def test_a_long_name_is_shortened_and_kept_whole_beside() -> None:
    node = next(node for node in drawn([], [end("x" * 60)]).nodes if node.kind == "skill")
    assert node.label == "x" * 26 + "…"
    assert node.words.startswith("x" * 60)


def test_hostile_names_are_text(tmp_path: Path) -> None:
    name = '"><svg onload=alert(1)>'
    path = tmp_path / "agents/x.md"
    path.parent.mkdir()
    path.write_text(f"---\nname: x\ndescription: y\nskills: ['{name}']\n---\nZ\n", encoding="utf-8")
    html = next(one.content for one in build(tmp_path, Options()).outputs if one.uri == "agents/x.md")
    assert "ac-picture" in html
    assert "<svg onload" not in html
