"""The matrix, the page and the lists agree about an agent's tools, in whatever form its file has them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from mkdocs_agent_catalog.build import Options, build
from mkdocs_agent_catalog.pages.agent_access import count_tools
from mkdocs_agent_catalog.pages.agent_cards import summarize_tools
from mkdocs_agent_catalog.pages.finder.facets import inherits_everything
from mkdocs_agent_catalog.pages.matrix.cells import EffectiveView
from mkdocs_agent_catalog.permissions.capabilities import NOTHING
from mkdocs_agent_catalog.runtimes import RUNTIMES, get_runtime_of
from mkdocs_agent_catalog.runtimes.runtime import Runtime
from sites import write

ABSENT = object()


def list_forms(runtime: Runtime) -> dict[str, Any]:
    """Values of the key for tools, those that nobody should write among them."""
    names = list(runtime.current_tools[:2])
    return {
        **{"absent": ABSENT, "null": None, "empty-map": {}, "empty": [], "empty-text": "", "number": 5},
        **{
            "star": ["*"],
            "star-text": "*",
            "star-and-one": ["*", *names[:1]],
            "one": names[:1],
            "two": names,
        },
        **{"map": dict.fromkeys(names, True), "map-of-nothing": dict.fromkeys(names, False)},
        **{"nested": [names], "with-null": [*names, None], "unknown": ["no-such-tool"]},
        **{"server": ["mcp__docs__find"], "upper": [name.upper() for name in names]},
    }


WITH_LISTS = [r for r in RUNTIMES.values() if r.tools_key and ".md" in r.suffixes]


@pytest.mark.parametrize("runtime", WITH_LISTS, ids=lambda runtime: str(runtime.name))
def test_no_place_says_none_where_another_knows_of_some(runtime: Runtime, tmp_path: Path) -> None:
    files = {}
    for form, value in list_forms(runtime).items():
        keys = {"name": form, "description": f"Has its tools as {form}."}
        keys |= {} if value is ABSENT else {runtime.tools_key: value}
        lines = "".join(f"{key}: {json.dumps(text)}\n" for key, text in keys.items())
        files[f"{runtime.agent_folders[0]}/{form}.md"] = f"---\n{lines}---\nDo the work well.\n"
    write(tmp_path, files)
    shared = build(tmp_path, Options()).shared
    grants = shared.grants
    startable = [agent for agent in shared.catalog.agents if grants.can_start(agent)]
    assert len(startable) > 5
    for agent in startable:
        decisions = [grants.decide(agent, name) for name in get_runtime_of(agent).current_tools]
        has_some = any(decision.is_usable for decision in decisions)
        is_unknown = any(decision.outcome == "unknown" for decision in decisions)
        words, total = EffectiveView(shared).describe_row(agent)
        says_none = {
            "row": "no tools" in words,
            "total": total == "0",
            "page": count_tools(shared, agent).startswith("0"),
            "list": summarize_tools(shared, agent) == ["no tools"],
            "capabilities": NOTHING[0] in {capability.id for capability in shared.reach[agent.id]},
        }
        if has_some or is_unknown:
            assert not any(says_none.values()), (agent.name, says_none)
        if inherits_everything(shared, agent):
            assert not grants.list_denied_tools(agent), agent.name
        if not has_some:
            assert "all" not in (total, count_tools(shared, agent)), agent.name


def test_who_is_read_only_inherits_not_everything(tmp_path: Path) -> None:
    keys = "description: Looks at code.\n"
    write(
        tmp_path,
        {
            ".cursor/agents/reader.md": f"---\nname: reader\n{keys}readonly: true\n---\nLook.\n",
            ".cursor/agents/writer.md": f"---\nname: writer\n{keys}---\nWrite.\n",
        },
    )
    shared = build(tmp_path, Options()).shared
    reader, writer = shared.catalog.agents
    assert [inherits_everything(shared, agent) for agent in (reader, writer)] == [False, True]
    assert summarize_tools(shared, writer) == ["inherits all tools"]
    assert summarize_tools(shared, reader)[0].startswith("inherits all tools but ")
    for agent, total in ((reader, "limited"), (writer, "all")):
        assert count_tools(shared, agent) == EffectiveView(shared).describe_row(agent)[1] == total


def test_what_a_runtime_denies_to_everybody_is_no_limit_of_an_agent(tmp_path: Path) -> None:
    write(tmp_path, {".opencode/agents/free.md": "---\ndescription: Does anything.\n---\nDo.\n"})
    shared = build(tmp_path, Options()).shared
    (free,) = shared.catalog.agents
    assert shared.grants.decide(free, "plan_exit").outcome == "denied"
    assert inherits_everything(shared, free)
    assert count_tools(shared, free) == EffectiveView(shared).describe_row(free)[1] == "all"
    assert summarize_tools(shared, free) == ["inherits all tools"]
