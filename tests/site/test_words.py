"""The plugin's words in other languages: nothing of ours is left out, and nothing fits badly."""

from __future__ import annotations

import ast
import html
import json
import re
import shutil
import sys
from collections.abc import Callable, Iterator
from functools import cache
from gettext import NullTranslations
from pathlib import Path

import jinja2
import pytest
from babel.messages.pofile import read_po
from mkdocs_agent_catalog.build import Options, load_catalog
from mkdocs_agent_catalog.checks.registry import CHECKS, NOTED, ON_PAGES, describe_check, run_checks
from mkdocs_agent_catalog.model.address_lock import AddressLock, LockEntry, dump_lock
from mkdocs_agent_catalog.pages import render
from mkdocs_agent_catalog.pages.decision_view import OUTCOMES, STATES
from mkdocs_agent_catalog.pages.page import GRADE_WORDS
from mkdocs_agent_catalog.pages.render import CompiledTemplates, load_environment
from mkdocs_agent_catalog.permissions.capabilities import CLASSES, NOTHING, READS_ONLY, UNKNOWN
from mkdocs_agent_catalog.runtimes import DEFAULT, RUNTIMES, list_profiles, list_rules
from mkdocs_agent_catalog.runtimes.builtin_tools import GROUPS
from mkdocs_agent_catalog.text.i18n import (
    ENGLISH,
    LOCALES,
    SCRIPTS,
    TranslatableText,
    Translations,
    list_script_texts,
    load_translations,
    read_translations,
    say,
    say_plural,
)
from places import PACKAGE, TESTS
from sites import Build, agent

CASES = TESTS / "check_cases"
# What a reader does not see: scripts, their words by their English, and the values that addresses hold.
HIDDEN = re.compile(r'(?s)<script.*?</script>| (?:words|data-[\w-]+)="[^"]*"|</?code>')
LABEL = re.compile(r'(?:title|aria-label|alt|placeholder|data-all)="([^"]+)"')
ALONE = re.compile(r">([^<>]*[A-Za-z][^<>]*)<")
HOLE = re.compile(r"%\(\w+\)s|\{\w*\}")


@cache
def texts() -> dict[str, str]:
    """Every text of ours that a page may show, with its plural if it has one."""
    plurals = {text: plural for text, plural in in_files() if plural}
    return {**dict(in_files()), **dict.fromkeys(in_tables(), ""), **plurals}


def in_files() -> Iterator[tuple[str, str]]:
    """The texts that templates, modules and scripts say, each with its plural or an empty text."""
    # The catalog's own environment has translated most texts by the time it has read a template.
    environment = jinja2.Environment(extensions=["jinja2.ext.i18n"])
    for path in sorted((PACKAGE / "pages/templates").glob("*.jinja")):
        for _, _, message in environment.extract_translations(path.read_text(encoding="utf-8")):
            yield (message, "") if isinstance(message, str) else (message[0] or "", message[1] or "")
    for path in sorted(PACKAGE.rglob("*.py")):
        yield from called(ast.parse(path.read_text(encoding="utf-8")))
    for path in sorted(SCRIPTS.glob("*.js")):
        yield from list_script_texts(path.read_text(encoding="utf-8"))


def in_tables() -> Iterator[str]:
    """The texts that are said by what they belong to: classes, checks, rules, tools."""
    yield from (title for _, title in (*GROUPS, *CLASSES, NOTHING, READS_ONLY, UNKNOWN))
    yield from (text for _, text in (*OUTCOMES.values(), *STATES.values()))
    yield from GRADE_WORDS.values()
    yield from (describe_check(name) for name, check in CHECKS.items() if check not in ON_PAGES)
    for rule in list_rules().values():
        yield from (
            rule.says,
            rule.source,
            rule.confidence,
            *((rule.outcome,) if rule.outcome not in OUTCOMES else ()),
        )
    yield from list_profiles().values()
    for fact in (fact for runtime in RUNTIMES.values() for fact in runtime.tools.values()):
        yield from templates(fact.summary)
        yield from (fact.permission or "", fact.source)


def templates(text: str) -> Iterator[str]:
    """The template that a text was made of, and those of the texts within it."""
    assert isinstance(text, TranslatableText), f"“{text}” is not said"
    yield text.template
    for value in text.values.values():
        if isinstance(value, TranslatableText):
            yield from templates(value)


def called(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """The texts of each ``say("…")``, ``shared.say("…")`` and ``_("…")``, and those with a plural."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        match [arg.value if isinstance(arg, ast.Constant) else None for arg in node.args]:
            case [str(text), *_] if name in ("say", "_"):
                yield text, ""
            case [str(text), str(plural), *_] if name in ("say_plural", "ngettext"):
                yield text, plural


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
    ours = {text: plural for text, plural in texts().items() if is_language(text)}
    assert not {ids for ids, _ in entries(path) if ids[0] not in ours}, "nobody says these"
    for ids, strings in entries(path):
        check_entry(ids, [ours[ids[0]]] if ours[ids[0]] else [], strings)


def check_entry(ids: tuple[str, ...], plurals: list[str], strings: tuple[str, ...]) -> None:
    """An entry has the plural of the code. Its translation has all forms, each with what is filled in."""
    assert list(ids[1:]) == plurals, f"{ids}: the plural is {plurals}"
    if any(strings):
        filled = set().union(*(holes(id) for id in ids))
        for string in strings:
            assert string, f"{ids}: a form is missing"
            assert holes(string) == filled or (plurals and holes(string) <= filled), ids


@pytest.mark.parametrize(
    ("ids", "plurals", "strings", "message"),
    [
        (("{n} tool",), ["{n} tools"], ("{n} narzędzie",), "the plural is"),
        (("{n} tool", "{n} tools"), ["{n} tools"], ("{n} narzędzie", ""), "a form is missing"),
        (("{n} tool", "{n} tools"), ["{n} tools"], ("{x} narzędzie",) * 3, "{n} tool"),
        (("to {name}",), [], ("do",), "to {name}"),
    ],
)
def test_broken_translations_are_refused(
    ids: tuple[str, ...], plurals: list[str], strings: tuple[str, ...], message: str
) -> None:
    with pytest.raises(AssertionError, match=re.escape(message)):
        check_entry(ids, plurals, strings)


def missing_texts(path: Path) -> list[str]:
    """The texts that a file does not translate, as entries to paste into it."""
    translated = {ids[0] for ids, strings in entries(path) if any(strings)}
    missing = []
    for text in sorted(filter(is_language, texts().keys() - translated)):
        plural = texts()[text]
        ids = [f"msgid {quoted(text)}", *([f"msgid_plural {quoted(plural)}"] if plural else [])]
        missing.append("\n".join([*ids, 'msgstr[0] ""' if plural else 'msgstr ""']))
    return missing


def quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


@pytest.mark.parametrize("path", sorted(LOCALES.glob("*.po")), ids=lambda path: str(path.stem))
def test_missing_texts_are_reported(path: Path, record_property: Callable[[str, object], None]) -> None:
    """What is missing is English on the site. It stops nobody: the end of the test run lists it."""
    for entry in missing_texts(path):
        record_property(f"missing in {path.name}", entry)


def test_missing_texts_of_a_file_are_entries_to_paste(tmp_path: Path) -> None:
    (tmp_path / "pl.po").write_text(POLISH, encoding="utf-8")
    missing = missing_texts(tmp_path / "pl.po")
    assert 'msgid "No description."\nmsgstr ""' in missing
    assert 'msgid "%(n)s command"\nmsgid_plural "%(n)s commands"\nmsgstr[0] ""' in missing
    assert not [entry for entry in missing if entry.startswith('msgid "1 tool"')]


POLISH = """
msgid ""
msgstr ""
"Language: pl\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Plural-Forms: nplurals=3; plural=(n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);\\n"

msgid "1 tool"
msgid_plural "{n} tools"
msgstr[0] "{n} narzędzie"
msgstr[1] "{n} narzędzia"
msgstr[2] "{n} narzędzi"

msgid "%(n)s problem"
msgid_plural "%(n)s problems"
msgstr[0] "%(n)s problem"
msgstr[1] "%(n)s problemy"
msgstr[2] "%(n)s problemów"

msgid "One agent fits."
msgid_plural "The {n} that fit best."
msgstr[0] "Pasuje jeden agent."
msgstr[1] "{n} najlepiej pasujące."
msgstr[2] "{n} najlepiej pasujących."
"""
NUMBERS = {0: "narzędzi", 1: "narzędzie", 2: "narzędzia", 5: "narzędzi", 12: "narzędzi", 22: "narzędzia"}


@pytest.fixture
def polish(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Translations:
    """A language with three forms, and templates in it that stand in the test's folder."""
    (tmp_path / "pl.po").write_text(POLISH, encoding="utf-8")
    translations = read_translations(tmp_path / "pl.po")
    monkeypatch.setattr(render, "load_translations", lambda language: translations)
    return translations


def test_every_plural_form_of_a_language_is_used(polish: Translations, tmp_path: Path) -> None:
    for number, word in NUMBERS.items():
        assert polish(say_plural("1 tool", "{n} tools", number)) == f"{number} {word}"
        assert polish.ngettext("1 tool", "{n} tools", number).format(n=number) == f"{number} {word}"
    assert polish("1 tool") == "{n} narzędzie"
    assert polish(say("of {all}", all=say_plural("1 tool", "{n} tools", 22))) == "of 22 narzędzia"
    # What the file leaves out is English, by the rule of English.
    assert [polish.ngettext("user", "users", n) for n in (0, 1, 2)] == ["users", "user", "users"]
    assert polish("") == ""
    (tmp_path / "x.html").write_text(
        "{% trans n=n %}{{ n }} problem{% pluralize n %}{{ n }} problems{% endtrans %}"
    )
    template = load_environment(tmp_path, "pl").get_template("x.html")
    assert [template.render(n=n) for n in (1, 3, 5)] == ["1 problem", "3 problemy", "5 problemów"]


def test_compiled_templates_are_used_until_something_in_them_is_another(
    polish: Translations, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "pycache_prefix", str(tmp_path / "compiled"))
    monkeypatch.setattr(sys, "dont_write_bytecode", False)

    def load_macros(translations: Translations) -> None:
        compiled = CompiledTemplates(translations, render.__file__)
        environment = render.load_environment.__wrapped__(None, translations.language)
        monkeypatch.setitem(environment.filters, "say", translations)
        environment.bytecode_cache = compiled
        environment.get_template("macros.html.jinja")

    load_macros(polish)
    (file,) = (tmp_path / "compiled").rglob("macros.html*")
    written = file.stat().st_mtime_ns
    load_macros(polish)
    assert file.stat().st_mtime_ns == written
    # Other words, and a file that was damaged.
    load_macros(Translations("pl", NullTranslations(), "other"))
    assert file.stat().st_mtime_ns > written
    for damaged in (b"", file.read_bytes()[:40], b"x" * 400):
        file.write_bytes(damaged)
        load_macros(polish)
        assert len(file.read_bytes()) > 1000


def test_zero_is_singular_where_the_language_says_so(tmp_path: Path) -> None:
    text = POLISH.replace("nplurals=3", "nplurals=2")
    text = re.sub(r"plural=\(.*\);", "plural=(n > 1);", re.sub(r"msgstr\[2\].*\n", "", text))
    (tmp_path / "fr.po").write_text(text, encoding="utf-8")
    french = read_translations(tmp_path / "fr.po")
    assert [french.ngettext("1 tool", "{n} tools", n)[4:] for n in (0, 1, 2)] == [
        "narzędzie",
        "narzędzie",
        "narzędzia",
    ]


FOUND_IN_DEFINITIONS = sorted(name for name, check in CHECKS.items() if check.find or check in NOTED)


@pytest.mark.parametrize("name", FOUND_IN_DEFINITIONS)
def test_findings_can_be_said_in_every_language(name: str) -> None:
    for finding in run_checks(load_catalog(CASES / name, Options(replay=False))):
        messages = (
            [finding.message, finding.hint]
            if isinstance(finding.hint, TranslatableText)
            else [finding.message]
        )
        assert {part for text in messages for part in templates(text)} <= texts().keys()
        # A hint may also be nothing but the values that are possible.
        assert isinstance(finding.hint, TranslatableText) or re.fullmatch(r"(\w+(, \w+)*)?", finding.hint), (
            finding.hint
        )


def test_the_site_s_language_chooses() -> None:
    assert (
        load_translations("pt-BR").language
        == load_translations("pt_BR").language
        == load_translations("pt").language
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
    assert ">Permissões</h2>" in page
    assert "Somente leitura" in page
    index = (built / "agents/index.html").read_text(encoding="utf-8")
    assert '<h1 id="agents">Agentes</h1>' in index
    assert "O que você quer fazer? " in index
    assert "Matriz" in index
    matrix = (built / "matrix/index.html").read_text(encoding="utf-8")
    assert "1 de 2 herda todas as ferramentas" in matrix
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
REVIEWS = """reviews:
- no
- {agent: every, path: '', by: R, day: 2026-01-01, form: 1, prompt: x, rights: {tool: {Bash: allowed}}}
- {agent: lost, path: lost.md, by: R, day: 2026-01-01, form: 1, prompt: x, rights: {}}
"""


def test_nothing_of_ours_is_english_on_a_portuguese_site(site: Build, tmp_path: Path) -> None:
    shutil.copytree(CASES, tmp_path / "cases", ignore=shutil.ignore_patterns("expected.txt"))
    every = agent("every", f"tools: {', '.join(DEFAULT.tools)}\n")
    # What it says of addresses: one agent has another one's, one is replaced by nobody.
    taken = LockEntry("agent", "uno", "uno", "uno", addresses=("agents/tools/every/",))
    gone = LockEntry("agent", "second", "second", "second", gone="2026-01-02", replaced_by="nobody")
    lock = dump_lock(AddressLock((taken, gone)))
    files = {"docs/index.md": QUERIES, "cases/tools/agents/every.md": every, "catalog.links.json": lock}
    files["catalog.reviews.yml"] = REVIEWS.replace("path: ''", "path: cases/tools/agents/every.md")
    places = [{"path": f"cases/{name}", "label": name} for name in (*FOUND_IN_DEFINITIONS, "tools")]
    theme = {"name": "material", "font": False, "language": "pt-BR"}
    options = {"sources": [*places, {"path": "gone"}], "policy": "cases/policy/catalog.policy.yml"}
    built = site(files, strict=False, theme=theme, options=options)
    here = load_translations("pt-BR")
    wanted = {longest(form) for item in texts().items() if here(item[0]) != item[0] for form in item}
    wanted = {part for part in wanted if len(re.findall("[A-Za-z]{2,}", part)) > 2}
    short = {as_template(form) for item in texts().items() if here(item[0]) != item[0] for form in item}
    names = {name for runtime in RUNTIMES.values() for name in runtime.tools}
    short -= {"", *names, *(place["path"].removeprefix("cases/") for place in places)}
    # Names in the definitions.
    short -= {"gone", "error", "warning"}
    # The words of an edit, as it is written.
    short -= {"tool"}
    lines: dict[str, Path] = {}
    for path in sorted(built.rglob("*.html")):
        page = re.sub(HIDDEN, "", path.read_text(encoding="utf-8"))
        # What is read out or shown beside the pointer, and what stands alone between two tags.
        labels = LABEL.findall(path.read_text(encoding="utf-8"))
        parts = {as_template(part) for label in labels for part in re.split("[:;,·]", html.unescape(label))}
        parts |= {as_template(text) for text in ALONE.findall(page) if " " in text.strip()}
        assert not (english := parts & short), (english, path)
        for line in html.unescape(page).splitlines():
            lines.setdefault(line, path)
    # Most lines are those of every page.
    every_line = "\n".join(lines)
    assert not [part for part in wanted if part in every_line]
    problems = (built / "problems/index.html").read_text(encoding="utf-8")
    # What is lost or incomplete is told by git, a lock that cannot be read tells nothing else, and where
    # there are definitions nobody says that nothing was found.
    assert set(re.findall(r'id="check-(\w+)', problems)) == set(FOUND_IN_DEFINITIONS) - {
        *("incomplete_history", "lock_unreadable", "other_catalog", "renamed_elsewhere"),
        *("nothing_found", "unusual_places"),
    }


def as_template(text: str) -> str:
    """``text`` with every number and every place for a value as ``{n}``."""
    return re.sub(r"\d+", "{n}", HOLE.sub("{n}", text)).strip("\n .")


def longest(text: str) -> str:
    """The longest part of a text between what it is filled with, as a page shows it."""
    shown = text.replace("{{", "{").replace("}}", "}").replace("`", "")
    return max(HOLE.split(shown), key=len)


def test_templates_are_translated_when_they_are_read_and_values_stay_escaped(tmp_path: Path) -> None:
    environment = load_environment(tmp_path, "pt-BR")
    assert environment.preprocess('{{ _("Tools") }}') == '{{ "Ferramentas"|safe }}'
    texts = {
        '{{ _("Tools") }}': "Ferramentas",
        '{{ _("Tools")|upper }}{{ _("Tools") if b else 1 }}': "FERRAMENTASFerramentas",
        '{{ _("and %(n)s more", n=b) }}': "e mais &lt;i&gt;",
        '{{ _("and %(n)s more", n=b|length + 1) }}': "e mais 4",
        # What is read as it stands is the same as what jinja2 says of it.
        '{{ _("%(n)s & 1%%", n=b) }} {{ _("1%%") }}': "&lt;i&gt; & 1% 1%",
        '<script>_("Tools")</script>': '<script>_("Tools")</script>',
    }
    for number, (text, shown) in enumerate(texts.items()):
        (tmp_path / f"{number}.html").write_text(text)
        assert environment.get_template(f"{number}.html").render(b="<i>") == shown
