"""Any input: generated texts, and everything that ever broke a promise (``fuzz_findings/``)."""

from __future__ import annotations

import pytest
from fuzz.targets import SECRET, TARGETS
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from places import TESTS

FINDINGS = sorted(path for path in (TESTS / "fuzz_findings").rglob("*") if path.is_file())
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
    "sk-ant-api03-", "AKIA", "eyJ",
)
# fmt: on
TEXTS = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=12)), max_size=30).map("".join)


@pytest.mark.parametrize("target", list(TARGETS))
def test_any_text_passes(target: str) -> None:
    @settings(
        max_examples=300,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(TEXTS)
    def passes(text: str) -> None:
        TARGETS[target](text.encode("utf-8", "surrogatepass"))

    passes()


@pytest.mark.parametrize("target", list(TARGETS))
def test_what_was_found_is_found_no_more(target: str) -> None:
    for path in FINDINGS:
        TARGETS[target](path.read_bytes())


def test_every_finding_belongs_to_a_target() -> None:
    assert {path.parent.name for path in FINDINGS} <= set(TARGETS)
