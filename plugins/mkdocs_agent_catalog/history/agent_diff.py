"""What is different between two versions of an agent, in words; what weighs most comes first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from ..model.definitions import Agent, ToolAccess, ToolGrant
from ..text.i18n import Said, say
from ..text.i18n import marked as _
from ..text.strings import flat

MOST_NAMED = 12
LONGEST = 60
EVERY = "*"


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is different: a word for its kind, the words for people, and the entries it is about."""

    kind: str
    says: Said
    names: tuple[str, ...] = ()


def differences(old: Agent, new: Agent) -> tuple[Difference, ...]:
    """All that is different, of what a definition says; the order of a list is nothing that it says."""
    if new.document.error or old.document.error:
        # What a file says that cannot be read is not known: only that is told.
        return tuple(_readable(old, new))
    return (*tools(old.access, new.access), *_settings(old, new), *_identity(old, new), *_texts(old, new))


def _readable(old: Agent, new: Agent) -> Iterator[Difference]:
    if new.document.error and not old.document.error:
        yield Difference("unreadable", say("file cannot be read any more"))
    elif old.document.error and not new.document.error:
        yield Difference("readable", say("file can be read again"))


def has(access: ToolAccess) -> Difference:
    """What tools somebody has who was not there before."""
    if access.inherits:
        return Difference("gained", say("has every tool of the session"), (EVERY,))
    names = _rules(access.grants or ())
    if not names:
        return Difference("gained", say("has no tools"))
    return Difference("gained", say("has {tools}", tools=listed(names)), names)


def tools(old: ToolAccess, new: ToolAccess) -> Iterator[Difference]:
    """Tools that were gained or lost, as the lists say."""
    before, after = _rules(old.grants or ()), _rules(new.grants or ())
    if new.inherits and not old.inherits:
        yield Difference("gained", say("now has every tool of the session"), (EVERY,))
    elif old.inherits and not new.inherits:
        rest = say("no longer has every tool, but {tools}", tools=listed(after))
        yield Difference("lost", rest if after else say("no longer has any tool"), (EVERY,))
    elif not new.inherits:
        yield from _both(before, after, _("gained {tools}"), _("lost {tools}"))
    no_longer, denied = _("is no longer denied {tools}"), _("is denied {tools}")
    yield from _both(_rules(new.denied), _rules(old.denied), no_longer, denied)


def _both(before: tuple[str, ...], after: tuple[str, ...], gained: str, lost: str) -> Iterator[Difference]:
    for kind, text, names in (
        ("gained", gained, tuple(one for one in after if one not in before)),
        ("lost", lost, tuple(one for one in before if one not in after)),
    ):
        if names:
            yield Difference(kind, say(text, tools=listed(names)), names)


def _rules(grants: Iterable[ToolGrant]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(flat(one.rule) for one in grants if one.tool != "*"))


def listed(names: Iterable[str]) -> str:
    """``names`` as words of a sentence, the first of them if there are many."""
    known = list(names)
    first = ", ".join(known[:MOST_NAMED])
    return (
        say("{names} and {n} more", names=first, n=len(known) - MOST_NAMED)
        if len(known) > MOST_NAMED
        else first
    )


def _settings(old: Agent, new: Agent) -> Iterator[Difference]:
    """What the runtime reads: values where they are short, else only that they are others."""
    before, after = ({field.key: field.value for field in one.settings} for one in (old, new))
    for key in dict.fromkeys([*before, *after]):
        if before.get(key) == after.get(key) and (key in before) == (key in after):
            continue
        value = _shown(after.get(key))
        if key not in after:
            yield Difference("settings", say("`{key}` was taken out", key=key))
        elif value:
            yield Difference("settings", say("`{key}` is now {value}", key=key, value=value))
        else:
            yield Difference("settings", say("`{key}` was changed", key=key))
    for kind, now, none in (
        ("skills", _("skills are now {names}"), _("names no skill any more")),
        ("servers", _("MCP servers are now {names}"), _("names no MCP server any more")),
    ):
        was, names = (sorted({flat(name) for name, __ in getattr(one, kind) or ()}) for one in (old, new))
        if was != names:
            yield Difference(kind, say(now if names else none, names=listed(names)))


def _shown(value: Any) -> str:
    """A value that is a word or a number, as text; empty for anything else."""
    text = flat(str(value)) if isinstance(value, str | int | float) else ""
    return text if len(text) <= LONGEST else ""


def _identity(old: Agent, new: Agent) -> Iterator[Difference]:
    if old.title != new.title:
        yield Difference("renamed", say("was called {name}", name=flat(old.title)))
    if old.id != new.id:
        yield Difference(
            "moved",
            say("moved from {path} to {to}", path=flat(old.source.path), to=flat(new.source.path)),
        )


def _texts(old: Agent, new: Agent) -> Iterator[Difference]:
    if (old.description or "") != (new.description or ""):
        yield Difference("description", say("description was changed"))
    if old.document.body.strip() != new.document.body.strip():
        yield Difference("prompt", say("prompt was changed"))
    others = [{field.key: field.value for field in one.unknown} for one in (old, new)]
    names = sorted(key for key in {*others[0], *others[1]} if others[0].get(key) != others[1].get(key))
    if names:
        yield Difference("fields", say("other fields were changed: {names}", names=listed(map(flat, names))))
