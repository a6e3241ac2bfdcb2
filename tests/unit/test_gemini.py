"""Gemini CLI: what its loader refuses and for which word, files of several agents, extensions."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from mkdocs_agent_catalog.build import Options, build, check_catalog
from mkdocs_agent_catalog.model.definitions import Agent, Skipped, Source
from mkdocs_agent_catalog.runtimes import RUNTIMES, find_dialect
from sites import write

GEMINI = RUNTIMES["gemini"]
USUAL = "name: a\ndescription: b\n"
CARD = "agent_card_url: https://agents.example.org/card\n"
SECRET = "hunter2" + "hunter2"
NAME = "its name is missing, or has other letters than a to z, digits, `-` and `_`"
VALUE = "its `{}` is not what the key may hold"


def read(text: str) -> tuple[Agent | Skipped, ...]:
    return GEMINI.read_agents(Source("a.md", "a.md", "agent", "", text, dialect="gemini"))


def explain(frontmatter: str) -> list[str]:
    agents = read(f"---\n{frontmatter}\n---\nDo it.\n")
    return [str(agent.not_loaded) for agent in agents if isinstance(agent, Agent)]


# What @google/gemini-cli-core 0.61.0 said of each of these files.
@pytest.mark.parametrize(
    ("frontmatter", "reason"),
    [
        (USUAL, ""),
        (f"{USUAL}temperature: 1e-1", ""),
        (f"{USUAL}max_turns: 5.0", ""),
        ("name: yes\ndescription: on", ""),
        ("name: 1:30\ndescription: b", NAME),
        ("name: 5\ndescription: b", NAME),
        ("name: true\ndescription: b", NAME),
        ("name: a\ndescription: 2026-01-01", "description"),
        ("name: a\ndescription: b\tc", ""),
        (f"{USUAL}name: c", "its frontmatter is not valid YAML"),
        (f"{USUAL}<<: {{model: m}}", ""),
        (f"{USUAL}tools: ['mcp_my-server_*', 'mcp_*', '*', search_file_content]", ""),
        (f"{USUAL}tools: [mcp__docs__find]", "the tool `mcp__docs__find` is not known"),
        (f"{USUAL}tools: [mcp_docs_]", "the tool `mcp_docs_` is not known"),
        (f"{USUAL}tools: [MCP_docs_find]", "the tool `MCP_docs_find` is not known"),
        (f"{USUAL}tools: [save_memory]", "the tool `save_memory` is not known"),
        (f"{USUAL}tools: [[read_file]]", "tools"),
        (f"{USUAL}timeout_mins: 0.5", "timeout_mins"),
        (f"{USUAL}temperature: .nan", "temperature"),
        (f"{USUAL}mcp_servers: {{a: {{auth: {{type: oauth, token_url: x}}}}}}", "mcp_servers"),
        (f"{USUAL}mcp_servers: {{a: {{command: x, else: 1}}}}", ""),
        (f"{USUAL}kind: local\n{CARD}", "its key `agent_card_url` is not known"),
        (f"name: a\n{CARD}", ""),
        (f"kind: remote\nname: a\n{CARD}auth: {{type: http, scheme: Bearer}}", "auth"),
        (f"kind: remote\nname: a\n{CARD}auth: {{type: http, scheme: Digest, value: v}}", ""),
        ("kind: remote\nname: a\nagent_card_url: agents", "agent_card_url"),
        ("kind: remote\nname: a\nagent_card_json: '{'", "agent_card_json"),
        ("kind: remote\nname: a", "it needs one of `agent_card_url` and `agent_card_json`"),
        ("kind: far\nname: a", "its `kind` is none that is known"),
    ],
)  # fmt: skip
def test_one_word_keeps_a_file_from_loading(frontmatter: str, reason: str) -> None:
    assert explain(frontmatter) == [VALUE.format(reason) if re.fullmatch(r"\w+", reason) else reason]


def test_a_value_for_which_a_file_is_not_loaded_is_one_finding(tmp_path: Path) -> None:
    write(tmp_path, {".gemini/agents/a.md": f"---\n{USUAL}kind: TASK\n---\nDo it.\n"})
    assert [d.check for d in check_catalog(tmp_path, Options()).diagnostics] == ["not_loaded"]


def test_one_entry_of_a_list_keeps_all_from_loading() -> None:
    first, second = f"- name: a\n  {CARD}", f"- name: b\n  {CARD}"
    assert explain(first + second) == ["", ""]
    assert explain(f"{first}{second}  color: red\n") == ["its key `color` is not known"] * 2
    assert explain(f"-\n  name: a\n  {CARD}") == [""]


def test_agents_of_a_list_have_pages_of_their_own_and_keep_their_secrets(tmp_path: Path) -> None:
    entry = f"- name: a\n  {CARD}  auth: {{type: apiKey, key: {SECRET}}}\n"
    last = f'- name: ../b\n  agent_card_json: \'{{"value": "{SECRET}"}}\'\n'
    write(tmp_path, {".gemini/agents/far.md": f"---\n{entry}{entry}{last}---\n"})
    catalog = build(tmp_path, Options()).catalog
    assert [agent.id for agent in catalog.agents] == ["gemini-cli/a", "gemini-cli/a-2", "gemini-cli/far-3"]
    assert all(SECRET not in repr(agent.settings) for agent in catalog.agents)
    assert all(agent.document.masked_lines for agent in catalog.agents)


def test_files_that_are_not_read_are_told(tmp_path: Path) -> None:
    text = f"---\n{USUAL}---\nDo it.\n"
    places = [".gemini/agents/a.md", ".gemini/agents/_a.md", ".gemini/agents/deep/a.md"]
    write(tmp_path, dict.fromkeys(places, text))
    catalog = build(tmp_path, Options()).catalog
    assert [agent.source.path for agent in catalog.agents] == places[:1]
    assert {skipped.path for skipped in catalog.skipped} == set(places[1:])


def test_an_extension_brings_agents_in_a_folder_that_tells_nothing(tmp_path: Path) -> None:
    places = ["agents/a.md", "more/agents/b.md", "other/agents/c.md"]
    manifest = '{"name": "extra"}'
    manifests = dict.fromkeys(["gemini-extension.json", "more/gemini-extension.json"], manifest)
    write(tmp_path, {**dict.fromkeys(places, f"---\n{USUAL}---\nDo it.\n"), **manifests})
    agents = build(tmp_path, Options()).catalog.agents
    assert [(agent.source.path, agent.dialect) for agent in agents] == [
        ("agents/a.md", "gemini"),
        ("more/agents/b.md", "gemini"),
    ]


def test_no_shape_of_a_file_is_too_much() -> None:
    for frontmatter in (
        "tools: [{a: b}]\nkind: local",
        "- [a]",
        "- {}",
        "5",
        "kind: [a]\ntimeout_mins: 1",
        "? {a: b}\n: c",
    ):
        source = Source("a.md", "a.md", "agent", "", f"---\nname: a\n{frontmatter}\n---\n")
        find_dialect(source)
        GEMINI.read_agents(source)


def test_an_agent_with_the_name_of_one_of_its_own_is_told() -> None:
    (agent,) = read("---\nname: generalist\ndescription: b\n---\nDo it.\n")
    assert isinstance(agent, Agent)
    assert [note.message for note in agent.notes] == [
        "Gemini CLI has an agent of this name itself, and does not use this one"
    ]
