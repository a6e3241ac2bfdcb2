"""The plugin's words in other languages: nothing of ours is left out, and nothing fits badly."""

from __future__ import annotations

import ast
import html
import json
import re
import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from mkdocs_agent_catalog.checks.registry import CHECKS, ON_PAGES, describe_check, run_checks
from mkdocs_agent_catalog.model.address_lock import AddressLock, LockEntry, dump_lock
from mkdocs_agent_catalog.pages.decision_view import OUTCOMES, STATES
from mkdocs_agent_catalog.pages.page import GRADE_WORDS
from mkdocs_agent_catalog.pages.render import load_environment
from mkdocs_agent_catalog.permissions.capabilities import CLASSES, NOTHING, READS_ONLY, UNKNOWN
from mkdocs_agent_catalog.runtimes import DEFAULT, list_profiles, list_rules
from mkdocs_agent_catalog.runtimes.builtin_tools import GROUPS
from mkdocs_agent_catalog.text.i18n import (
    ENGLISH,
    LOCALES,
    TranslatableText,
    list_script_texts,
    load_translations,
    say,
)
from places import TESTS
from reading import catalog_of
from sites import Build, agent

PACKAGE = LOCALES.parent
CASES = TESTS / "check_cases"
# What a reader does not see: scripts, their words by their English, and the values that addresses hold.
HIDDEN = re.compile(r'(?s)<script.*?</script>| (?:words|data-[\w-]+)="[^"]*"|</?code>')
HOLE = re.compile(r"%\(\w+\)s|\{\w*\}")


@cache
def texts() -> frozenset[str]:
    """Every text of ours that a page may show."""
    return frozenset((*in_files(), *in_tables()))


def in_files() -> Iterator[str]:
    """The texts that templates, modules and scripts say."""
    for path in sorted((PACKAGE / "templates").glob("*.jinja")):
        for _, _, found in load_environment(None).extract_translations(path.read_text(encoding="utf-8")):
            yield from (found,) if isinstance(found, str) else (one for one in found if one)
    for path in sorted(PACKAGE.rglob("*.py")):
        yield from called(ast.parse(path.read_text(encoding="utf-8")))
    for path in sorted((PACKAGE / "assets/scripts").glob("*.js")):
        yield from list_script_texts(path.read_text(encoding="utf-8"))


def in_tables() -> Iterator[str]:
    """The texts that are said by what they belong to: classes, checks, rules, tools."""
    yield from (title for _, title in (*GROUPS, *CLASSES, NOTHING, READS_ONLY, UNKNOWN))
    yield from (text for _, text in (*OUTCOMES.values(), *STATES.values()))
    yield from GRADE_WORDS.values()
    yield from (describe_check(name) for name, check in CHECKS.items() if check not in ON_PAGES)
    for rule in list_rules().values():
        yield from (rule.says, rule.confidence, *((rule.outcome,) if rule.outcome not in OUTCOMES else ()))
    yield from list_profiles().values()
    for fact in DEFAULT.tools.values():
        yield from templates(fact.summary)
        yield fact.permission or ""


def templates(text: str) -> Iterator[str]:
    """The template that a text was made of, and those of the texts within it."""
    assert isinstance(text, TranslatableText), f"“{text}” is not said"
    yield text.template
    for value in text.values.values():
        if isinstance(value, TranslatableText):
            yield from templates(value)


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
    return set(HOLE.findall(text))


def is_language(text: str) -> bool:
    """Whether there is something to translate beside what is filled in."""
    return bool(re.search("[A-Za-z]{2}", HOLE.sub("", text)))


@pytest.mark.parametrize("path", sorted(LOCALES.glob("*.po")), ids=lambda path: str(path.stem))
def test_translations_fit(path: Path) -> None:
    ours = set(filter(is_language, texts()))
    found = entries(path)
    there = {id for ids, _ in found for id in ids}
    # What is missing is English on the site: it is listed for translators, and stops nobody else.
    for text in sorted(ours - there):
        print(f'msgid {json.dumps(text, ensure_ascii=False)}\nmsgstr ""\n')
    assert not sorted(there - ours), "nobody says these"
    for ids, strings in found:
        filled = set().union(*(holes(id) for id in ids))
        for string in strings:
            assert string, f"{ids}: not translated"
            assert holes(string) == filled or (len(ids) > 1 and holes(string) <= filled), ids


FOUND_IN_DEFINITIONS = sorted(name for name, check in CHECKS.items() if check.find)


@pytest.mark.parametrize("name", FOUND_IN_DEFINITIONS)
def test_findings_can_be_said_in_every_language(name: str) -> None:
    for found in run_checks(catalog_of(CASES / name)):
        said = [found.message, found.hint] if isinstance(found.hint, TranslatableText) else [found.message]
        assert {part for text in said for part in templates(text)} <= texts()
        # A hint may also be nothing but the values that are possible.
        assert isinstance(found.hint, TranslatableText) or re.fullmatch(r"(\w+(, \w+)*)?", found.hint), (
            found.hint
        )


def test_the_site_s_language_chooses() -> None:
    assert (
        load_translations("pt-BR").tag
        == load_translations("pt_BR").tag
        == load_translations("pt").tag
        == "pt-BR"
    )
    assert load_translations("xx") is ENGLISH
    assert load_translations("pt-BR")(say("and {n} more", n=3)) == "e mais 3"
    assert load_translations("pt-BR")("No word of ours") == "No word of ours"


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


QUERIES = """# Home

```agents
show: wrong
```

```agents
tool: Artifact
```

`agents count tool=Bashh`
"""


def test_nothing_of_ours_is_english_on_a_portuguese_site(site: Build, tmp_path: Path) -> None:
    shutil.copytree(CASES, tmp_path / "cases", ignore=shutil.ignore_patterns("expected.txt"))
    every = agent("every", f"tools: {', '.join(DEFAULT.tools)}\n")
    # What it says of addresses: one agent has another one's, one is replaced by nobody.
    taken = LockEntry("agent", "uno", "uno", "uno", addresses=("agents/tools/every/",))
    gone = LockEntry("agent", "second", "second", "second", gone="2026-01-02", replaced_by="nobody")
    lock = dump_lock(AddressLock((taken, gone)))
    files = {"docs/index.md": QUERIES, "cases/tools/agents/every.md": every, "catalog.links.json": lock}
    places = [{"path": f"cases/{name}", "label": name} for name in (*FOUND_IN_DEFINITIONS, "tools")]
    theme = {"name": "material", "font": False, "language": "pt-BR"}
    built = site(files, strict=False, theme=theme, options={"sources": [*places, {"path": "gone"}]})
    here = load_translations("pt-BR")
    wanted = {longest(text) for text in texts() if here(text) != text}
    wanted = {part for part in wanted if len(re.findall("[A-Za-z]{2,}", part)) > 2}
    for path in sorted(built.rglob("*.html")):
        page = re.sub(HIDDEN, "", path.read_text(encoding="utf-8"))
        page = html.unescape(page)
        assert not [part for part in wanted if part in page], path
    problems = (built / "problems/index.html").read_text(encoding="utf-8")
    # What is lost is told by git, and a lock that cannot be read tells nothing else.
    assert set(re.findall(r'<h2 id="check-(\w+)', problems)) == set(FOUND_IN_DEFINITIONS) - {
        "address_lost",
        "lock_unreadable",
    }


def longest(text: str) -> str:
    """The longest part of a text between what it is filled with, as a page shows it."""
    shown = text.replace("{{", "{").replace("}}", "}").replace("`", "")
    return max(HOLE.split(shown), key=len)


def test_words_are_said_when_a_template_is_read_and_values_stay_escaped(tmp_path: Path) -> None:
    text = '{{ _("It %(a)s.", a=one.b) }}{{ _("100% of %(n)s", n=two|length) }}{{ _("Tools") }}'
    (tmp_path / "x.html").write_text(text)
    made = load_environment(tmp_path, "pt-BR")
    source = made.loader.get_source(made, "x.html")[0]  # type: ignore[union-attr]
    assert source == 'It {{ one.b }}.{{ _("100% of %(n)s", n=two|length) }}Ferramentas'
    (tmp_path / "y.html").write_text('{{ _("It %(a)s.", b=1) }}{{ _("It %(a)s.", a=one.b) }}')
    assert '_("It %(a)s.", b=1)' in made.loader.get_source(made, "y.html")[0]  # type: ignore[union-attr]
    (tmp_path / "z.html").write_text('{{ _("It %(a)s.", a=one.b) }} {{ one.keys }}')
    shown = made.get_template("z.html").render(one={"b": "<i>", "keys": "its own"})
    assert shown == "It &lt;i&gt;. its own"
