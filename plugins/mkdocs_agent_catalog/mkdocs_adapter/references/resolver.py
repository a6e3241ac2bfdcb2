"""Resolves a reference to the page and title of its item, and reports what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from urllib.parse import unquote

from ...build import BuiltCatalog
from ...linking.name_index import NameIndex
from ...model.address_lock import LockEntry
from ...model.definitions import Diagnostic, Span
from ...model.item_kinds import ITEM_KINDS
from ...model.other_catalogs import OtherAgent, OtherCatalog
from ...pages.removed import find_successor, locate_published
from ...text.i18n import say
from ...text.suggestions import suggest

MOST_NAMED = 5
# What stands before the ids of headings, and of a server's tools.
_PREFIXES = ("prompt-", "skill-", "tool-")


@dataclass(frozen=True, slots=True)
class ResolvedReference:
    """What a reference leads to. ``uri`` is that of a page, from the site's root; empty: nothing is there.

    The place of ``problem`` is for the caller to fill in.
    """

    title: str
    summary: str = ""
    uri: str = ""
    anchor: str = ""
    problem: Diagnostic | None = None


class ReferenceResolver:
    """Answers from the catalogs of a site: the first that has a name, or the one whose ``path`` it has."""

    def __init__(self, sites: Sequence[BuiltCatalog]) -> None:
        self.catalogs = [_Catalog(site) for site in sites]
        self.known: dict[str, ResolvedReference] = {}

    def resolve(self, reference: str) -> ResolvedReference:
        """What ``reference`` (``kind:name#anchor``, percent-encoded or not) means."""
        if reference not in self.known:
            kind, _sep, rest = reference.partition(":")
            name, _sep, anchor = (unquote(part) for part in rest.partition("#"))
            kind, whole = kind.lower(), unquote(rest)
            # A name can hold a `#`: `C#`.
            named = any(catalog.index(kind).find(whole) for catalog in self.catalogs)
            name, anchor = (whole, "") if named else (name, anchor)
            self.known[reference] = self._resolve_text(kind, name.strip(), anchor)
        return self.known[reference]

    def list_identifiers(self) -> Iterator[tuple[str, ResolvedReference]]:
        """Every reference that means one thing, with what it leads to."""
        # With one catalog nobody has to say which is meant.
        references = {
            f"{kind}:{prefix}{name}": None
            for catalog in self.catalogs
            for prefix in ("", f"{catalog.path}/")[: len(self.catalogs)]
            for kind in ITEM_KINDS
            for entry in catalog.index(kind).there
            for name in catalog.index(kind).find_unambiguous_names(entry)
        }
        yield from ((reference, self.resolve(reference)) for reference in references)

    def _resolve_text(self, kind: str, name: str, anchor: str) -> ResolvedReference:
        places = [
            (catalog, name.removeprefix(f"{catalog.path}/"))
            for catalog in self.catalogs
            if catalog.path and name.startswith(f"{catalog.path}/")
        ]
        places += [(catalog, name) for catalog in self.catalogs]
        for catalog, wanted in places:
            if entries := catalog.index(kind).find(wanted):
                return catalog.answer_present(wanted, entries, anchor)
        for catalog, wanted in places:
            if entries := catalog.index(kind).find_removed(wanted):
                return catalog.answer_former(wanted, entries, anchor)
        for catalog in self.catalogs if kind == "agent" else ():
            if answer := catalog.answer_other(name, anchor):
                return answer
        text = say("there is no {kind} `{name}`", kind=say(ITEM_KINDS[kind].noun), name=name)
        return ResolvedReference(
            name or kind, problem=_make_diagnostic("unknown_reference", text, self._suggest_hint(kind, name))
        )

    def _suggest_hint(self, kind: str, name: str) -> str:
        for catalog in self.catalogs:
            for other in ITEM_KINDS:
                if entries := catalog.index(other).find(name):
                    return _suggest(catalog.reference_to(entries[0]))
        references = {
            key: catalog.reference_to(entry)
            for catalog in reversed(self.catalogs)
            for entry in catalog.index(kind).there
            for key in (entry.id.rpartition("/")[2].casefold(), entry.id.casefold(), entry.name.casefold())
        }
        return _suggest_one_of(name, references)


class _Catalog:
    """One catalog of the site."""

    def __init__(self, site: BuiltCatalog) -> None:
        self.shared, self.path = site.shared, site.shared.where.path
        self.pages = {output.uri: output for output in site.outputs if output.is_page}
        # A page is made to know the places on it, so once only.
        self.anchors = cache(lambda uri: self.pages[uri].anchors if uri in self.pages else frozenset[str]())
        self.index = cache(partial(NameIndex, self.shared.catalog))

    def reference_to(self, entry: LockEntry) -> str:
        return f"{entry.kind}:{self.index(entry.kind).find_shortest_name(entry)}"

    def answer_present(self, name: str, entries: list[LockEntry], anchor: str) -> ResolvedReference:
        """The answer for what is there; of several the first, and a finding."""
        answer = self._link_to(entries[0], anchor)
        if len(entries) == 1:
            return answer
        reference = f"{entries[0].kind}:{name}"
        text = say("`{reference}` may mean {n} things", reference=reference, n=len(entries))
        return replace(answer, problem=_make_diagnostic("ambiguous_reference", text, self._choose(entries)))

    def answer_former(self, name: str, entries: list[LockEntry], anchor: str) -> ResolvedReference:
        """The answer for a name of the past: what it became, what replaced it, or what is left of it."""
        existing = [entry for entry in entries if entry.gone is None]
        if len(existing) > 1:
            return self.answer_present(name, existing, anchor)
        entry = (existing or entries)[0]
        now = find_successor(self.shared, entry) or entry
        answer = self._link_to(now, anchor)
        if answer.problem:
            return answer
        kind = say(ITEM_KINDS[entry.kind].noun)
        if entry.gone is None:
            text = say("the {kind} `{name}` is called `{now}` now", kind=kind, name=name, now=now.name)
        elif now.gone is None:
            text = say("the {kind} `{name}` is gone; `{now}` replaces it", kind=kind, name=name, now=now.name)
        else:
            text = say(
                "the {kind} `{name}` is gone; the link leads to what is left of it", kind=kind, name=name
            )
        hint = self._choose([now]) if now.gone is None else ""
        return replace(answer, problem=_make_diagnostic("outdated_reference", text, hint))

    def answer_other(self, name: str, anchor: str) -> ResolvedReference | None:
        """The answer for an agent of another catalog, whose id stands before its name; else ``None``."""
        id, _sep, wanted = name.partition("/")
        others = [other for other in self.shared.catalog.other_catalogs if other.id == id]
        if not others:
            return None
        (other,) = others
        kind = say(ITEM_KINDS["agent"].noun)
        agents = find_other_agents(other, wanted)
        for removed in other.removed if not agents else ():
            if wanted in (removed.name, *removed.former):
                text = say(
                    "the {kind} `{name}` is gone; the link leads to what is left of it",
                    kind=kind,
                    name=wanted,
                )
                answer = ResolvedReference(removed.name, uri=self.shared.where.uri(removed.uri))
                return replace(answer, problem=_make_diagnostic("outdated_reference", text, ""))
        if not agents:
            text = say("the catalog `{id}` has no agent `{name}`", id=id, name=wanted)
            names = {agent.name: f"agent:{id}/{agent.id}" for agent in other.agents}
            return ResolvedReference(
                name, problem=_make_diagnostic("unknown_reference", text, _suggest_one_of(wanted, names))
            )
        agent, reference = agents[0], f"agent:{id}/{agents[0].id}"
        answer = ResolvedReference(agent.name, agent.summary, self.shared.where.uri(agent.uri))
        if len(agents) > 1:
            text = say("`{reference}` may mean {n} things", reference=f"agent:{name}", n=len(agents))
            references = (f"`agent:{id}/{agent.id}`" for agent in agents[:MOST_NAMED])
            hint = say("write {names}", names=" | ".join(references))
            return replace(answer, problem=_make_diagnostic("ambiguous_reference", text, hint))
        if wanted in agent.former:
            text = say("the {kind} `{name}` is called `{now}` now", kind=kind, name=wanted, now=agent.id)
            hint = say("write {names}", names=f"`{reference}`")
            return replace(answer, problem=_make_diagnostic("outdated_reference", text, hint))
        return self._add_anchor(answer, agent.name, anchor) if anchor else answer

    def _choose(self, entries: list[LockEntry]) -> str:
        references = (f"`{self.reference_to(entry)}`" for entry in entries[:MOST_NAMED])
        return say("write {names}", names=" | ".join(references))

    def _link_to(self, entry: LockEntry, anchor: str) -> ResolvedReference:
        """The link to an entry, at ``anchor`` of its page if one is named.

        The headings of a text may be named without what we put before them.
        """
        page, own_anchor = locate_published(self.shared, entry)
        uri = self.shared.where.uri(page)
        if entry.gone is not None:
            return ResolvedReference(entry.name, entry.summary, uri)
        item = self.shared.catalog.by_id[entry.kind, entry.id]
        fact = getattr(item, "fact", None)
        summary = self.shared.say(fact.summary) if fact else entry.summary
        answer = ResolvedReference(getattr(item, "title", entry.name), summary, uri, own_anchor)
        return self._add_anchor(answer, entry.name, anchor) if anchor else answer

    def _add_anchor(self, answer: ResolvedReference, name: str, anchor: str) -> ResolvedReference:
        texts = self.anchors(answer.uri)
        for id in (anchor, *(f"{prefix}{anchor}" for prefix in _PREFIXES)):
            if id in texts:
                return replace(answer, anchor=id)
        text = say("the page of `{name}` has no `#{anchor}`", name=name, anchor=anchor)
        # What the page's own scripts need is no place to link to.
        ids = sorted(id for id in texts if not id.startswith("ac-"))
        places = {id.removeprefix(prefix): f"#{id}" for prefix in ("", *_PREFIXES) for id in ids}
        return replace(
            answer, problem=_make_diagnostic("unknown_reference", text, _suggest_one_of(anchor, places))
        )


def find_other_agents(other: OtherCatalog, name: str) -> list[OtherAgent]:
    """The agents of a catalog that ``name`` means: by id, name, end of the id, or former id."""
    ways: tuple[Callable[[OtherAgent], bool], ...] = (
        lambda agent: agent.id == name,
        lambda agent: agent.name.casefold() == name.casefold(),
        lambda agent: agent.id.rpartition("/")[2] == name,
        lambda agent: name in agent.former,
    )
    for is_meant in ways:
        if agents := [agent for agent in other.agents if is_meant(agent)]:
            return agents
    return []


def _make_diagnostic(check: str, message: str, hint: str) -> Diagnostic:
    return Diagnostic(check, Span(""), message, hint)


def _suggest(meant: str) -> str:
    return say("did you mean `{meant}`?", meant=meant)


def _suggest_one_of(name: str, references: dict[str, str]) -> str:
    """The reference whose key is most like ``name``, or else the first ones."""
    if meant := suggest(name, references):
        return _suggest(references[meant])
    names = list(dict.fromkeys(references.values()))
    more = ", …" if len(names) > MOST_NAMED else ""
    return say("there are: {names}", names=", ".join(names[:MOST_NAMED]) + more) if names else ""
