"""What an agent of OpenCode can use: ordered rules, of which the last matching one counts.

First come OpenCode's defaults, then what it says of agents that it brings, then the project's
``opencode.json``, then the agent's own. Source: the code of `opencode-ai` 1.18.33.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from functools import cached_property
from typing import Any

from ...model.definitions import Effect, Span, ToolGrant
from ..rules import Outcome
from ..runtime import Runtime
from ..tool_lists import ToolLists, matches_server_entry

_Verdict = tuple[Outcome, str]
# What a rule that decides is called, by where it stands and its effect.
_BY_PLACE: dict[str, dict[Effect, _Verdict]] = {
    "default": {
        "allow": ("inherited", "default"),
        "ask": ("ask", "default-ask"),
        "deny": ("denied", "default-denied"),
    },
    "v2": {"allow": ("inherited", "v2-default"), "ask": ("ask", "v2-default-ask")},
    "native": {
        "allow": ("allowed", "native"),
        "ask": ("ask", "default-ask"),
        "deny": ("denied", "native-denied"),
    },
    "project": {
        "allow": ("allowed", "merge"),
        "ask": ("ask", "merge-ask"),
        "deny": ("denied", "merge-denied"),
    },
    "tools": {"allow": ("allowed", "tools-true"), "deny": ("denied", "tools")},
    "permission": {"allow": ("allowed", "allowed"), "ask": ("ask", "ask"), "deny": ("denied", "deny-hides")},
}
_BY_PLACE["permissions"] = _BY_PLACE["permission"]


class OpenCodePermissions(Runtime):
    """The permission rules of OpenCode."""

    @cached_property
    def _layers(self) -> dict[str, tuple[ToolGrant, ...]]:
        """The rules that OpenCode brings: ``default``, ``v2``, and those of each agent of its own."""
        table = self.rule_table
        layers = {name: table[name] for name in ("default", "v2")} | table["natives"]
        return {
            name: tuple(_read_layer(name if name in _BY_PLACE else "native", rules))
            for name, rules in layers.items()
        }

    def _list_rules(self, lists: ToolLists) -> tuple[ToolGrant, ...]:
        first = self._layers["v2" if "v2" in lists.flags else "default"]
        native = next((flag for flag in lists.flags if flag in self.rule_table["natives"]), "")
        own = self._layers[native] if native else ()
        return (*first, *own, *lists.project_rules, *lists.ordered)

    def get_permission(self, tool: str) -> str:
        """The permission that OpenCode asks for before it uses ``tool``."""
        if tool.startswith("mcp__"):
            return "_".join(tool.removeprefix("mcp__").split("__", 1))
        return str(self.rule_table["permissions"].get(tool, tool))

    def matches(self, entry: ToolGrant, tool: str, server: str | None) -> bool:
        """By the name of a tool, in which ``*`` stands for any letters."""
        if server is not None and entry.server is not None:
            return matches_server_entry(entry, tool, server)
        return _matches(entry.tool, self.get_permission(tool))

    def decide(self, lists: ToolLists, tool: str, server: str | None, profile: str) -> tuple[Outcome, str]:
        """The last rule about the whole tool, and those behind it that are about parts."""
        if not lists.loads:
            return "never", "not-loaded"
        if server is None and tool in self.tools and self.tools[tool].retired:
            return "not_declared", "no-such-tool"
        is_known = server is not None or tool in self.tools
        rules = self._find_rules(lists, tool)
        last = rules[0]
        outcome, rule = self._judge(lists, tool, rules)
        if not is_known and tool != "*" and (outcome != "denied" or last.tool == "*"):
            is_named = any(entry.tool != "*" for entry in lists.ordered if self.matches(entry, tool, server))
            return ("unknown", "unrecognized") if is_named else ("not_declared", "no-such-tool")
        if outcome != "denied" and "subagent" in lists.flags and self._is_left_out(lists, tool):
            return "never", "subagent"
        return outcome, rule

    def _find_rules(self, lists: ToolLists, tool: str) -> tuple[ToolGrant, ...]:
        """The last rule about the whole tool, and the rules about parts of it that count beside that one."""
        permission = self.get_permission(tool)
        parts: list[ToolGrant] = []
        for rule in reversed(self._list_rules(lists)):
            if _matches(rule.tool, permission):
                if rule.specifier is None or not rule.specifier.strip("*"):
                    return (rule, *(part for part in parts if part.effect != rule.effect))
                parts.append(rule)
        return (ToolGrant("*", "*", "ask", "default", Span("")), *parts)

    def _judge(self, lists: ToolLists, tool: str, rules: tuple[ToolGrant, ...]) -> _Verdict:
        whole, *parts = rules
        own = [part for part in parts if part.key in ("permission", "permissions")]
        if whole.effect == "ask" and own:
            return "ask", "ask-rest"
        if own:
            return "partial", "task" if self.get_permission(tool) == "task" else "last"
        if any(part.key == "project" for part in parts) and whole.effect != "ask":
            return "partial", "merge-part"
        if any(part.key == "native" for part in parts) and whole.effect != "ask":
            return "partial", "native-part"
        outcome, rule = _BY_PLACE[whole.key][whole.effect]
        if rule == "default":
            rule = "plural" if lists.has_ignored else "true" if "switches" in lists.flags else rule
        return outcome, rule

    def _is_left_out(self, lists: ToolLists, tool: str) -> bool:
        """Whether a session that another agent starts does not have ``tool``: no rule names it as it is."""
        is_optional = tool in self.rule_table["left_out"] and "v2" not in lists.flags
        return is_optional and not any(rule.tool == tool for rule in self._list_rules(lists))

    def find_caveats(self, lists: ToolLists, tool: str, server: str | None, profile: str) -> tuple[str, ...]:
        """What else must hold, and what a rule lifts that its author may not know of."""
        if server is not None:
            return ("second",) if "v2" in lists.flags else ()
        rules = self._find_rules(lists, tool)
        caveats = {
            "gpt": tool == "apply_patch",
            "experimental": tool in self.rule_table["experimental"],
            "provider": tool == "websearch",
            "older": tool == "list",
            "depth": tool == "task" and "primary" not in lists.flags,
            "as-subagent": not lists.flags & {"primary", "subagent"} and self._is_left_out(lists, tool),
            "env-asks": tool == "read" and any(part.key == "default" for part in rules[1:]),
            "env": tool == "read" and rules[0].effect == "allow" and rules[0].key not in ("default", "v2"),
            "second": "v2" in lists.flags,
        }
        return tuple(name for name, holds in caveats.items() if holds)

    def find_base_rule(self, lists: ToolLists, profile: str) -> str:
        """The rule for a tool of which only ``*`` says something."""
        return self.decide(lists, "*", "*", profile)[1]


def _read_layer(place: str, rules: dict[str, Any]) -> Iterator[ToolGrant]:
    for tool, value in rules.items():
        for pattern, effect in (value if isinstance(value, dict) else {"*": value}).items():
            specifier = None if pattern == "*" else pattern
            yield ToolGrant("", tool, effect, place, Span(""), specifier)


def strip_rules(rules: Iterable[ToolGrant], place: str = "") -> tuple[ToolGrant, ...]:
    """``rules`` with what decides: the tool, the pattern, the effect and under which key they stand."""
    return tuple(
        ToolGrant("", rule.tool, rule.effect, place or rule.key, Span(""), rule.specifier) for rule in rules
    )


def _matches(pattern: str, name: str) -> bool:
    """As OpenCode compares names: ``*`` stands for any letters, ``?`` for one."""
    return fnmatchcase(name, pattern.replace("[", "[[]"))
