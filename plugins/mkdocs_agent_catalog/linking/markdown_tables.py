"""Finds tables in prompts. They are recognised by their cells, not their headings, so any language works."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ..model.catalog import Evidence
from ..model.definitions import Span

_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_DELIMITER = re.compile(r"\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*")
_TICKED = re.compile(r"(?<!`)`++([^`\n]++)`++")
_SKILL_NAME = re.compile(r"(?:[\w-]+:)?[^\W_]+(?:-[^\W_]+)*")
_SKILL_HINT = re.compile(r"skill|habilidad|compet|fähigkeit|スキル|技能|스킬|навык|compétence", re.I)
# What a table is about whose words are names: of agents, skills or commands.
_KIND_HINT = re.compile(
    rf"{_SKILL_HINT.pattern}|comman|comando|befehl|команд|コマンド|命令|커맨드|명령"
    r"|agent|агент|エージェント|智能体|代理|에이전트",
    re.I,
)
COMMIT_TYPE = re.compile(r"\b(?:build|chore|ci|docs|feat|fix|perf|refactor|revert|style|test)\b")
"""The types of commits, which tables and lines list that are of no agents."""


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row of a body table that names skills, tools or servers."""

    heading: str
    line: int
    cells: tuple[str, ...]
    names: tuple[str, ...]
    """What the naming cell names, without back-ticks."""
    text: str
    """The other cells: "when to use"."""
    skills: bool = False
    """Whether the table says that its names are skills, so that one nobody wrote is missing."""


def find_reference_rows(
    body: str, first_line: int, known: Callable[[str], bool], is_command: Callable[[str], bool]
) -> list[TableRow]:
    """The rows of ``body``'s tables that name skills, tools or servers.

    ``first_line`` is the line of the file on which ``body`` begins; ``known`` says whether a name is one,
    ``is_command`` whether what has it are commands. A column counts when it names known things in half of its
    cells. One word, such as ``test`` or ``default``, is a name where the table speaks of such things, or
    where it is marked as one: with its slash, and that of no command in back-ticks. A column also counts
    whose title speaks of skills and whose cells are single names in back-ticks, that nobody wrote yet.
    """
    rows: list[TableRow] = []
    for heading, table in _find_tables(body):
        header, cells = table[0][1], table[1:]
        for column in _find_naming_columns(header, cells, heading, known, is_command):
            skills = _is_about(_SKILL_HINT, header, heading, column)
            for number, row in cells:
                names = _read_names(row[column], known) if column < len(row) else ()
                if names:
                    text = " · ".join(cell for i, cell in enumerate(row) if i != column and cell)
                    rows.append(TableRow(heading, first_line + number, tuple(row), names, text, skills))
    return rows


def _find_tables(body: str) -> Iterator[tuple[str, list[tuple[int, list[str]]]]]:
    """Each table outside code as its heading and its rows (line from 0, cells), the header row first."""
    if "|" not in body:
        return
    lines = body.split("\n")
    heading, fence, index = "", "", 0
    while index < len(lines):
        line = lines[index]
        mark = _FENCE.match(line)
        if fence:
            if mark and mark[1].startswith(fence) and not line.strip().strip(mark[1][0]):
                fence = ""
        elif mark:
            fence = mark[1]
        elif line.startswith("#"):
            heading = line.lstrip("#").strip().strip("*").strip()
        elif "|" in line and index + 1 < len(lines) and is_delimiter(lines[index + 1]):
            table = [(index, split_cells(line))]
            index += 2
            while index < len(lines) and "|" in lines[index]:
                table.append((index, split_cells(lines[index])))
                index += 1
            yield heading, table
            continue
        index += 1


def is_delimiter(line: str) -> bool:
    # The cheap test first keeps the pattern off long lines of prose.
    return "-" in line and not line.strip(" \t|:-") and bool(_DELIMITER.fullmatch(line))


def split_cells(line: str) -> list[str]:
    """The cells of one row; an escaped ``\\|`` belongs to its cell."""
    cells = re.split(r"(?<!\\)\|", line.strip())
    if cells and not cells[0].strip():
        cells = cells[1:]
    if cells and not cells[-1].strip():
        cells = cells[:-1]
    return [cell.replace("\\|", "|").strip() for cell in cells]


def _find_naming_columns(
    header: list[str],
    cells: list[tuple[int, list[str]]],
    heading: str,
    known: Callable[[str], bool],
    is_command: Callable[[str], bool],
) -> Iterator[int]:
    for column in range(max((len(row) for _, row in cells), default=0)):
        values = [row[column] for _, row in cells if column < len(row) and row[column]]
        says_kind = _is_about(_KIND_HINT, header, heading, column)
        hits = sum(
            any(
                known(name) and (says_kind or not name.isalnum() or _is_marked(name, value, is_command))
                for name in _read_names(value, known)
            )
            for value in values
        )
        if _SKILL_HINT.search("".join(header[column : column + 1])):
            ticked = filter(None, map(_TICKED.fullmatch, values))
            hits = max(hits, sum(is_skill_name(match[1].strip()) for match in ticked))
        if hits and hits * 2 >= len(values):
            yield column


def _is_marked(word: str, cell: str, is_command: Callable[[str], bool]) -> bool:
    """Whether ``word`` stands in ``cell`` as a name, and not as any word of prose or of code."""
    if f"/{word}" in cell:
        return True
    return f"`{word}`" in cell and not is_command(word) and not COMMIT_TYPE.fullmatch(word)


def _is_about(hint: re.Pattern[str], header: list[str], heading: str, column: int) -> bool:
    """Whether the column's title, or the heading above a first column, speaks of what ``hint`` finds."""
    title = header[column] if column < len(header) else ""
    return bool(hint.search(title) or (column == 0 and hint.search(heading)))


def is_skill_name(name: str) -> bool:
    """Whether ``name`` can be a skill's: small letters, digits and hyphens, perhaps behind a plugin's.

    Source: the Agent Skills specification, field ``name``. Files and classes in tables are none.
    """
    return bool(_SKILL_NAME.fullmatch(name.lstrip("/"))) and name == name.lower()


def _read_names(cell: str, known: Callable[[str], bool]) -> tuple[str, ...]:
    """What a naming cell names: its back-ticked words, or the whole cell when that is a known name."""
    words = (match[1].strip() for match in _TICKED.finditer(cell))
    ticked = tuple(word.lstrip("/") for word in words if word and " " not in word)
    if ticked:
        return ticked
    plain = cell.strip("*_ ").lstrip("/")
    return (plain,) if plain and known(plain) else ()


def make_evidence(span: Span, row: TableRow) -> Evidence:
    """A table's row as evidence: its other cells are the "when to use"."""
    return Evidence("table", span, row.text, row.heading)
