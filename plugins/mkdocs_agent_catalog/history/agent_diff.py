"""Describes the differences of two versions of an agent in words, the most important first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from ..model.definitions import Agent, ToolAccess, ToolGrant
from ..text.i18n import TranslatableText, say
from ..text.i18n import mark_for_translation as _
from ..text.strings import make_single_line

MOST_NAMED = 12
LONGEST = 60
EVERY = "*"


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is different: a word for its kind, the words for people, and the entries it is about."""

    kind: str
    says: TranslatableText
    names: tuple[str, ...] = ()


def diff_agents(old: Agent, new: Agent) -> tuple[Difference, ...]:
    """All that is different, of what a definition says; the order of a list is nothing that it says."""
    if new.document.error or old.document.error:
        # What a file says that cannot be read is not known: only that is told.
        return tuple(_diff_readability(old, new))
    return (
        *diff_tools(old.access, new.access),
        *_diff_settings(old, new),
        *_diff_identity(old, new),
        *_diff_texts(old, new),
    )


def _diff_readability(old: Agent, new: Agent) -> Iterator[Difference]:
    if new.document.error and not old.document.error:
        yield Difference("unreadable", say("file cannot be read any more"))
    elif old.document.error and not new.document.error:
        yield Difference("readable", say("file can be read again"))


def describe_access(access: ToolAccess) -> Difference:
    """What tools somebody has who was not there before."""
    if access.inherits:
        denied = len({grant.tool for grant in access.denied})
        words = say("inherits all tools but {n}", n=denied) if denied else say("inherits all tools")
        return Difference("gained", words, (EVERY,))
    names = _list_rules(access.grants or ())
    if not names:
        return Difference("gained", say("has no tools"))
    return Difference("gained", say("lists {tools}", tools=join_rules(names)), _list_had_rules(access))


def diff_tools(old: ToolAccess, new: ToolAccess) -> Iterator[Difference]:
    """Tools that were gained or lost, as the lists say."""
    before, after = _list_rules(old.grants or ()), _list_rules(new.grants or ())
    if new.inherits and not old.inherits:
        yield Difference("gained", say("now inherits all tools"), (EVERY,))
    elif old.inherits and not new.inherits:
        rest = say("no longer inherits all tools, but lists {tools}", tools=join_rules(after))
        yield Difference("lost", rest if after else say("no longer has any tool"), (EVERY,))
    elif not new.inherits:
        gained = tuple(name for name in _list_had_rules(new) if name not in before)
        lost = tuple(name for name in _list_had_rules(old) if name not in after)
        yield from _diff_lists(lost, gained, _("gained {tools}"), _("lost {tools}"))
    no_longer, denied = _("is no longer denied {tools}"), _("is denied {tools}")
    yield from _diff_lists(_list_rules(new.denied), _list_rules(old.denied), no_longer, denied)


def _diff_lists(
    before: tuple[str, ...], after: tuple[str, ...], gained: str, lost: str
) -> Iterator[Difference]:
    for kind, text, names in (
        ("gained", gained, tuple(text for text in after if text not in before)),
        ("lost", lost, tuple(text for text in before if text not in after)),
    ):
        if names:
            yield Difference(kind, say(text, tools=join_rules(names)), names)


def _list_rules(grants: Iterable[ToolGrant]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(make_single_line(grant.rule) for grant in grants if grant.tool != "*"))


def _list_had_rules(access: ToolAccess) -> tuple[str, ...]:
    """The entries of the list that the same file does not deny."""
    denied = {grant.tool for grant in access.denied if grant.specifier is None}
    return _list_rules(grant for grant in access.grants or () if grant.tool not in denied)


def join_rules(names: Iterable[str]) -> str:
    """``names`` as words of a sentence, the first of them if there are many."""
    known = list(names)
    first = ", ".join(known[:MOST_NAMED])
    return (
        say("{names} and {n} more", names=first, n=len(known) - MOST_NAMED)
        if len(known) > MOST_NAMED
        else first
    )


def _diff_settings(old: Agent, new: Agent) -> Iterator[Difference]:
    """What the runtime reads: values where they are short, else only that they are others."""
    before, after = ({field.key: field.value for field in agent.settings} for agent in (old, new))
    for key in dict.fromkeys([*before, *after]):
        if before.get(key) == after.get(key) and (key in before) == (key in after):
            continue
        value = _format_value(after.get(key))
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
        was, names = (
            sorted({make_single_line(name) for name, __ in getattr(agent, kind) or ()})
            for agent in (old, new)
        )
        if was != names:
            yield Difference(kind, say(now if names else none, names=join_rules(names)))


def _format_value(value: Any) -> str:
    """A value that is a word or a number, as text; empty for anything else."""
    text = make_single_line(str(value)) if isinstance(value, str | int | float) else ""
    return text if len(text) <= LONGEST else ""


def _diff_identity(old: Agent, new: Agent) -> Iterator[Difference]:
    if old.title != new.title:
        yield Difference("renamed", say("was called {name}", name=make_single_line(old.title)))
    if old.id != new.id:
        yield Difference(
            "moved",
            say(
                "moved from {path} to {to}",
                path=make_single_line(old.source.path),
                to=make_single_line(new.source.path),
            ),
        )


def _diff_texts(old: Agent, new: Agent) -> Iterator[Difference]:
    if (old.description or "") != (new.description or ""):
        yield Difference("description", say("description was changed"))
    if old.document.body.strip() != new.document.body.strip():
        yield Difference("prompt", say("prompt was changed"))
    others = [{field.key: field.value for field in agent.unknown} for agent in (old, new)]
    names = sorted(key for key in {*others[0], *others[1]} if others[0].get(key) != others[1].get(key))
    if names:
        yield Difference(
            "fields",
            say("other fields were changed: {names}", names=join_rules(map(make_single_line, names))),
        )
