"""Each check has a folder: a small repository that it speaks about, and ``expected.txt``, what it says.

``sources.txt`` names folders that are read in place of the usual ones.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from mkdocs_agent_catalog.build import Options, check_catalog, load_catalog
from mkdocs_agent_catalog.checks.curated_lists import compare_list
from mkdocs_agent_catalog.checks.registry import AGAINST, CHECKS, ON_PAGES, ON_SITE, run_checks
from mkdocs_agent_catalog.model.definitions import Diagnostic
from mkdocs_agent_catalog.reading.paths import SourceRule
from places import TESTS
from reading import catalog_from
from sites import agent, write

CASES = TESTS / "check_cases"
# What is lost or incomplete is told by the history: tests/site/test_links.py and test_feeds.py make one.
# What is wrong with snapshots of other catalogs, or with names in them: tests/site/test_other_catalogs.py and
# test_across.py.
# What a site lacks is told by the site: tests/unit/test_content_files.py builds some.
OF_HISTORY = {"incomplete_history", "other_catalog", "renamed_elsewhere"}
CASE_NAMES = sorted(
    name for name, check in CHECKS.items() if check not in (*ON_PAGES, *ON_SITE) and name not in OF_HISTORY
)


def test_every_check_has_a_case_and_says_what_it_is() -> None:
    assert sorted(path.name for path in CASES.iterdir()) == CASE_NAMES
    assert all(check.documentation for check in CHECKS.values())


@pytest.mark.parametrize("name", CASE_NAMES)
def test_case(name: str) -> None:
    sources = CASES / name / "sources.txt"
    named = sources.read_text(encoding="utf-8").split() if sources.exists() else []
    rules = tuple(map(SourceRule, named)) or None
    catalog = load_catalog(CASES / name, Options(rules=rules, replay=False))
    if CHECKS[name] in AGAINST:
        page = (CASES / name / "README.md").read_text(encoding="utf-8")
        every: tuple[Diagnostic, ...] = compare_list(catalog, "README.md", page).findings
    else:
        every = run_checks(catalog)
    report = "\n".join(str(finding) for finding in every if finding.check == name) + "\n"
    expected = CASES / name / "expected.txt"
    if os.environ.get("UPDATE_GOLDENS"):
        expected.write_text(report, encoding="utf-8")
    assert report == expected.read_text(encoding="utf-8")
    assert f"[{name}]" in report


def test_a_sound_repository_has_no_findings(tmp_path: Path) -> None:
    text = "---\nname: a\ndescription: Use it for things.\ntools: Read, Bash, mcp__x__y\n---\n\nDo them.\n"
    assert run_checks(catalog_from(tmp_path, {"agents/a.md": text})) == ()


def test_stale_names_in_small_tables_are_found(tmp_path: Path) -> None:
    names = ("api-designer", "ui-dev", "sql-pro")
    catalog = catalog_from(
        tmp_path, {f"agents/{name}.md": f"---\nname: {name}\ndescription: Use it.\n---\n" for name in names}
    )
    table = "| {} | Uso |\n|---|---|\n| `{}` | A |\n| `{}` | B |\n\n"
    page = (
        table.format("Subagent", "api-designer", "legacy-architect")
        + table.format("Subagent", "qa-lead", "e2e-tester")
        + table.format("Branch", "ui-dev", "red-green")
        + table.format("Skill", "left-pad", "right-pad")
    )
    stale = [str(entry.message) for entry in compare_list(catalog, "README.md", page).findings]
    assert [message.split("`")[1] for message in stale if "listed, but" in message] == [
        "legacy-architect",
        "qa-lead",
        "e2e-tester",
    ]


def test_names_of_one_cause_are_one_finding_with_a_hint_that_helps(tmp_path: Path) -> None:
    tools = "Read, Edit, MultiEdit, LS, Search, pied-piper, subagent:fetch"
    text = f"---\nname: a\ndescription: Use it.\ntools: {tools}\n---\n"
    findings = {
        (finding.check, str(finding.message)): str(finding.hint)
        for finding in run_checks(catalog_from(tmp_path, {"agents/a.md": text}))
    }
    assert findings["unknown_tool", "`Search` is not a tool of Claude Code"] == "did you mean `Grep`?"
    assert ("unknown_tool", "`pied-piper`, `subagent:fetch` are not tools of Claude Code") in findings
    (hint,) = (hint for (check, _message), hint in findings.items() if check == "retired_tool")
    assert hint == "use `Glob` in place of `LS`; remove `MultiEdit` from the list", "it has `Edit` already"


@pytest.mark.parametrize(
    ("tools", "hint"),
    [
        (
            "Read, Glob, LS, NotebookRead, KillShell, BashOutput",
            "use `TaskStop` in place of `KillShell`; remove `LS`, `NotebookRead`, `BashOutput` from the list",
        ),
        (
            "Read, KillShell, KillBash, View2, GrepTool",
            "use `TaskStop` in place of `KillShell`, `KillBash`; use `Grep` in place of `GrepTool`",
        ),
        ("Read, TeamCreate", "remove `TeamCreate` from the list"),
        ("Read, MultiEdit", "use `Edit`"),
    ],
)
def test_each_retired_tool_has_its_own_successor(tmp_path: Path, tools: str, hint: str) -> None:
    text = f"---\nname: a\ndescription: Use it.\ntools: {tools}\n---\n"
    findings = run_checks(catalog_from(tmp_path, {"agents/a.md": text}))
    assert [str(finding.hint) for finding in findings if finding.check == "retired_tool"] == [hint]


def test_one_fault_is_one_finding(tmp_path: Path) -> None:
    write(tmp_path, {".claude/agents/a.md": agent("a", "tools: read, grep, bash\n")})
    (tmp_path / ".claude/agents/b.md").write_bytes(agent("b").encode("utf-16"))
    hints = [(item.check, str(item.hint)) for item in check_catalog(tmp_path, Options()).diagnostics]
    assert hints == [
        ("cannot_start", "did you mean `Read`, `Grep`, `Bash`?"),
        ("unreadable_source", "save it as UTF-8"),
    ]


def test_tools_of_another_product_are_one_finding_and_none_where_the_tools_are_a_map(tmp_path: Path) -> None:
    text = "---\nname: {}\ndescription: Use it.\ntools: {}\n---\n"
    files = {
        "agents/a.md": text.format("a", "[read, edit, Bash]"),
        ".claude/agents/b.md": text.format("b", "{read: true, edit: false}"),
    }
    checks = ("foreign_tool", "unknown_tool", "invalid_value")
    findings = [item for item in run_checks(catalog_from(tmp_path, files)) if item.check in checks]
    assert [(finding.check, finding.span.path) for finding in findings] == [
        ("invalid_value", ".claude/agents/b.md"),
        ("foreign_tool", "agents/a.md"),
    ]
    assert str(findings[1].message) == "names of GitHub Copilot, not of Claude Code: `read`, `edit`"
    assert str(findings[1].hint) == "Claude Code calls them `Read`, `Edit`"
