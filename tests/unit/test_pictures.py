"""Pictures: what is drawn, in which order, and that it can be read and followed by everybody."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from mkdocs_agent_catalog.build import Options, build
from mkdocs_agent_catalog.pages.link_graph import (
    MOST,
    ROW,
    ROW_BOX,
    ROW_HEAD,
    Neighbourhood,
    Side,
    build_neighbourhood,
)

LISTS = {"before": "#before", "agent": "#agents", "skill": "#skills", "server": "#servers"}


def end(name: str, grade: str = "declared", kind: str = "skill") -> dict[str, Any]:
    return {"name": name, "grade": grade, "kind": kind, "href": f"../{name}/"}


def drawn(before: list[dict[str, Any]], after: list[dict[str, Any]]) -> Neighbourhood:
    picture = build_neighbourhood("me", before, after, LISTS, str)
    assert picture
    return picture


def test_little_around_is_no_picture() -> None:
    assert build_neighbourhood("me", [end("a")], [end("b")], LISTS, str) is None


def test_the_strongest_are_drawn_and_the_rest_is_one_row() -> None:
    ends = [end(f"n{n:02}", "mentioned") for n in range(75)] + [
        end("strong"),
        end("told", "in a table"),
    ]
    picture = drawn([], ends)
    assert picture.after
    shown = [row for row in picture.after.rows if row.href]
    assert [row.label for row in shown[:2]] == ["strong", "told"]
    assert len(shown) == MOST + 1
    assert (shown[-1].label, shown[-1].href) == ("and 69 more", "#skills")
    assert [strength for strength, _path in picture.after.lines] == ["firm", "told", "named"]
    assert len(picture.legend) == 3


def measure_boxes(side: Side, height: int) -> list[int]:
    """Where the middle of each box of ``side`` is, as the style sheet lays the list out."""
    heights = [ROW if row.href else ROW_HEAD for row in side.rows]
    tops = [(height - sum(heights)) // 2 + sum(heights[:at]) for at in range(len(heights))]
    return [top + ROW_BOX // 2 for top, row in zip(tops, side.rows, strict=True) if row.href]


def test_every_line_ends_at_its_box() -> None:
    picture = drawn([end(f"b{n}", kind="agent") for n in range(20)], [end("x"), end("y", kind="server")])
    for side, far in ((picture.before, 0), (picture.after, 30)):
        assert side
        boxes = measure_boxes(side, picture.height)
        ends = [int(at) for _, path in side.lines for at in re.findall(rf" {far} (\d+)(?=M|$)", path)]
        assert ends == [at for at in boxes if at in ends]
        # What leads to the rest has no line.
        assert len(boxes) - len(ends) == (side is picture.before)
        assert all(0 < at < picture.height for at in boxes)


def test_hostile_names_are_text(tmp_path: Path) -> None:
    name = '"><svg onload=alert(1)>'
    path = tmp_path / "agents/x.md"
    path.parent.mkdir()
    path.write_text(f"---\nname: x\ndescription: y\nskills: ['{name}', b, c]\n---\nZ\n", encoding="utf-8")
    html = next(
        output.content for output in build(tmp_path, Options()).outputs if output.uri == "agents/x.md"
    )
    assert "ac-picture" in html
    assert "<svg onload" not in html
