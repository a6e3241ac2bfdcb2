"""The plugin's words in other languages: nothing of ours is left out, and nothing fits badly."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from conftest import Build, agent
from mkdocs_agent_catalog.facts import GROUPS
from mkdocs_agent_catalog.pages.page import GRADE_WORDS
from mkdocs_agent_catalog.pages.proof import OUTCOMES, STATES
from mkdocs_agent_catalog.reach import CLASSES, NOTHING, READS_ONLY, UNKNOWN
from mkdocs_agent_catalog.render import environment
from mkdocs_agent_catalog.words import ENGLISH, LOCALES, say, script_texts, words

PACKAGE = LOCALES.parent
# Findings, rules and what tools do are English so far, in every language.
LATER = re.compile(r"(checks|dialects)/|(query|directives)\.py")


def texts() -> Iterator[str]:
    """Every text of ours that a page may show."""
    for path in sorted((PACKAGE / "templates").glob("*.jinja")):
        for _, _, found in environment(None).extract_translations(path.read_text(encoding="utf-8")):
            yield from (found,) if isinstance(found, str) else (one for one in found if one)
    for path in sorted(PACKAGE.rglob("*.py")):
        if not LATER.search(path.relative_to(PACKAGE).as_posix()):
            yield from called(ast.parse(path.read_text(encoding="utf-8")))
    for path in sorted((PACKAGE / "assets/scripts").glob("*.js")):
        yield from script_texts(path.read_text(encoding="utf-8"))
    yield from (title for _, title in (*GROUPS, *CLASSES, NOTHING, READS_ONLY, UNKNOWN))
    yield from (text for _, text in (*OUTCOMES.values(), *STATES.values()))
    yield from GRADE_WORDS.values()


def called(tree: ast.AST) -> Iterator[str]:
    """The first argument of each ``say("…")``, ``shared.say("…")`` and ``_("…")``."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name in ("say", "_") and isinstance(node.args[0].value, str):
                yield node.args[0].value


def entries(path: Path) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    """The texts of a file, each with its plural if it has one, and what they are in its language."""

    def forms(text: str | tuple[str, ...] | list[str]) -> tuple[str, ...]:
        return (text,) if isinstance(text, str) else tuple(text)

    with path.open("rb") as file:
        return [(forms(entry.id), forms(entry.string)) for entry in read_po(file) if entry.id]


def holes(text: str) -> set[str]:
    return set(re.findall(r"%\(\w+\)s|\{\w*\}", text))


@pytest.mark.parametrize("path", sorted(LOCALES.glob("*.po")), ids=lambda path: str(path.stem))
def test_every_text_has_a_translation_that_fits(path: Path) -> None:
    ours = {text for text in texts() if re.search("[A-Za-z]{2}", text)}
    found = entries(path)
    there = {id for ids, _ in found for id in ids}
    missing = sorted(ours - there)
    assert not missing, "\n\n".join(f'msgid "{text}"\nmsgstr ""' for text in missing)
    assert not sorted(there - ours), "nobody says these"
    for ids, strings in found:
        filled = set().union(*(holes(id) for id in ids))
        for string in strings:
            assert string, f"{ids}: not translated"
            assert holes(string) == filled or (len(ids) > 1 and holes(string) <= filled), ids


def test_the_site_s_language_chooses() -> None:
    assert words("pt-BR").tag == words("pt_BR").tag == words("pt").tag == "pt-BR"
    assert words("xx") is ENGLISH
    assert words("pt-BR")(say("and {n} more", n=3)) == "e mais 3"
    assert words("pt-BR")("No word of ours") == "No word of ours"


@pytest.mark.parametrize(
    "theme", [{"name": "material", "font": False, "language": "pt-BR"}, {"name": "mkdocs", "locale": "pt_BR"}]
)
def test_a_site_speaks_portuguese(site: Build, theme: dict[str, object]) -> None:
    built = site({"agents/a.md": agent("a", "tools: Read\n"), "agents/b.md": agent("b")}, theme=theme)
    page = (built / "agents/a/index.html").read_text(encoding="utf-8")
    assert ">Ferramentas</h2>" in page
    assert "Somente leitura" in page
    index = (built / "agents/index.html").read_text(encoding="utf-8")
    assert '<h1 id="agents">Agentes</h1>' in index
    assert "Filtrar agentes" in index
    assert "Matriz de ferramentas" in index
    matrix = (built / "matrix/index.html").read_text(encoding="utf-8")
    assert "todas as ferramentas da sessão" in matrix
    data = (built / "catalog.json").read_text(encoding="utf-8")
    assert "Ferramentas" not in data
