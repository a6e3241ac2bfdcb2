"""The documentation covers what there is: options, checks, templates and blocks."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import jinja2
import pytest
from architecture import PAGE, make_page
from mkdocs_agent_catalog.build import Options, build
from mkdocs_agent_catalog.checks.registry import CHECKS
from mkdocs_agent_catalog.cli.arguments import build_parser
from mkdocs_agent_catalog.mkdocs_adapter.config import AgentCatalogConfig
from mkdocs_agent_catalog.pages.decision_view import OUTCOMES, STATES
from mkdocs_agent_catalog.pages.finder.query import KEYS, SHOWS
from mkdocs_agent_catalog.pages.registry import list_nav_pages
from mkdocs_agent_catalog.runtimes import RUNTIMES
from places import PACKAGE, ROOT
from sites import REPOSITORY, REVIEWS, write

DOCS = {path.name: path.read_text(encoding="utf-8") for path in (ROOT / "docs").glob("*.md")}
# What pages of several templates are given.
SHARED_VALUES = ("page", "href", "headings", "take", "former_owners", "parted", "crumbs", "parts")
TEMPLATES = PACKAGE / "pages/templates"


def test_the_architecture_is_that_of_the_docstrings() -> None:
    assert PAGE.read_text(encoding="utf-8") == make_page(), "write it anew: python tests/architecture.py"


def test_every_option_is_documented() -> None:
    for name, _ in AgentCatalogConfig()._schema:
        assert f"\n## {name}\n" in DOCS["options.md"], name


def test_every_check_is_documented() -> None:
    for name in CHECKS:
        assert f"\n## {name}\n" in DOCS["checks.md"], name


def test_the_default_levels_are_those_of_the_checks() -> None:
    (paragraph,) = [
        text for text in DOCS["options.md"].split("\n\n") if text.startswith("Default: `error` for")
    ]
    errors, _, notes = paragraph.partition("`info` for")
    for level, words in (("error", errors), ("info", notes.partition("`warn` for")[0])):
        named = set(re.findall(r"`(\w+)`", words)) & CHECKS.keys()
        assert named == {name for name, check in CHECKS.items() if check.level == level}


def test_every_page_of_the_navigation_is_documented() -> None:
    options = re.search(r"(?s)\n## nav\n(.*?)\n## ", DOCS["options.md"])
    assert options
    for page in list_nav_pages():
        assert f"`{page.uri}`" in DOCS["pages.md"], page.uri
        assert re.search(rf"(?m)^- \*.*\b{page.title}\b", options[1], re.I), page.title


def test_every_outcome_is_explained() -> None:
    section = DOCS["how-it-works.md"].partition("\n## Declared and effective\n")[2].partition("\n## ")[0]
    tables = [text for text in section.split("\n\n") if text.startswith("| Sign |")]
    for table, texts in zip(tables, (STATES, OUTCOMES), strict=True):
        assert set(re.findall(r"^\| (\S) \|", table, re.M)) == {sign for sign, _ in texts.values() if sign}


def list_rows(section: str) -> dict[str, set[str]]:
    """What stands as code in each row of a table of `templates.md`, by the template that the row is about."""
    text = DOCS["templates.md"].partition(f"\n## {section}\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| `(\w+)` (.*)", text, re.M)
    return {f"{name}.html.jinja": set(re.findall(r"`(\w+)`", row)) for name, row in rows}


def test_every_template_and_block_is_documented() -> None:
    documented = list_rows("Templates and blocks")
    for template in TEMPLATES.glob("*.jinja"):
        text = template.read_text(encoding="utf-8")
        assert text.startswith("{#"), f"{template.name} does not name its context"
        assert f"`{template.name.partition('.')[0]}`" in DOCS["templates.md"]
        assert set(re.findall(r"{% block (\w+)", text)) == documented.get(template.name, set()), template.name


def test_what_each_template_is_given_is_documented(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given: dict[str, set[str]] = {}
    render = jinja2.Template.render

    def note_values(template: jinja2.Template, *tables: dict[str, Any], **values: Any) -> str:
        assert template.name
        given.setdefault(template.name, set()).update(dict(*tables, **values))
        return render(template, *tables, **values)

    monkeypatch.setattr(jinja2.Template, "render", note_values)
    write(tmp_path, REPOSITORY | {"catalog.reviews.yml": REVIEWS})
    for output in build(tmp_path, Options(embeds=True)).outputs:
        assert output.content is not None
    documented, shared = list_rows("What each template is given"), set(SHARED_VALUES)
    assert len(given) >= 14
    for template, values in given.items():
        assert values - shared == documented[template] - shared, template
    for value in SHARED_VALUES:
        assert f"`{value}`" in DOCS["templates.md"]


def test_every_key_of_a_query_is_documented() -> None:
    for key in KEYS:
        assert f"`{key}`" in DOCS["examples.md"], key
    for show in SHOWS:
        assert f"`{show}`" in DOCS["examples.md"], show


def test_every_command_and_its_options_are_documented() -> None:
    for action in build_parser()._subparsers._group_actions[0].choices.items():  # type: ignore[union-attr]
        name, command = action
        assert f"\n## {name}\n" in DOCS["cli.md"], name
        assert f"\n| [`{name}`](#{name}) | " in DOCS["cli.md"], f"{name} is not in the table of commands"
        for option in command._actions:
            if option.dest != "help":
                shown = option.option_strings[-1] if option.option_strings else option.dest.upper()
                assert shown in DOCS["cli.md"] or option.dest in ("agent", "tool"), option.dest


def test_every_runtime_and_its_profiles_are_documented() -> None:
    text = (ROOT / "docs" / "runtimes" / "index.md").read_text(encoding="utf-8")
    table = [line for line in text.splitlines() if line.startswith("|")]
    profiles = DOCS["options.md"].partition("\n## profile\n")[2].partition("\n## ")[0]
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for runtime in RUNTIMES.values():
        assert any(runtime.title in row for row in table), runtime.title
        assert runtime.title in readme, runtime.title
        for profile in runtime.profiles:
            assert f"`{profile}`" in profiles, profile


def test_what_is_read_beside_agents_is_documented() -> None:
    text = (ROOT / "docs" / "runtimes" / "beside.md").read_text(encoding="utf-8")
    for runtime in RUNTIMES.values():
        places = (
            *(*runtime.skill_folders, *runtime.command_folders, *runtime.server_files),
            *(*runtime.instruction_files, *runtime.plugin_manifests, *runtime.marketplaces),
            *(place.replace("rules-*", "rules-<mode>") for place in runtime.rule_folders),
        )
        places = tuple(place.removesuffix("c") if place.endswith(".jsonc") else place for place in places)
        rows = [line for line in text.splitlines() if line.startswith("|") and runtime.title in line]
        for place in places:
            assert not place.startswith(".") or any(place in row for row in rows), (runtime.title, place)


def test_the_table_of_other_plugins_is_that_of_the_suite() -> None:
    command = [sys.executable, str(ROOT / "benchmarks/beside_plugins.py"), "--rows"]
    rows = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    table = [line for line in DOCS["other-plugins.md"].splitlines() if line.startswith("| `")]
    assert table == rows


def list_sentences(page: Path) -> list[str]:
    """The sentences of a page without tables and blocks of code. A span of code counts as one word."""
    text = re.sub(r"^(`{3,}).*?^\1`*", "", page.read_text(encoding="utf-8"), flags=re.M | re.S)
    text = re.sub(r"^\|.*$|^#.*$", "", text, flags=re.M)
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", re.sub(r"`+[^`]*`+", "code", text))
    paragraphs = re.split(r"\n\s*\n|\n\s*(?:[-*]|\d+\.) ", text)
    return [sentence for paragraph in paragraphs for sentence in re.split(r"(?<=[.!?:;])\s", paragraph)]


def test_sentences_are_short() -> None:
    pages = [*(ROOT / "docs").rglob("*.md"), ROOT / "CONTRIBUTING.md"]
    sentences = [sentence for page in pages if page != PAGE for sentence in list_sentences(page)]
    assert len(sentences) > 1000
    assert [sentence for sentence in sentences if len(sentence.split()) > 35] == [], "say it in two sentences"


def make_anchors(page: Path) -> set[str]:
    """The anchors of a page as code hosts and MkDocs both make them: of headings, and those that it sets."""
    text = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.M | re.S)
    headings = re.findall(r"^#+ (.*)$", text, re.M)
    plain = [re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).strip().lower() for heading in headings]
    made = {re.sub(r"[^\w\- ]", "", heading).replace(" ", "-") for heading in plain}
    return made | set(re.findall(r'<\w+ id="([^"]+)"', text))


def test_every_link_leads_somewhere_on_a_code_host_too() -> None:
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / ".github").glob("*.md")]
    dead = []
    for page in pages:
        text = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.M | re.S)
        links = re.findall(r"\]\(([^)\s]+)\)", re.sub(r"`[^`]*`", "", text))
        for link in links + re.findall(r'(?:src|srcset)="([^"]+)"', text):
            path, _, anchor = link.partition("#")
            file = (page.parent / path).resolve() if path else page
            if re.match(r"\w+:", link):
                continue
            if not file.exists() or (anchor and file.suffix == ".md" and anchor not in make_anchors(file)):
                dead.append(f"{page.relative_to(ROOT)}: {link}")
    assert dead == []
