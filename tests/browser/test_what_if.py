"""What if: the script answers 100 edits as a rebuild does, and the page holds them in its address."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from browsing import open_page, run_axe, served_at
from mkdocs_agent_catalog.build import Options, load_catalog
from mkdocs_agent_catalog.model.catalog import Catalog
from mkdocs_agent_catalog.pages.assets import ASSETS
from mkdocs_agent_catalog.permissions.decisions import PermissionResolver
from mkdocs_agent_catalog.rights.edits import Edit
from mkdocs_agent_catalog.rights.what_if import find_consequences
from mkdocs_agent_catalog.rights.what_if_data import WhatIfData
from mkdocs_agent_catalog.runtimes import RUNTIMES
from playwright.sync_api import Browser, expect
from sites import Build, agent, write

ROOT = Path(__file__).parents[2]
PROFILE = "claude-code"
RUN = """edits => edits.map(({ off, gone, lists }) => {
  const found = findConsequences(window.data, { off, gone: new Set(gone), lists: new Map(lists) });
  return { lost: [...found.lost], gained: [...found.gained], broken: found.broken };
})"""


def gather_all_runtimes(root: Path) -> Path:
    """The real files of every runtime, each in the folder of its runtime."""
    for runtime in RUNTIMES.values():
        name = runtime.folder.name
        for file in (ROOT / "tests/goldens" / name).rglob("*"):
            if file.is_file() and not file.name.endswith(".golden.json"):
                target = root / next(iter(runtime.agent_folders), ".") / file.name
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(file, target)
    return root


def write_denials(root: Path) -> Path:
    """Agents that differ in what their files deny, and in servers of their own."""
    denials = (
        "",
        "Bash",
        "Bash, Edit",
        "Agent",
        "Agent(runner)",
        "mcp__docs",
        "mcp__own",
        "Bash(rm *)",
        "Read, Skill",
    )
    own = "mcpServers:\n  - own:\n      command: own\n"
    for number, denied in enumerate(denials):
        keys = f"disallowedTools: {denied}\n" if denied else ""
        write(root, {f"agents/plain-{number}.md": agent(f"plain-{number}", keys)})
        write(root, {f"agents/owner-{number}.md": agent(f"owner-{number}", keys + own)})
    write(root, {"agents/runner.md": agent("runner", "tools: Bash\n"), ".mcp.json": FILES[".mcp.json"]})
    return root


class Lots:
    """Edits drawn by lot, of those that the data answers."""

    def __init__(self, catalog: Catalog, data: WhatIfData, packed: dict[str, Any], seed: int) -> None:
        self.catalog, self.packed, self.dice = catalog, packed, random.Random(seed)
        self.choices = data.list_choices()
        self.skills = [skill for skill in catalog.skills if skill.source]
        refs = [("agent", item.id) for item in catalog.agents] + [("skill", item.id) for item in self.skills]
        self.refs, self.numbers = refs, {ref: number for number, ref in enumerate(refs)}

    def draw(self) -> list[Edit]:
        drawn = [self._draw_one() for _ in range(self.dice.choice((1, 1, 2, 3, 4)))]
        return list({(edit.kind, edit.id): edit for edit in drawn}.values())

    def _draw_one(self) -> Edit:
        kinds = (
            "agent",
            "list",
            "list",
            "capability",
            "server",
            "tool",
            *(("skill",) if self.skills else ()),
        )
        kind = self.dice.choice(kinds)
        if kind in ("agent", "skill"):
            refs = [r for n, r in enumerate(self.refs) if r[0] == kind and n not in self.packed["shared"]]
            return Edit(kind, self.dice.choice(refs)[1])  # type: ignore[arg-type]
        if kind == "list":
            number = self.dice.choice([n for n, row in enumerate(self.packed["agents"]) if row[4] >= 0])
            listed = self.packed["listed"][self.packed["agents"][number][2]]
            names = [self.packed["tools"][tool][1] for tool in listed]
            names += [f"mcp__{server.id}" for server in self.catalog.servers]
            picked = self.dice.sample(names, self.dice.choice((0, 1, 1, 2, 5)))
            return Edit("agent", self.catalog.agents[number].id, tuple(picked))
        return Edit(kind, self.dice.choice(self.choices[kind]))  # type: ignore[index,arg-type]

    def pack(self, edits: list[Edit]) -> dict[str, Any]:
        """``edits`` as the script takes them."""
        things = [edit for edit in edits if edit.kind in ("agent", "skill")]
        return {
            "off": [str(edit) for edit in edits if edit not in things],
            "gone": [self.numbers[edit.kind, edit.id] for edit in things if edit.tools is None],
            "lists": [[self.numbers["agent", e.id], list(e.tools)] for e in things if e.tools is not None],
        }


@pytest.mark.parametrize(
    ("make", "count"), [(gather_all_runtimes, 80), (lambda _folder: ROOT, 20), (write_denials, 60)]
)
def test_edits_are_answered_as_by_a_rebuild(
    tmp_path: Path, browser: Browser, make: Callable[[Path], Path], count: int
) -> None:
    root = make(tmp_path)
    catalog = load_catalog(root, Options(replay=False))
    data = WhatIfData(catalog, PermissionResolver())
    packed = data.pack()
    lots = Lots(catalog, data, packed, seed=7)
    drawn = [lots.draw() for _ in range(count)]
    page = open_page(browser)
    script = (ASSETS / "scripts/scenario.js").read_text(encoding="utf-8")
    page.add_script_tag(content=f"{script}\nwindow.data = {json.dumps(packed)};")
    answers = page.evaluate(RUN, [lots.pack(edits) for edits in drawn])
    page.close()
    for edits, answer in zip(drawn, answers, strict=True):
        expected, words = find_consequences(catalog, edits, PROFILE), ", ".join(map(str, edits))
        for kind, facts in (("lost", expected.lost), ("gained", expected.gained)):
            named = {
                catalog.agents[number].id: {name: frozenset(values) for name, values in changes.items()}
                for number, changes in answer[kind]
            }
            assert named == facts, f"{kind}: {words}"
        assert {(lots.refs[a], lots.refs[b]) for a, b in answer["broken"]} == set(expected.broken), words


FILES = {
    "agents/runner.md": agent("runner", "tools: Bash\n", "Start the `lead-one` agent."),
    "agents/lead-one.md": agent("lead-one", "tools: Agent, Read, mcp__docs\nskills: style\n"),
    "agents/heir.md": agent("heir"),
    "agents/skills/style/SKILL.md": "---\nname: style\ndescription: Style.\n---\nBe short.\n",
    ".mcp.json": '{"mcpServers": {"docs": {"command": "docs"}}}',
}


def test_the_address_holds_the_edits(shared_site: Build, browser: Browser) -> None:
    with served_at(shared_site(FILES)) as base:
        page = open_page(browser)
        page.goto(f"{base}what-if/?without=tool:Bash")
        answer = page.locator(".ac-answer")
        expect(answer.locator("h2")).to_have_text("2 agents lose something; 1 can no longer start")
        expect(answer.get_by_role("link", name="runner").first).to_have_attribute("href", "../agents/runner/")
        page.get_by_label("Agent", exact=True).fill("heir")
        page.get_by_label("with the tools").fill("Read, Grep")
        page.keyboard.press("Enter")
        expect(answer.locator("h2")).to_contain_text("2 agents lose something")
        assert page.url.endswith("?without=tool:Bash&set=agent:heir%3DRead%2C+Grep")
        page.get_by_role("button", name="Switch off docs").click()
        # An agent is told of once, with all that it loses.
        expect(answer.locator("section").filter(has_text="Lose a capability")).to_contain_text(
            "Calls MCP servers, docs"
        )
        page.get_by_role("button", name="Undo Bash").press("Enter")
        assert "tool:Bash" not in page.url
        address = page.url
        page.goto("about:blank")
        page.goto(address)
        expect(page.locator(".ac-edit-list li")).to_have_count(2)
        assert not run_axe(page, ".ac-page").response["violations"]
        page.close()


def test_what_the_data_does_not_answer_is_said(shared_site: Build, browser: Browser) -> None:
    with served_at(shared_site(FILES)) as base:
        page = open_page(browser)
        page.goto(f"{base}what-if/?set=agent:heir=Bash(git:*)&without=agent:nobody")
        expect(page.get_by_role("alert")).to_contain_text(
            "agent-catalog what-if --set 'agent:heir=Bash(git:*)'"
        )
        page.get_by_label("Without").fill("tool:Nothing")
        page.get_by_role("button", name="Switch off", exact=True).first.click()
        expect(page.get_by_role("alert")).to_have_text("Nothing here is called tool:Nothing.")
        page.goto(f"{base}what-if/?without=lead&set=lead-one=Read")
        expect(page.get_by_role("alert")).to_contain_text(
            "Nothing here is called lead. Did you mean: agent:lead-one"
        )
        page.close()


def test_a_name_alone_is_enough(shared_site: Build, browser: Browser) -> None:
    files = {**FILES, "agents/x/docs.md": agent("docs")}
    with served_at(shared_site(files)) as base:
        page = open_page(browser)
        page.goto(f"{base}what-if/")
        box, chips, alert = (
            page.get_by_label("Without"),
            page.locator(".ac-edit-list li"),
            page.get_by_role("alert"),
        )
        for name, edit in {
            "bash": "Bash",
            "Style": "skill:style",
            "Changes files": "Changes files",
        }.items():
            box.fill(name)
            box.press("Enter")
            expect(chips.last).to_contain_text(f"without {edit}")
        # Several have the name: one click says which is meant.
        box.fill("docs")
        box.press("Enter")
        expect(alert).to_contain_text("2 are called docs. Which one? server:docs agent:x/docs")
        alert.get_by_role("button", name="server:docs").click()
        expect(chips.last).to_contain_text("without server:docs")
        expect(alert).to_be_hidden()
        box.fill("Bsh")
        box.press("Enter")
        alert.get_by_role("button", name="tool:Bash").click()
        expect(alert).to_be_hidden()
        assert not run_axe(page, ".ac-page").response["violations"]
        page.goto(f"{base}what-if/?without=BASH")
        expect(chips).to_have_text(["without Bash ×"])
        assert page.url.endswith("?without=tool:Bash")
        page.close()


def test_without_a_server_it_says_what_its_page_says(shared_site: Build, browser: Browser) -> None:
    files = {
        **FILES,
        "agents/x/lead-two.md": agent("lead-two", "tools: Read, mcp__docs\n"),
        # The file of the project is for those that are loaded in it.
        ".claude/agents/heir-two.md": agent("heir-two"),
        ".claude/agents/heir-three.md": agent("heir-three"),
        "pages/.keep": "",
    }
    with served_at(shared_site(files, docs_dir="pages")) as base:
        page = open_page(browser)
        page.goto(f"{base}servers/docs/")
        words = "Without it, 2 agents lack tools that their files list. "
        words += "2 agents would lose its tools, which they inherit."
        expect(page.locator(".ac-lead").first).to_contain_text(words)
        page.get_by_role("link", name="Agent by agent: What if").click()
        answer = page.locator(".ac-answer")
        expect(answer.locator("h2")).to_have_text("4 agents lose something; all can still start")
        expect(answer).to_contain_text(f"docs: {words}")
        rows = answer.locator("details").evaluate_all(
            "all => all.map((one) => one.innerText.split('\\n')[0])"
        )
        # Whoever inherits may have others of its session, and one that lists it may start such an agent.
        assert [row.rpartition("docs ")[2] for row in rows] == [
            "(its file lists it) 1",
            "(its file lists it) 1",
            "(inherited) 2",
        ]
        names = answer.locator("details a").all_text_contents()
        assert len(names) == len(set(names)) == 4
        answer.get_by_role("link", name="docs", exact=True).click()
        page.wait_for_url("**/servers/docs/")
        # The home page answers with the same words.
        page.goto(base)
        page.locator("#ac-filter").fill("what breaks without docs?")
        expect(page.locator(".ac-answers > li").first).to_contain_text(words)
        page.close()


def test_without_javascript_the_tables_say_what_each_thing_is_worth(
    shared_site: Build, browser: Browser
) -> None:
    with served_at(shared_site(FILES)) as base:
        page = browser.new_page(java_script_enabled=False)
        page.goto(f"{base}what-if/")
        row = page.locator("tr:has([data-edit='tool:Bash']) > *").all_inner_texts()
        assert row == ["Bash", "2", "1", "1"]
        expect(page.locator("form.ac-edits").first).to_be_hidden()
        page.close()
