"""The words for changes of rights. Rights of one kind that changed alike are one line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ..permissions.capabilities import CLASSES, UNKNOWN
from ..text.i18n import ENGLISH, TranslatableText, Translations, say, say_plural
from ..text.i18n import mark_for_translation as _
from .comparison import RightChange, SubjectChange
from .subjects import ANY_AGENT, ANY_TOOL, Right, RightKind

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
    "as reviewed": _("as reviewed"),
    "different": _("different"),
    "new": _("new"),
}
"""The words for how somebody has a right; others, such as the name of a model, are said as they are."""


# Of these, somebody gains or loses one. The others hold for somebody.
_GAINED: tuple[RightKind, ...] = ("capability", "tool", "server", "delegation")
MOST_NAMED = 4


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


def group_subjects(
    changes: Iterable[SubjectChange],
) -> list[tuple[list[SubjectChange], tuple[ChangeLine, ...]]]:
    """Those whose rights changed alike, with the lines of the first of them."""
    groups: dict[object, tuple[list[SubjectChange], tuple[ChangeLine, ...]]] = {}
    for change in changes:
        lines = group_changes(change.changes)
        # What one says of itself (its specifiers, its hooks) is the same only by chance.
        key = (change.subject.kind, change.state, tuple((item.before, item.after) for item in change.changes))
        groups.setdefault(key, ([], lines))[0].append(change)
    return list(groups.values())


def name_right(right: Right) -> str:
    """What people call the right, such as ``Runs commands``, in English; empty where the word for the kind
    says it."""
    if right.kind == "capability":
        return _CAPABILITIES.get(right.name, right.name)
    if right.kind in ("state", "model"):
        return ""
    if right.kind == "tool" and right.name == ANY_TOOL:
        return _("all other tools")
    return _("any agent") if right.kind == "delegation" and right.name == ANY_AGENT else right.name


def describe_how(right: Right, language: Translations = ENGLISH) -> str:
    """How somebody has the right, on one line: the word, the limits, and the chain behind its first step."""
    words = [language(HOW_WORDS[word]) if word in HOW_WORDS else word for word in right.how.split(", ")]
    limits = f": {', '.join(right.limits)}" if right.limits else ""
    chain = " → ".join(f"{step.name} ({step.tool})" for step in right.steps[1:])
    return f"{', '.join(words)}{limits}{f' {chain}' if chain else ''}"


def count_subjects(kind: str, n: int) -> TranslatableText:
    """So many agents, skills, MCP servers or settings files, in words."""
    counts = {
        "agent": say_plural("1 agent", "{n} agents", n),
        "skill": say_plural("1 skill", "{n} skills", n),
        "server": say_plural("1 MCP server", "{n} MCP servers", n),
        "settings": say_plural("1 settings file", "{n} settings files", n),
    }
    return counts[kind]


def summarize_changes(changes: Iterable[RightChange], has_other_prompt: bool) -> TranslatableText | str:
    """What changed, in a few words: ``gained Runs commands, `Bash`; other model; another prompt``."""
    templates = {
        "gained": _("gained {names}"),
        "lost": _("lost {names}"),
        "now": _("now {names}"),
        "no longer": _("no longer {names}"),
        "changed": _("changed: {names}"),
    }
    groups: dict[str, list[Right]] = {name: [] for name in templates}
    changes = list(changes)
    for change in changes:
        # That who is new starts goes without saying, unless there is nothing else to say.
        if change.right.kind == "state" and change.sign in ("gained", "lost") and len(changes) > 1:
            continue
        is_gained = change.right.kind in _GAINED
        word = (
            change.sign if is_gained else {"gained": "now", "lost": "no longer"}.get(change.sign, "changed")
        )
        groups[word].append(change.right)
    parts: list[TranslatableText | str] = [
        say(templates[word], names=_join_texts([_label(right, word) for right in rights]))
        for word, rights in groups.items()
        if rights
    ]
    parts += [say("another prompt")] if has_other_prompt else []
    return _join_texts(parts, _("{first}; {rest}")) if parts else say("nothing changed")


def _label(right: Right, word: str) -> TranslatableText | str:
    name = name_right(right)
    is_ours = name != right.name
    label = say(name) if is_ours and name else f"`{name}`" if name else ""
    if right.kind in _GAINED and word != "changed":
        return label
    kind = say(KIND_WORDS[right.kind][0])
    if right.kind in ("state", "model") and word != "changed":
        how = HOW_WORDS.get(right.how)
        label = say(how) if how else f"`{right.how}`"
        return label if right.kind == "state" else say("{kind} {name}", kind=kind, name=label)
    return say("{kind} {name}", kind=kind, name=label) if label else kind


def _join_texts(
    texts: Sequence[TranslatableText | str], template: str = _("{first}, {rest}"), most: int = MOST_NAMED
) -> TranslatableText | str:
    """``texts`` as one, each translated by itself; of many, the first and how many more (two or more)."""
    shown = list(texts)
    if len(texts) > most + 1:
        shown = [*texts[:most], say("{n} more", n=len(texts) - most)]
    text = shown[-1]
    for other in reversed(shown[:-1]):
        text = say(template, first=other, rest=text)
    return text
