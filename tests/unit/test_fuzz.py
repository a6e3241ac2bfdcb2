"""Any input: generated texts, and everything that ever broke a promise (``fuzz_findings/``)."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress

import pytest
from fuzz.targets import SECRET, TARGETS, source
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mkdocs_agent_catalog.model import address_lock
from mkdocs_agent_catalog.runtimes.mcp_config import read_servers
from places import TESTS

FINDINGS = sorted(path for path in (TESTS / "fuzz_findings").rglob("*") if path.is_file())
# `python -m fuzz` searches longer, and what it finds stays in the findings.
EXAMPLES = 100
# What the formats are made of, so that most texts get past the first test of a reader.
# fmt: off
PIECES = (
    "---\n", "name: ", "description: ", "tools: ", "skills: [", "mcpServers:\n  s:\n    ", "env:\n      K: ",
    "headers: {A: ", SECRET, "mcp__a__b", "mcp__", "Bash(git:*)", "(", ")", ",", "[", "]", "{", "}", ": ",
    "\n", "&a ", "*a", "<<: ", "|\n  ", '"', "'", "\\", "\\ud800", "\ufeff", "\u2028", "\x85", "\0", "\t",
    " ", "- ", "# ", "```", "`", "~~~ python\n", "| a | b |\n|-|-|\n", "> ", "1. ", "- [x] ", "[x](", "![x](",
    "[^1]", "**", "javascript:", "java\tscript:", "https://x.example/", "mailto:a@b.example", "<script>",
    "</div>", "<!--", "<a href=", " onclick=", "&lt;", "&#x6a;", "](#x)", "../", "%2e%2e/", "CON", "C++", "é",
    "\u202e", "𝒂", "ß", '{"mcpServers": {"s": {', '"env": {"K": "', '"command": "', "}}",
    '{"version": 1, "published": [', "]}", '{"kind": "agent", "permanent": "', '", "id": "', '", "name": "',
    '", "addresses": ["', '"]}', "show: ", "names: ", "count tool=", "`agents count", "```agents\n",
    "sk-ant-api03-", "AKIA", "eyJ", '{"name": "x", ', '"tools": [', '"permissions": {"rules": [{"effect": "',
    "customModes:\n- ", "slug: a\n  ", "groups: [[", "name = ", '"""', "[agents.x]\n", "permission:\n  ",
)
# fmt: on
# What hardly ever comes out of pieces: a whole object of the format.
_WORDS = st.one_of(st.sampled_from((SECRET, "npx", "agent", "agents/x/", "")), st.text(max_size=8))
_VALUES = st.recursive(
    st.one_of(_WORDS, st.none(), st.booleans(), st.integers()),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(_WORDS, inner, max_size=3)),
    max_leaves=6,
)
_SERVER = dict.fromkeys(("command", "args", "env", "headers", "url", "type"), _VALUES)
_ENTRY = {
    "kind": st.just("agent"),
    "permanent": st.text("abc/", min_size=1, max_size=6).map(lambda name: f"agents/{name}"),
    "id": st.text(min_size=1, max_size=6),
}
_MORE = {"name": _WORDS, "addresses": st.lists(_WORDS, max_size=2), "gone": _WORDS, "source": _WORDS}
OBJECTS = {
    "servers": st.dictionaries(_WORDS, st.fixed_dictionaries({}, optional=_SERVER), max_size=3).map(
        lambda servers: {"mcpServers": servers}
    ),
    "lock": st.lists(st.fixed_dictionaries(_ENTRY, optional=_MORE), max_size=3).map(
        lambda entries: {"version": address_lock.VERSION, "published": entries}
    ),
}
READERS: dict[str, Callable[[str], object]] = {
    "servers": lambda text: read_servers(source(text, ".mcp.json", "mcp"))[0],
    "lock": lambda text: address_lock.load_lock(text).entries,
}
TEXTS = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=12)), max_size=30).map("".join)


@pytest.mark.parametrize("target", list(TARGETS))
def test_any_text_passes(target: str) -> None:
    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(TEXTS)
    def passes(text: str) -> None:
        TARGETS[target](text.encode("utf-8", "surrogatepass"))

    passes()


@pytest.mark.parametrize("target", list(OBJECTS))
def test_any_object_passes(target: str) -> None:
    read = 0

    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(OBJECTS[target])
    def passes(table: object) -> None:
        nonlocal read
        text = json.dumps(table)
        TARGETS[target](text.encode())
        with suppress(address_lock.LockError):
            read += bool(READERS[target](text))

    passes()
    # Which values are tried depends on the modules that other tests have loaded.
    assert read > 10, "most are refused or empty, so nothing was tried"


@pytest.mark.parametrize("target", list(TARGETS))
def test_what_was_found_is_found_no_more(target: str) -> None:
    for path in FINDINGS:
        TARGETS[target](path.read_bytes())


def test_every_finding_belongs_to_a_target() -> None:
    assert {path.parent.name for path in FINDINGS} <= set(TARGETS)
