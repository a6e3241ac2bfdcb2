"""No file hangs a build, however it is made: each of these took minutes, or would without a bound."""

from __future__ import annotations

import json
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from mkdocs_agent_catalog.addresses import urls
from mkdocs_agent_catalog.build import BuiltCatalog, Options, build, check_catalog, load_catalog
from mkdocs_agent_catalog.history import past_trees
from mkdocs_agent_catalog.linking import linker
from mkdocs_agent_catalog.model.definitions import Agent, Source
from mkdocs_agent_catalog.reading import masking
from mkdocs_agent_catalog.reading.data_documents import parse_json_document
from mkdocs_agent_catalog.reading.mask_server_config import mask_frontmatter
from sites import agent, write

SECONDS = 30.0
"""Of the processor, for all together, on a slow machine; what grows with the square takes far more."""
N = 4_000
KEYS = {
    "brackets": "k: " + "[" * 100_000,
    "braces": "k: " + "{a: " * 100_000,
    "dashes": "k:\n  " + "- " * 100_000,
    "questions": "? " * 100_000,
    "indents": "k:\n" + "".join(" " * n + "a:\n" for n in range(1, 400)),
    "aliases": "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n"
    + "".join(f"a{n}: &a{n} [" + ",".join([f"*a{n - 1}"] * 10) + "]\n" for n in range(1, 30)),
    "keys": "".join(f"k{n}: v\n" for n in range(N)),
    "broken-keys": "".join(f"k{n}: [v: x\n" for n in range(N)),
    "tools": "tools: " + ",".join(f"T{n}" for n in range(N)),
    "listed-tools": "tools:\n" + "".join(f"- T{n}\n" for n in range(N // 2)),
    "same-tools": "tools: " + "Read," * N,
    "open-tool": "tools: " + "(" * 90_000,
    "mcp-tools": "tools: " + ",".join(f"mcp__s{n}__t" for n in range(N)),
    "skills": "skills: " + ",".join(f"s{n}" for n in range(N)),
    "servers": "mcpServers: " + ",".join(f"s{n}" for n in range(N)),
    "masked": "mcpServers:\n" + "".join(f" s{n}:\n  env: {{A: b{n}}}\n" for n in range(N // 4)),
}
BODIES = {
    "skill-calls": "".join(f"Skill(s-{n})\n" for n in range(N)),
    "skill-table": "| Skill | When |\n|-|-|\n" + "".join(f"| `t-{n}` | x |\n" for n in range(N)),
    "mcp-mentions": "".join(f"mcp__s{n}__t " for n in range(N)),
    "links": "[a](b.md)\n" * N,
    "tildes": "~a~~b " * 60_000,
    "quotes": "> " * 100_000 + "x",
    "lists": "- " * 100_000 + "x",
    "open-links": "[a](" * 40_000,
    "stars": "*a_ " * 20_000,
    "ticks": "".join("x" + "`" * n for n in range(1, 500)),
    "tags": "<div>" * 10_000,
    "comments": "<!--" * 10_000,
    "wide-table": "|" + "a|" * 9000 + "\n|" + "-|" * 9000 + "\n" + "|a|\n" * 1000,
    "headings": "# h\n" * 10_000,
    "fences": "".join("`" * (3 + n) + "\n" for n in range(300)),
    "line": "a-b " * 20_000,
    "colons": "a:" * 40_000 + "a/ agent skill 代理",
    "blanks": "`mcp-tools`" + " " * 100_000 + "を" + " " * 100_000,
    "link-up": "[a](" + "../" * 30_000 + " /SKILL.md)",
    "passwords": "password " * 8_000,
    "keys-within": "token=" * 8_000,
    "tokens": "eyJaaaaaaaaaaaa." * 8_000,
    "key-begins": "-----BEGIN PRIVATE KEY-----" * 3_000,
    "mention": "@" + "a" * 60_000 + "/",
    "mention-words": "@agent-" + "a-" * 30_000 + "(",
    "slashes": "/a-b " * 20_000,
    "marks-before-agent": '"*`' * 30_000 + "에이전트",
    "hidden": "\u200b\u202e" * 20_000,
}

REFUSED = ("brackets", "braces", "aliases", "keys", "tools", "same-tools", "mcp-tools", "skills", "servers")


@pytest.fixture(scope="module")
def bounded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BuiltCatalog]:
    """The site of all these files, built in time or not at all."""
    repo = tmp_path_factory.mktemp("bounds")
    # What one file may bring in is a bound of its own; with less of it the test is quicker.
    write(repo, {f"agents/{name}.md": agent(name, more) for name, more in KEYS.items()})
    write(repo, {f"agents/{name}.md": agent(name, body=body) for name, body in BODIES.items()})
    with (repo / "agents/huge.md").open("wb") as file:
        file.truncate(50_000_000)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(linker, "MOST_NEW", 40)
        with in_time(SECONDS):
            yield build(repo, Options())


class in_time:
    """Stops what takes longer than so many seconds of the processor."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds

    def __enter__(self) -> None:
        if hasattr(signal, "setitimer"):
            self.before = signal.signal(signal.SIGPROF, self._late)
            signal.setitimer(signal.ITIMER_PROF, self.seconds)

    def __exit__(self, *_: object) -> None:
        if hasattr(signal, "setitimer"):
            signal.setitimer(signal.ITIMER_PROF, 0)
            signal.signal(signal.SIGPROF, self.before)

    def _late(self, *_: object) -> None:
        raise TimeoutError(f"not done after {self.seconds:.0f} s")


def test_each_has_a_page(bounded: BuiltCatalog) -> None:
    agents = {definition.id for definition in bounded.catalog.agents}
    assert agents == {*KEYS, *BODIES}
    assert {urls.make_agent_uri(id) for id in agents} <= {output.uri for output in bounded.outputs}


def of(site: BuiltCatalog, id: str) -> Agent:
    return next(definition for definition in site.catalog.agents if definition.id == id)


def test_what_is_too_much_is_told(bounded: BuiltCatalog) -> None:
    told = {(finding.check, finding.span.path) for finding in bounded.diagnostics}
    for name in REFUSED:
        assert ("frontmatter_unreadable", f"agents/{name}.md") in told, name
        assert of(bounded, name).access.grants is None
    assert ("unreadable_source", "agents/huge.md") in told
    assert {skipped.path for skipped in bounded.catalog.skipped} == {"agents/huge.md"}


def test_one_file_brings_in_only_so_much(bounded: BuiltCatalog) -> None:
    ids = [skill.id for skill in bounded.catalog.skills]
    assert len([id for id in ids if id.startswith("s-")]) == 40
    assert len([id for id in ids if id.startswith("t-")]) == 40
    assert len([server for server in bounded.catalog.servers if server.id.startswith("s")]) <= 80


def test_a_long_list_of_tools_takes_no_minute(tmp_path: Path) -> None:
    """It was decided about every entry for every two others."""
    tools = ", ".join(f"Tool{n}" for n in range(300))
    write(tmp_path, {"agents/a.md": agent("a", f"tools: {tools}")})
    with in_time(10):
        assert len(build(tmp_path, Options()).catalog.agents[0].access.grants or ()) == 300


def test_names_that_many_share_are_found_in_time(tmp_path: Path) -> None:
    """For each time that a text says a name, all of that name were compared."""
    text = "Ask `test-runner`, then @test-runner. " * 20
    write(tmp_path, {f"{n}/.claude/agents/x.md": agent("test-runner", body=text) for n in range(250)})
    with in_time(12):
        assert len(load_catalog(tmp_path, Options()).agents) == 250


def test_a_configuration_with_many_agents_is_read_once(tmp_path: Path) -> None:
    """It was parsed for each of them, several times."""
    agents = {f"a{n}": {"description": "Does it.", "system": "Do it."} for n in range(200)}
    write(tmp_path, {"opencode.json": json.dumps({"agents": agents}, indent=1)})
    with in_time(8):
        assert len(check_catalog(tmp_path, Options()).catalog.agents) == 200


def test_a_file_with_a_list_of_agents_is_read_once(tmp_path: Path) -> None:
    """The whole file was parsed, and published, for each of them."""
    entries = [f"- name: a{n}\n  agent_card_url: https://example.org/{n}\n" for n in range(200)]
    write(tmp_path, {".gemini/agents/x.md": f"---\n{''.join(entries)}---\n"})
    with in_time(8):
        agents = check_catalog(tmp_path, Options()).catalog.agents
    assert [mask_frontmatter(definition.document) for definition in agents] == [
        entry.rstrip() for entry in entries
    ]


def test_a_marketplace_with_many_entries_takes_no_minute(tmp_path: Path) -> None:
    """The places of all entries were gone through for each of them."""
    entries = [{"name": f"p{n}", "source": "./"} for n in range(16_000)]
    write(tmp_path, {".claude-plugin/marketplace.json": json.dumps({"plugins": entries})})
    with in_time(14):
        assert build(tmp_path, Options()).catalog.plugins


def test_many_rewritten_files_and_copies_of_what_they_were_take_no_minute() -> None:
    """Each copy was counted among all others."""
    parts = []
    for n in range(8_000):
        blob = f"{n:040x}"
        parts += [f":100644 100644 {blob} {n + 100_000:040x} M090", f"a{n}.md"]
        parts += [f":100644 100644 {blob} {blob} C100", f"a{n}.md", f"b{n}.md"]
    with in_time(4):
        (commit,) = past_trees._parse_log(iter(["\x01abc 2026-01-01 A", *parts]))
    assert len(commit.changes) == 16_000
    assert not any(change.is_copy for change in commit.changes)


@pytest.mark.parametrize(
    "text", ["password ", "token=", "eyJ", "key_", "a=b&sig=", "://u:p", "token=aB3xK9vQ2-", "-----BEGIN "]
)
def test_secrets_are_sought_in_time(text: str) -> None:
    """Twice the text takes about twice the time."""
    took = []
    for times in (1_500, 6_000):
        started = time.process_time()
        masking.mask_and_report(text * times, "a.md")
        took.append(time.process_time() - started)
    assert took[1] < 12 * took[0] + 0.2


@pytest.mark.parametrize("text", ['["' + '\\"' * 40_000, "[" + "/*" * 100_000, "[" + "/* */" * 50_000])
def test_json_with_comments_that_does_not_end_is_read_in_time(text: str) -> None:
    with in_time(SECONDS):
        assert parse_json_document(Source("x", "x", "agent", "", text), has_comments=True).error
