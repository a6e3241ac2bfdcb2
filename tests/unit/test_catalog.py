"""Links, grades, uses and ids of whole small repositories."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from mkdocs_agent_catalog.build import Options, check_catalog
from mkdocs_agent_catalog.linking import mentions
from mkdocs_agent_catalog.linking.absent_agents import find_absent_agents
from mkdocs_agent_catalog.model.catalog import Catalog
from mkdocs_agent_catalog.rights.what_if import _means_another
from reading import catalog_from
from sites import write

HEAD = "---\nname: {}\ndescription: Does {}.\n{}---\n\n"


def head(name: str, more: str = "") -> str:
    return HEAD.format(name, name, more)


def grades(catalog: Catalog, origin: str, kind: str) -> dict[str, str]:
    return {
        link.target: link.strongest for link in catalog.get_links_from("agent", origin) if link.kind == kind
    }


def test_skills_are_graded_by_evidence(tmp_path: Path) -> None:
    body = (
        "## Умения\n\n| Навык | Когда |\n|---|---|\n"
        "| `tabled` | **Always** - first |\n| `nowhere` | never |\n\n"
        'Run Skill(skill: "called") and see `named`.\n'
    )
    files = {"agents/a.md": head("a", "skills: [preloaded]\n") + body}
    for name in ("preloaded", "tabled", "called", "named", "unused"):
        files[f"agents/skills/{name}/SKILL.md"] = head(name)
    catalog = catalog_from(tmp_path, files)
    assert grades(catalog, "a", "skill") == {
        "preloaded": "preloaded",
        "tabled": "table",
        "nowhere": "table",
        "called": "called",
        "named": "named",
    }
    table = next(link for link in catalog.get_links_from("agent", "a") if link.target == "tabled").evidence[0]
    assert (table.text, table.heading, table.span.line) == ("**Always** - first", "Умения", 11)
    missing = next(skill for skill in catalog.skills if skill.id == "nowhere")
    assert missing.source is None
    assert catalog.get_links_to("skill", "unused") == ()


def test_agents_name_each_other_only_in_forms_that_mean_it(tmp_path: Path) -> None:
    body = "Ask code-reviewer, `planner`, the tester agent and Data Wizard. We plan a review; architect it.\n"
    files = {"agents/a.md": head("a") + body}
    for name in ("code-reviewer", "planner", "tester", "architect", "review", "Data Wizard"):
        files[f"agents/{name}.md"] = head(name)
    catalog = catalog_from(tmp_path, files)
    assert set(grades(catalog, "a", "agent")) == {"code-reviewer", "planner", "tester", "data-wizard"}


def test_the_title_of_a_file_names_no_other_agent(tmp_path: Path) -> None:
    body = "# Big Data Wizard Agent\n\nYou help.\n"
    files = {"agents/a.md": head("Big Data Wizard") + body, "agents/b.md": head("Data Wizard")}
    assert catalog_from(tmp_path / "1", files).links == ()
    files["agents/a.md"] += "\n## Ask Data Wizard\n"
    assert len(catalog_from(tmp_path / "2", files).links) == 1


def link_body(
    tmp_path: Path, body: str, names: Iterable[str] = (), more: str = ""
) -> dict[str, dict[str, str]]:
    """What agent ``a`` with ``body`` refers to, where agents and skills (``skill:x``) have ``names``."""
    files = {".claude/agents/a.md": head("a", more) + body}
    for name in names:
        if name.startswith("skill:"):
            files[f".claude/skills/{name[6:]}/SKILL.md"] = head(name[6:].rpartition("/")[2])
        else:
            files[f".claude/agents/{name}.md"] = head(name)
    catalog = catalog_from(tmp_path, files)
    return {kind: grades(catalog, "a", kind) for kind in ("agent", "skill", "server")}


@pytest.mark.parametrize(
    "line",
    [
        "Do NOT call Skill(x-ray) here.",
        "Never use `x-ray`.",
        "Use `other` instead of x-ray.",
        "NEVER `x-ray`.",
        "Ask the `x-ray` MCP server.",
        "Não use `x-ray`.",
        "Avoid the `x-ray` agent.",
        "Do not use the x-ray.",
        "Verwende nicht den `x-ray`-Agenten, sondern den anderen.",
        "Em vez do `x-ray`, pergunte.",
        "En lugar de `x-ray`, pregunta.",
        "Au lieu de `x-ray`, demande.",
        "Frag mich statt `x-ray`.",
        "不要使用 x-ray 智能体。",
        "禁止使用`x-ray`。",
        "`x-ray` を使わないでください。",
        "x-ray エージェントは使用しない。",
        "`x-ray` 에이전트를 사용하지 마세요.",
    ],
)
def test_a_name_that_is_not_to_be_used_is_no_reference(tmp_path: Path, line: str) -> None:
    assert link_body(tmp_path, line, ["x-ray", "skill:x-ray"]) == {"agent": {}, "skill": {}, "server": {}}


def test_what_an_entry_denies_is_not_what_the_agent_uses(tmp_path: Path) -> None:
    files = {
        ".claude/agents/a.md": head("a", "disallowedTools: Agent(x), Agent(gone), mcp__docs__find\n"),
        ".claude/agents/x.md": head("x"),
        ".opencode/agents/o.md": head("o", "permission: {task: {y: deny, z: allow}}\n"),
        ".opencode/agents/y.md": head("y"),
        ".opencode/agents/z.md": head("z"),
    }
    catalog = catalog_from(tmp_path, files)
    links = [(link.origin, link.target) for link in catalog.links]
    assert links == [("opencode/o", "opencode/z")]
    assert [server.id for server in catalog.servers] == ["docs"], "it still has its page"
    assert not list(find_absent_agents(catalog))


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("subagent_type: planner", {"planner": "called"}),
        ("- subagent_type: code-reviewer", {"code-reviewer": "called"}),
        ('Task(subagent_type=planner, prompt="x")', {"planner": "called"}),
        ("subagent_type: planner or another", {}),
        ('- `#runSubagent planner "Draft a plan."`', {"planner": "called"}),
        ("#runSubagent code-reviewer", {"code-reviewer": "called"}),
        ('`#agent/runSubagent` with `agentName="docs"`', {"docs": "called"}),
        ("Call `#runSubagent` to ask for planner advice.", {}),
        ('"agentName": "gone"', {}),
        ("Read @docs/guide.md, @planner/tools and @planner.md first; write to @planner@example.org.", {}),
        (
            "Ask @planner/@code-reviewer, or @docs.",
            {"planner": "named", "code-reviewer": "named", "docs": "named"},
        ),
        ("No user story, ask code-reviewer.", {"code-reviewer": "named"}),
        ("No uses el agente code-reviewer.", {}),
        ("N'utilise jamais l'agent code-reviewer.", {}),
        ("Não utilize o agente `planner`.", {}),
        ("No llames a `planner`; usa code-reviewer.", {"code-reviewer": "named"}),
        ("Em vez do `planner`, use o `code-reviewer`.", {"code-reviewer": "named"}),
        ("`planner` を使わずに、code-reviewer を使う。", {"code-reviewer": "named"}),
        ("docs 代理服务器 is off.", {}),
        ("Run `/planner`, then /docs.", {}),
    ],
)
def test_the_forms_in_which_agents_are_written(tmp_path: Path, line: str, names: dict[str, str]) -> None:
    assert link_body(tmp_path, line, ["planner", "code-reviewer", "docs"])["agent"] == names


@pytest.mark.parametrize(
    ("line", "kinds"),
    [
        ("Follow the `doc-keeper` skill.", ("skill",)),
        ("Follow the **doc-keeper** skill.", ("skill",)),
        ("Run skill: doc-keeper", ("skill",)),
        ("Ask the `doc-keeper` agent.", ("agent",)),
        ("See doc-keeper.", ()),
    ],
)
def test_the_word_beside_a_name_says_what_it_is_of_two(
    tmp_path: Path, line: str, kinds: tuple[str, ...]
) -> None:
    links = link_body(tmp_path, line, ["doc-keeper", "skill:doc-keeper"])
    assert links == {kind: dict.fromkeys(["doc-keeper"] * (kind in kinds), "named") for kind in links}


@pytest.mark.parametrize(
    ("line", "is_named"),
    [
        ("Delegate via the blueprint skill.", True),
        ("Use **blueprint** skill for plans.", True),
        ("Do not use the blueprint skill.", False),
        ("Write blueprint skills.", False),
        ("See lib/blueprint skill files.", False),
        ("The blueprint says more.", False),
    ],
)
def test_a_skill_of_one_word_counts_before_the_word_skill(tmp_path: Path, line: str, is_named: bool) -> None:
    names = link_body(tmp_path, line, ["skill:blueprint"])["skill"]
    assert names == ({"blueprint": "named"} if is_named else {})


@pytest.mark.parametrize(
    ("path", "hint"),
    [
        (".claude/agents/a.md", "add `.claude/skills/gone/SKILL.md`"),
        ("sub/.claude/agents/a.md", "add `.claude/skills/gone/SKILL.md`"),
        ("agents/a.md", "add `skills/gone/SKILL.md`"),
        ("plugins/p/agents/a.md", "add `skills/gone/SKILL.md`"),
    ],
)
def test_a_missing_skill_is_to_be_added_where_the_agent_would_find_it(
    tmp_path: Path, path: str, hint: str
) -> None:
    write(
        tmp_path,
        {path: head("a", "skills: [gone, 'x:gone']\n"), "plugins/p/.claude-plugin/plugin.json": "{}"},
    )
    hints = [
        item.hint for item in check_catalog(tmp_path, Options()).diagnostics if item.check == "unknown_skill"
    ]
    assert sorted(map(str, hints)) == [
        f"{hint}, or say where its folder is (`sources`)",
        "spell it like the folder of the skill, or say where that is (`sources`)",
    ]


@pytest.mark.parametrize("project", ["", "web/"])
def test_a_missing_skill_that_is_no_folder_is_to_be_moved(tmp_path: Path, project: str) -> None:
    files = {
        f"{project}.claude/agents/a.md": head("a", "skills: [flat]\n"),
        f"{project}.claude/skills/flat.md": head("flat"),
    }
    write(tmp_path, files)
    (finding,) = (d for d in check_catalog(tmp_path, Options()).diagnostics if d.check == "unknown_skill")
    folder = f"{project}.claude/skills"
    assert str(finding.hint) == (
        f"move `{folder}/flat.md` to `{folder}/flat/SKILL.md`: a skill is read in a folder of its own"
    )


def test_a_type_without_quotes_is_not_missed(tmp_path: Path) -> None:
    catalog = catalog_from(tmp_path, {"agents/a.md": head("a") + "subagent_type: string\n"})
    assert not list(find_absent_agents(catalog))


def test_a_placeholder_is_not_missed(tmp_path: Path) -> None:
    catalog = catalog_from(
        tmp_path, {"agents/a.md": head("a") + "Ask @agent-[name] and @agent-<the-name>.\n"}
    )
    assert not list(mentions.find_calls(catalog.agents[0].document))


def test_a_word_about_something_else_before_a_name_denies_nothing(tmp_path: Path) -> None:
    body = "Never create a change without `x-ray`. Do not wait; ask second-look.\n"
    assert set(link_body(tmp_path, body, ["x-ray", "second-look"])["agent"]) == {"x-ray", "second-look"}


def test_types_of_commits_are_no_agents(tmp_path: Path) -> None:
    body = "Write `feat`, `fix` or `docs` before the message.\n"
    assert link_body(tmp_path, body, ["docs", "fix"])["agent"] == {}
    assert link_body(tmp_path, "Then ask `docs`.\n", ["docs", "fix"])["agent"] == {"docs": "named"}


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("Never trust code that calls `eval`/`Function`, or `eval` with input.", set()),
        ("Injection via `eval`; see the skill list. Use `eval`.", set()),
        ("- `plan`: the file with the steps\n- run `test` and `lint`, skill by skill", set()),
        ("| `plan` | breakdown | `planner` |", set()),
        ("Use the `test` command, then the skill `review`.", {"test", "review"}),
        ("O comando `test` e depois a habilidade `review`. 然后运行`plan`命令。", {"test", "review", "plan"}),
        ("Run /plan first (then /test). `/review src --deep` ends it.", {"plan", "test", "review"}),
        ("**/plan** and /git:push, `/git:commit`.", {"git-push", "git-commit"}),
        ("See the `/test` folder and `/review` routes; PUT `/plan`.", set()),
        ("POST /review, the /test page, `GET /plan`, cd /test, ~/plan and src/review.", set()),
        ("/test/, /plan.md, /review|spec/, </test>, */plan, https://x.example/review, /plan?x=1", set()),
        ("Is it done? Then /review.", {"review"}),
        ("끝나면 /review를 호출하고 code-fixer 스킬을 실행한다.", {"review", "code-fixer"}),
        ("调用code-fixer技能修复，然后/plan。", {"code-fixer", "plan"}),
        ("Files in /test are built; `cp -r dist /review`, rm -rf /plan.", set()),
        ("Do not run /review; never use /test.", set()),
    ],
)
def test_a_word_of_code_is_no_command_and_a_slash_makes_one(
    tmp_path: Path, line: str, names: set[str]
) -> None:
    files = {".claude/agents/a.md": head("a") + line + "\n"}
    for name in ("eval", "plan", "test", "review", "git/push", "git/commit"):
        files[f".claude/commands/{name}.md"] = "---\ndescription: Does it.\n---\nDo it.\n"
    files[".claude/skills/code-fixer/SKILL.md"] = head("code-fixer")
    catalog = catalog_from(tmp_path, files)
    assert {target.replace("/", "-") for target in grades(catalog, "a", "skill")} == names


def test_a_slash_calls_agents_in_runtimes_that_call_them_so(tmp_path: Path) -> None:
    body = "Start `/verifier`, then /planner.\n"
    files = {f".cursor/agents/{name}.md": head(name) for name in ("verifier", "planner")}
    files[".cursor/agents/a.md"] = head("a") + body
    assert set(grades(catalog_from(tmp_path, files), "cursor/a", "agent")) == {
        "cursor/verifier",
        "cursor/planner",
    }


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("Updates come by `vcpkg` or `sync`.", set()),
        ("This skill has a `sync` mode; `vcpkg` installs it.", set()),
        ("Use `sync` for skills.", {"sync"}),
        ("Related skills:\n- `vcpkg` - packages", {"vcpkg"}),
        ("It needs `code-fixer` and `sync`.", {"code-fixer", "sync"}),
        ("Load the `vcpkg` skill.", {"vcpkg"}),
        ("같이 쓰는 `sync` 스킬", {"sync"}),
    ],
)
def test_a_word_of_code_is_no_skill(tmp_path: Path, line: str, names: set[str]) -> None:
    skills = ["skill:sync", "skill:vcpkg", "skill:code-fixer"]
    assert set(link_body(tmp_path, line, skills)["skill"]) == names


def test_an_agent_is_named_before_an_ending_in_other_letters(tmp_path: Path) -> None:
    body = "@planner에게 묻고 test-verifier를 실행한다。レビューはcode-reviewerに。\n"
    names = ["planner", "test-verifier", "code-reviewer"]
    assert set(link_body(tmp_path, body, names)["agent"]) == set(names)
    assert (
        link_body(tmp_path / "2", "xcode-reviewer, écode-reviewer and code-reviewerß", names)["agent"] == {}
    )


@pytest.mark.parametrize(
    "line",
    [
        "분석 완료 후 planner 에이전트 호출.",
        "planner エージェントを起動する。",
        "调用planner智能体。",
        "Delega en el agente planner.",
        "Chame o subagente **planner**.",
        "Appelle l'agent planner.",
        "Вызови агента planner.",
        "Агент planner начинает.",
        "1. **planner** (sonnet) - plans",
        "- **planner**: plans",
    ],
)
def test_an_agent_of_one_word_is_named_in_other_languages_and_at_the_head_of_an_item(
    tmp_path: Path, line: str
) -> None:
    assert link_body(tmp_path, line, ["planner"])["agent"] == {"planner": "named"}
    other = (
        "You act as a **planner**. - **Planner**: x. El agente debe planner; агент planner-x\n- **planner** x"
    )
    assert link_body(tmp_path / "2", other, ["planner"])["agent"] == {}


@pytest.mark.parametrize(
    ("lines", "names"),
    [
        (
            "- coder: writes\n- planner: plans\n\n  First.\n- code-fixer: mends\n- tester: tests\n",
            {"planner"},
        ),
        ("1. planner (first)\n2. docs (then)\n", {"planner", "docs"}),
        ("- planner: plans\n", set()),
        ("- **planner**: plans\n  - **docs** - x\n  - **other** - y\n", {"planner", "docs"}),
        ("- **feat**: new\n- **fix**: mended\n- **docs**: texts\n- **style**: form\n", set()),
        ("- `feat`: new\n- `fix`: mended\n- `docs`: texts\n- `style`: form\n", set()),
        ("- `docs`: texts\n- `planner`: plans\n", {"planner", "docs"}),
        ("| Type | For |\n|---|---|\n| `feat` | new |\n| `docs` | texts |\n", set()),
        ("- **size**: one\n- **default**: two\n- **color**: three\n", set()),
        ("- docs: one\n\nText.\n\n- planner: two\n", set()),
    ],
)
def test_the_heads_of_a_list_are_agents_where_half_of_them_are(
    tmp_path: Path, lines: str, names: set[str]
) -> None:
    linked = link_body(tmp_path, lines, ["planner", "docs", "default", "code-fixer"])["agent"]
    assert set(linked) - {"code-fixer"} == names


def test_a_command_may_list_its_agents_and_skills(tmp_path: Path) -> None:
    files = {
        ".claude/commands/check.md": "---\ndescription: Checks.\nagent: doctor, cleaner, gone\n---\nCheck.\n",
        ".claude/commands/one.md": "---\ndescription: Checks.\nagent: doctor\n---\nCheck.\n",
        ".claude/commands/two.md": (
            "---\ndescription: Checks.\nagents: [cleaner, gone]\nskills:\n  - tidy\n  - lost\n---\nCheck.\n"
        ),
        ".claude/skills/tidy/SKILL.md": head("tidy"),
        ".claude/agents/doctor.md": head("doctor"),
        ".claude/agents/cleaner.md": head("cleaner"),
    }
    links = catalog_from(tmp_path, files).links
    assert [(link.origin, link.target, link.strongest) for link in links] == [
        ("check", "cleaner", "named"),
        ("check", "doctor", "named"),
        ("one", "doctor", "declared"),
        ("two", "cleaner", "named"),
        ("two", "tidy", "named"),
    ]


def test_a_table_of_words_is_none_of_commands(tmp_path: Path) -> None:
    commands = {
        f".claude/commands/{name}.md": "---\ndescription: Does it.\n---\nDo it.\n"
        for name in ("fix", "docs", "test")
    }
    rows = "|---|---|\n| `fix` | A bug |\n| `docs` | A text |\n| `test` | A test |\n"
    for number, (title, count) in enumerate((("Type", 0), ("Command", 3), ("Comando", 3))):
        body = f"## Messages\n\n| {title} | For |\n{rows}"
        catalog = catalog_from(tmp_path / str(number), {**commands, ".claude/agents/a.md": head("a") + body})
        assert len(grades(catalog, "a", "skill")) == count, title
    body = f"## Messages\n\n| Type | For |\n{rows}".replace("`fix", "`/fix").replace("`docs", "`/docs")
    catalog = catalog_from(tmp_path / "slash", {**commands, ".claude/agents/a.md": head("a") + body})
    assert {"fix", "docs"} <= set(grades(catalog, "a", "skill"))


@pytest.mark.parametrize(
    ("table", "names"),
    [
        ("| Type | For |\n|---|---|\n| `test` | A test |\n| `docs` | A text |\n", set()),
        ("| Branch | Place |\n|---|---|\n| test | one |\n| review | two |\n", set()),
        ("| Size | Note |\n|---|---|\n| 1 | review |\n", set()),
        ("| Phase | Agent |\n|---|---|\n| 1 | test |\n| 2 | review |\n", {"test", "review"}),
        ("## Agentes\n\n| Nome | Faz |\n|---|---|\n| review | 1 |\n", {"review"}),
        (
            "| Task | Who |\n|---|---|\n| look | `review` |\n| see | `code-fixer` |\n",
            {"review", "code-fixer"},
        ),
    ],
)
def test_one_word_in_a_table_is_an_agent_where_it_is_marked_as_one(
    tmp_path: Path, table: str, names: set[str]
) -> None:
    linked = link_body(tmp_path, table, ["test", "docs", "review", "code-fixer"])["agent"]
    assert linked == dict.fromkeys(names, "table")


def test_each_column_of_a_table_that_names_something_counts(tmp_path: Path) -> None:
    rows = "| builder | /plan | layout |\n| mender | /mend | repair |\n"
    body = f"| Agent | Command | Skills |\n|---|---|---|\n{rows}"
    names = ["builder", "mender", "skill:layout", "skill:repair", "skill:plan", "skill:mend"]
    links = link_body(tmp_path, body, names)
    assert links["agent"] == {"builder": "table", "mender": "table"}
    assert links["skill"] == {"layout": "table", "repair": "table", "plan": "table", "mend": "table"}


def test_a_skill_is_missed_in_a_table_only_among_skills_that_are_there(tmp_path: Path) -> None:
    def find_missing(root: Path, table: str) -> list[str]:
        write(root, {"agents/a.md": head("a") + table, "skills/other/SKILL.md": head("other")})
        findings = check_catalog(root, Options()).diagnostics
        return [str(item.message) for item in findings if item.check == "unknown_skill"]

    rows = "|---|---|\n| `unseen` | new |\n| `taught` | told |\n"
    table = f"# Skills\n\n| Skill | For |\n{rows}"
    assert find_missing(tmp_path / "1", table) == []
    assert find_missing(tmp_path / "2", f"{table}| `other` | there |\n") == [
        f"the skill `{name}` was not found" for name in ("unseen", "taught")
    ]
    state = f"# Skill coach\n\n| State | Means |\n{rows}"
    assert link_body(tmp_path / "3", state, ["skill:other"])["skill"] == {}


def test_a_link_to_the_file_of_a_skill_is_a_reference(tmp_path: Path) -> None:
    body = "Scale: [by size](by-size/SKILL.md), [out](../other/out/SKILL.md). [No](x/by-time/OTHER.md)\n"
    names = ["skill:scale/by-size", "skill:other/out", "skill:by-time"]
    assert link_body(tmp_path, body, names)["skill"] == {"by-size": "named", "out": "named"}


def test_a_topic_is_no_skill_where_nobody_speaks_of_skills(tmp_path: Path) -> None:
    names = ["skill:responsive-design"]
    topic = "You know about responsive-design principles.\n"
    assert link_body(tmp_path / "1", topic, names)["skill"] == {}
    assert set(link_body(tmp_path / "2", topic + "Load skills first.\n", names)["skill"]) == {
        "responsive-design"
    }
    for index, line in enumerate(
        ("Key topics: layout, responsive-design, colours", "You are skilled in responsive-design principles.")
    ):
        assert link_body(tmp_path / f"y{index}", line, names)["skill"] == {}, line
    for index, line in enumerate(
        ("- responsive-design: for phones", "Use responsive-design.", "`responsive-design`")
    ):
        assert set(link_body(tmp_path / f"x{index}", line, names)["skill"]) == {"responsive-design"}, line


def test_a_description_and_keys_of_the_teams_own_refer_too(tmp_path: Path) -> None:
    more = "reports_to: lead\ncoordinates_with:\n  - second-look\n  - nobody\ncategory: docs\n"
    files = {
        "agents/a.md": head("a", more).replace("Does a.", "Does a. For calls use calls-expert."),
        **{f"agents/{name}.md": head(name) for name in ("lead", "second-look", "docs", "calls-expert")},
    }
    catalog = catalog_from(tmp_path, files)
    assert set(grades(catalog, "a", "agent")) == {"lead", "second-look", "calls-expert"}
    places = {link.target: link.evidence[0].span.line for link in catalog.get_links_from("agent", "a")}
    assert places == {"calls-expert": 3, "lead": 4, "second-look": 5}


def test_a_name_is_spoken_behind_a_verb_only(tmp_path: Path) -> None:
    body = "1. Query context manager for requirements\n2. Collaborate with the Security Engineer on threats\n"
    names = ["context-manager", "security-engineer"]
    assert set(link_body(tmp_path / "1", body, names)["agent"]) == set(names)
    body = "You are a security engineer and your own context manager.\n"
    assert link_body(tmp_path / "2", body, names)["agent"] == {}


def test_an_agent_of_a_plugin_is_found_as_it_is_called(tmp_path: Path) -> None:
    files = {
        "plugins/kit/.claude-plugin/plugin.json": '{"name": "kit"}',
        "plugins/kit/agents/review/security.md": head("sec-reviewer"),
        ".claude/agents/a.md": head("a", "tools: Agent(kit:review:sec-reviewer)\n"),
        ".claude/agents/b.md": head("b") + "Start @agent-kit:review:sec-reviewer.\n",
    }
    catalog = catalog_from(tmp_path, files)
    assert grades(catalog, "a", "agent") == {"kit/review/security": "declared"}
    assert grades(catalog, "b", "agent") == {"kit/review/security": "named"}


def test_a_skill_is_found_by_the_path_of_its_folder(tmp_path: Path) -> None:
    body = "Run `games/chess`, and read skills/games/go/SKILL.md.\n"
    skills = link_body(tmp_path, body, ["skill:games/chess", "skill:games/go"])["skill"]
    assert skills == {"chess": "named", "go": "called"}


def test_the_server_of_a_plugin_is_known_under_its_name_in_a_session(tmp_path: Path) -> None:
    files = {
        "plugins/kit/.claude-plugin/plugin.json": '{"name": "kit"}',
        "plugins/kit/.mcp.json": '{"mcpServers": {"docs": {"command": "npx"}}}',
        "plugins/kit/agents/p.md": head("p", "tools: Read, mcp__plugin_kit_docs__find\n")
        + "Never more than mcp__plugin_kit_docs__find.\n",
        "plugins/kit/agents/q.md": head("q", "tools: mcp__plugin_kit_docs__*\n"),
    }
    catalog = catalog_from(tmp_path, files)
    (server,) = catalog.servers
    assert (server.id, server.tools, len(server.configs)) == ("docs", ("mcp__docs__find",), 1)
    states = {use.agent: use.state for use in server.uses}
    assert set(states) == {"kit/p", "kit/q"}
    rules = [grant.rule for agent in catalog.agents for grant in agent.access.every]
    assert rules == ["Read", "mcp__plugin_kit_docs__find", "mcp__plugin_kit_docs__*"]


def test_a_name_means_the_nearest_agent(tmp_path: Path) -> None:
    files = {
        "agents/one/lead.md": head("lead") + "Ask `code-helper`.\n",
        "agents/one/code-helper.md": head("code-helper"),
        "agents/two/code-helper.md": head("code-helper"),
        "agents/two/lead.md": head("lead") + "Ask `code-helper`.\n",
    }
    catalog = catalog_from(tmp_path, files)
    assert set(grades(catalog, "one/lead", "agent")) == {"one/code-helper"}
    assert set(grades(catalog, "two/lead", "agent")) == {"two/code-helper"}


def test_an_example_within_the_repository_is_not_what_the_files_around_it_mean(tmp_path: Path) -> None:
    files = {
        ".claude/agents/tech-lead.md": head("tech-lead"),
        ".opencode/agents/writer.md": head("writer") + "Ask `tech-lead`.\n",
        "examples/one/.claude/agents/tech-lead.md": head("tech-lead"),
        "examples/one/.opencode/agents/writer.md": head("writer") + "Ask `tech-lead`.\n",
        "examples/two/.claude/agents/writer.md": head("writer") + "Ask `tech-lead`.\n",
    }
    places = {agent.id: agent.source.path for agent in catalog_from(tmp_path, files).agents}
    links = catalog_from(tmp_path, files).links
    assert {(places[link.origin], places[link.target]) for link in links} == {
        (".opencode/agents/writer.md", ".claude/agents/tech-lead.md"),
        ("examples/one/.opencode/agents/writer.md", "examples/one/.claude/agents/tech-lead.md"),
        ("examples/two/.claude/agents/writer.md", ".claude/agents/tech-lead.md"),
    }


@pytest.mark.parametrize("folder", ["", ".claude/"])
def test_what_stands_beside_a_file_is_meant_before_what_a_plugin_brings(tmp_path: Path, folder: str) -> None:
    skill, plugins = head("s"), '{"name": "m", "plugins": [{"name": "p", "source": "./p"}]}'
    catalog = catalog_from(
        tmp_path,
        {
            ".claude-plugin/marketplace.json": plugins,
            "p/.claude-plugin/plugin.json": '{"name": "p"}',
            "p/skills/s/SKILL.md": skill,
            "p/agents/other.md": head("other"),
            "p/agents/y.md": head("y", "skills: s\n") + "Start `other`.",
            f"{folder}skills/s/SKILL.md": skill,
            f"{folder}agents/other.md": head("other"),
            f"{folder}agents/x.md": head("x", "skills: s\n") + "Start `other`.",
        },
    )
    targets = {
        (link.origin, link.kind): catalog.by_id[link.kind, link.target].source.path for link in catalog.links
    }
    ids = {agent.name: agent.id for agent in catalog.agents}
    assert targets == {
        (ids["x"], "skill"): f"{folder}skills/s/SKILL.md",
        (ids["x"], "agent"): f"{folder}agents/other.md",
        (ids["y"], "skill"): "p/skills/s/SKILL.md",
        (ids["y"], "agent"): "p/agents/other.md",
    }


def test_a_skill_for_another_runtime_is_no_nearer_than_one_that_a_plugin_brings(tmp_path: Path) -> None:
    catalog = catalog_from(
        tmp_path,
        {
            ".claude-plugin/plugin.json": '{"name": "p"}',
            "skills/s/SKILL.md": head("s"),
            ".kiro/skills/s/SKILL.md": head("s"),
            ".claude/agents/x.md": head("x", "skills: s\n"),
        },
    )
    assert [catalog.by_id["skill", link.target].source.path for link in catalog.links] == [
        "skills/s/SKILL.md"
    ]


def test_a_name_that_may_mean_several_things_links_none(tmp_path: Path) -> None:
    files = {
        ".mcp.json": '{"mcpServers": {"docs-lookup": {"command": "npx"}}}',
        ".claude/agents/web/a.md": head("a")
        + "Use `docs-lookup`, `code-review` and `context-manager`. Query context manager for more.\n"
        + "The other-kit plugin is beside it.\n",
        **{f".claude/agents/{place}/context-manager.md": head("context-manager") for place in ("one", "two")},
        ".claude/agents/one/docs-lookup.md": head("docs-lookup"),
        ".claude/agents/one/code-review.md": head("code-review"),
        ".claude/agents/one/other-kit.md": head("other-kit"),
        ".claude/skills/code-review/SKILL.md": head("code-review"),
        ".claude/agents/one/b.md": head("b") + "Ask the docs-lookup agent, then `context-manager`.\n",
    }
    catalog = catalog_from(tmp_path, files)
    assert catalog.get_links_from("agent", "web/a") == ()
    assert set(grades(catalog, "one/b", "agent")) == {"one/docs-lookup", "one/context-manager"}


def list_namesakes(catalog: Catalog, origin: str) -> dict[str, int]:
    return {link.target: link.namesakes for link in catalog.get_links_from("agent", origin)}


def test_a_reference_to_one_of_many_leads_to_the_first_of_them_and_says_how_many_they_are(
    tmp_path: Path,
) -> None:
    same = {f".claude/agents/d{n}/reviewer.md": head("reviewer") for n in range(1, 9)}
    callers = {f".claude/agents/{name}.md": head(name, "tools: Agent(reviewer)\n") for name in ("one", "two")}
    catalog = catalog_from(tmp_path, {**same, **callers})
    for name in ("one", "two"):
        assert list_namesakes(catalog, name) == {f"d{n}/reviewer": 7 for n in range(1, 6)}
    gone = [("agent", f"d{n}/reviewer") for n in range(1, 6)]
    links = catalog.get_links_from("agent", "one")
    assert all(_means_another(link, catalog, tuple(gone)) for link in links), "three are left"


def test_a_reference_to_one_of_several_leads_to_each_of_them_and_says_so(tmp_path: Path) -> None:
    plugins = ", ".join(f'{{"name": "{name}", "source": "./{name}"}}' for name in "pqr")
    reviewer, caller = head("code-reviewer"), head("{}", "tools: Agent(code-reviewer), Read\n")
    catalog = catalog_from(
        tmp_path,
        {
            ".claude/agents/one/code-reviewer.md": reviewer,
            ".claude/agents/two/code-reviewer.md": reviewer,
            ".claude/agents/one/near.md": caller.replace("{}", "near"),
            ".claude/agents/lead.md": caller.replace("{}", "lead") + "Ask `code-reviewer`.\n",
            ".claude/agents/says.md": head("says") + "Ask `code-reviewer`.\n",
            ".claude/agents/calls.md": head("calls") + "Task(subagent_type='code-reviewer')\n",
            ".claude-plugin/marketplace.json": f'{{"name": "m", "plugins": [{plugins}]}}',
            **{f"{name}/.claude-plugin/plugin.json": f'{{"name": "{name}"}}' for name in "pqr"},
            "p/agents/code-reviewer.md": reviewer,
            "p/agents/of-p.md": caller.replace("{}", "of-p"),
            "p/skills/s/SKILL.md": head("s"),
            "q/skills/s/SKILL.md": head("s"),
            "r/agents/of-r.md": head("of-r", "skills: s\n"),
            ".opencode/agents/code-reviewer.md": "---\ndescription: O.\nmode: subagent\n---\nReview.\n",
        },
    )
    both = {"one/code-reviewer": 1, "two/code-reviewer": 1}
    assert list_namesakes(catalog, "one/near") == {"one/code-reviewer": 0}, "the folder tells"
    assert list_namesakes(catalog, "lead") == both
    assert list_namesakes(catalog, "calls") == both
    assert list_namesakes(catalog, "says") == {}, "a mere word"
    assert list_namesakes(catalog, "p/of-p") == {"p/code-reviewer": 0}, "the plugin tells"
    assert list_namesakes(catalog, "r/of-r") == {"p/s": 1, "q/s": 1}
    users = {id: {link.origin for link in catalog.get_links_to("agent", id)} for id in both}
    assert users == {
        "one/code-reviewer": {"one/near", "lead", "calls"},
        "two/code-reviewer": {"lead", "calls"},
    }


def states(catalog: Catalog, name: str) -> dict[str, str]:
    tool = next(tool for tool in catalog.tools if tool.name == name)
    return {use.agent: use.state for use in tool.uses}


def test_every_state_of_a_cell(tmp_path: Path) -> None:
    files = {
        "agents/granted.md": head("granted", "tools: Read, Bash\n"),
        "agents/limited.md": head("limited", "tools: Bash(git:*)\n"),
        "agents/omitted.md": head("omitted"),
        "agents/denied.md": head("denied", "disallowedTools: Bash\n"),
        "agents/ignored.md": head("ignored", "allowed-tools: [Bash]\n"),
        "agents/none.md": head("none", "tools: []\n"),
        "agents/case.md": head("case", "tools: bash\n"),
    }
    catalog = catalog_from(tmp_path, files)
    assert states(catalog, "Bash") == {
        "granted": "granted",
        "limited": "specifier",
        "omitted": "inherited",
        "denied": "denied",
        "ignored": "ignored",
        "case": "granted",
    }
    assert "none" not in states(catalog, "Read")


def test_servers_by_tool_by_pattern_and_by_configuration(tmp_path: Path) -> None:
    files = {
        "agents/a.md": head("a", "tools: mcp__docs__query\n"),
        "agents/b.md": head("b", "tools: mcp__docs__*\n"),
        "agents/c.md": head("c", "disallowedTools: mcp__*\n"),
        "agents/.mcp.json": '{"mcpServers": {"docs": {"command": "npx"}, "spare": {"url": "https://x.example"}}}',
    }
    catalog = catalog_from(tmp_path, files)
    docs = next(server for server in catalog.servers if server.id == "docs")
    assert docs.tools == ("mcp__docs__query",)
    assert {use.agent: use.state for use in docs.uses} == {"a": "granted", "b": "pattern"}
    assert len(docs.configs) == 1
    assert states(catalog, "mcp__docs__query") == {"a": "granted", "b": "pattern"}


def test_ids_are_unique_on_any_disk_and_never_an_index(tmp_path: Path) -> None:
    names = ["index.md", "C#.md", "C++.md", "tools/x.md", "a.b.md", "a b.md", "レビュー.md", "x.md", "X.md"]
    catalog = catalog_from(tmp_path, {f"agents/{name}": head(name) for name in names})
    ids = [agent.id for agent in catalog.agents]
    assert len({id.casefold() for id in ids}) == len(names) == len(ids)
    assert "index-agent" in ids
    assert {"c-sharp", "c-plus-plus", "tools/x", "レビュー"} <= set(ids)


def test_a_newcomer_takes_no_address_from_the_file_that_is_spelled_like_it(tmp_path: Path) -> None:
    files = {"agents/a-b.md": head("first")}
    before = {agent.name: agent.id for agent in catalog_from(tmp_path, files).agents}
    newcomers = {"agents/A-B.md": head("upper"), "agents/a b.md": head("blank"), "agents/a.b.md": head("dot")}
    after = {agent.name: agent.id for agent in catalog_from(tmp_path, newcomers).agents}
    assert len(after) == len(set(after.values())) == 4
    assert after["first"] == before["first"] == "a-b"


@given(st.text(alphabet="ab1é_-:./` \n", max_size=40))
@example("1:1:é")
def test_words_are_found_from_the_signs_within(text: str) -> None:
    """The quick way finds what a pattern finds that says all of what a word is."""
    whole = re.compile(f"{mentions._WORD.pattern}(?!{mentions._GOES_ON.pattern})")
    assert [m.span() for m in mentions._find_words(text)] == [m.span() for m in whole.finditer(text)]


def test_tools_of_one_name_in_several_runtimes_are_in_the_order_of_the_runtimes(tmp_path: Path) -> None:
    """What is in no order of its own changes between two builds, as Python shuffles sets."""
    names = [f"Own{number}" for number in range(12)]
    text = f"---\nname: a\ndescription: Reads.\ntools: [{', '.join(names)}]\n---\nRead.\n"
    catalog = catalog_from(tmp_path, {".cursor/agents/a.md": text, ".claude/agents/a.md": text})
    tools = [(tool.name, tool.runtime) for tool in catalog.tools if tool.name in names]
    assert tools == [(name, runtime) for name in sorted(names) for runtime in ("claude-code", "cursor")]


def test_a_name_of_several_words_is_found_behind_a_longer_one(tmp_path: Path) -> None:
    names = ["Senior Dev", "Senior Developer", "Senior Tester", "QA-Lead One"]
    body = "Ask the Senior Developer, then the Senior Dev.\nQA-Lead One knows, a Senior Testers does not.\n"
    assert set(link_body(tmp_path, body, names)["agent"]) == {"senior-dev", "senior-developer", "qa-lead-one"}
