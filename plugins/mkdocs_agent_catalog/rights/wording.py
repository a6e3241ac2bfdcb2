"""The words for changes of rights. Rights of one kind that changed alike are one line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ..permissions.capabilities import CLASSES, UNKNOWN
from ..permissions.delegation import Step
from ..text.i18n import mark_for_translation as _
from .comparison import RightChange
from .subjects import ANY_AGENT, Right, RightKind

_CAPABILITIES = {**dict(CLASSES), UNKNOWN[0]: UNKNOWN[1]}
KIND_WORDS: dict[RightKind, tuple[str, str]] = {
    "state": (_("state"), _("state")),
    "capability": (_("capability"), _("capabilities")),
    "tool": (_("tool"), _("tools")),
    "server": (_("MCP server"), _("MCP servers")),
    "delegation": (_("right to start"), _("right to start")),
    "mode": (_("permission mode"), _("permission modes")),
    "model": (_("model"), _("model")),
    "hook": (_("hook"), _("hooks")),
    "rule": (_("permission rule"), _("permission rules")),
    "setup": (_("setting"), _("settings")),
}
"""What one right of a kind is called, and several."""
HOW_WORDS = {
    "allowed": _("allowed"),
    "ask": _("asks each time"),
    "partial": _("in part"),
    "enforced": _("within its specifier"),
    "unenforced": _("specifier not enforced"),
    "inherited": _("inherited"),
    "conditional": _("conditional"),
    "guarded": _("a hook may refuse it"),
    "explicit": _("explicit"),
    "through": _("through"),
    "deny": _("denied"),
    "starts": _("starts"),
    "not loaded": _("file is not loaded"),
    "refused": _("cannot start"),
    "runs": _("runs"),
    "unknown": _("not known from the file"),
}
"""The words for how somebody has a right; others, such as the name of a model, are said as they are."""


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """Rights of one kind that changed alike: their names, and the change of the first of them."""

    names: tuple[str, ...]
    change: RightChange


def group_changes(changes: Iterable[RightChange]) -> tuple[ChangeLine, ...]:
    """The lines of ``changes``, in their order. What changed by the same rule at the same place is one."""
    groups: dict[object, list[RightChange]] = {}
    for change in changes:
        proof = [
            side and (side.how, side.limits, side.rule, side.span) for side in (change.before, change.after)
        ]
        groups.setdefault((change.right.kind, *proof), []).append(change)
    return tuple(
        ChangeLine(tuple(name_right(change.right) for change in group), group[0]) for group in groups.values()
    )


def name_right(right: Right) -> str:
    """What people call the right, such as ``Runs commands``, in English; empty where the word for the kind
    says it."""
    if right.kind == "capability":
        return _CAPABILITIES[right.name]
    if right.kind in ("state", "model"):
        return ""
    return _("any agent") if right.kind == "delegation" and right.name == ANY_AGENT else right.name


def describe_how(right: Right) -> str:
    """How somebody has the right, on one line: the word, the limits, and the chain."""
    words = ", ".join(HOW_WORDS.get(word, word) for word in right.how.split(", "))
    limits = f": {', '.join(right.limits)}" if right.limits else ""
    return f"{words}{limits}{describe_chain(right.steps)}"


def describe_chain(steps: tuple[Step, ...]) -> str:
    """The agents and tools of a chain, from the second step on; empty for none."""
    names = " → ".join(f"{step.name} ({step.tool})" for step in steps[1:])
    return f" {names}" if names else ""
