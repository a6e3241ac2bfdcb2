"""From a reference to what it means: the page and the words of a link, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from urllib.parse import unquote

from ...addresses import urls
from ...build import Site
from ...linking.name_index import Index
from ...model.address_lock import Locked
from ...model.definitions import Diagnostic, Span
from ...model.item_kinds import ITEM_KINDS
from ...pages.registry import tombstones
from ...text.i18n import say
from ...text.suggestions import suggest

MOST_NAMED = 5
# What stands before the ids of headings, and of a server's tools.
_BEFORE = ("prompt-", "skill-", "tool-")
_NOWHERE = Span("")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a reference leads to. ``uri`` is that of a page, from the site's root; empty: nothing is there.

    The place of ``problem`` is for the caller to fill in.
    """

    title: str
    summary: str = ""
    uri: str = ""
    anchor: str = ""
    problem: Diagnostic | None = None


class Lookup:
    """Answers from the catalogs of a site: the first that has a name, or the one whose ``path`` it has."""

    def __init__(self, sites: Sequence[Site]) -> None:
        self.catalogs = [_Catalog(site) for site in sites]
        self.known: dict[str, Answer] = {}

    def answer(self, reference: str) -> Answer:
        """What ``reference`` (``kind:name#anchor``, percent-encoded or not) means."""
        if reference not in self.known:
            kind, _sep, rest = reference.partition(":")
            name, _sep, anchor = (unquote(part) for part in rest.partition("#"))
            kind, whole = kind.lower(), unquote(rest)
            # A name can hold a `#`: `C#`.
            named = any(catalog.index(kind).find(whole) for catalog in self.catalogs)
            name, anchor = (whole, "") if named else (name, anchor)
            self.known[reference] = self._answer(kind, name.strip(), anchor)
        return self.known[reference]

    def identifiers(self) -> Iterator[tuple[str, Answer]]:
        """Every reference that means one thing, with what it leads to."""
        written: set[str] = set()
        for catalog in self.catalogs:
            for kind in ITEM_KINDS:
                index = catalog.index(kind)
                for one in index.there:
                    names = index.alone(one)
                    below = [f"{catalog.path}/{name}" for name in names] if len(self.catalogs) > 1 else []
                    for reference in (f"{kind}:{name}" for name in (*names, *below)):
                        if reference not in written:
                            written.add(reference)
                            yield reference, self.answer(reference)

    def _answer(self, kind: str, name: str, anchor: str) -> Answer:
        asked = [(one, name) for one in self.catalogs]
        below = [(one, rest) for one in self.catalogs if one.path and (rest := _below(name, one.path))]
        for catalog, wanted in (*below, *asked):
            if found := catalog.index(kind).find(wanted):
                return catalog.found(kind, wanted, found, anchor)
        for catalog, wanted in (*below, *asked):
            if found := catalog.index(kind).gone(wanted):
                return catalog.former(kind, wanted, found, anchor)
        text = say("there is no {kind} `{name}`", kind=say(ITEM_KINDS[kind].noun), name=name)
        return Answer(name or kind, problem=_problem("unknown_reference", text, self._hint(kind, name)))

    def _hint(self, kind: str, name: str) -> str:
        others = [
            f"{other}:{catalog.index(other).shortest(found[0])}"
            for catalog in self.catalogs
            for other in ITEM_KINDS
            if (found := catalog.index(other).find(name))
        ]
        if others:
            return _did_you_mean(others[0])
        names = {
            key: f"{kind}:{catalog.index(kind).shortest(one)}"
            for catalog in reversed(self.catalogs)
            for one in catalog.index(kind).there
            for key in (one.id.rpartition("/")[2].casefold(), one.id.casefold(), one.name.casefold())
        }
        meant = suggest(name, names)
        return _did_you_mean(names[meant]) if meant else _there_are(names.values())


class _Catalog:
    """One catalog of the site."""

    def __init__(self, site: Site) -> None:
        self.shared, self.path = site.shared, site.shared.where.path
        self.graves = tombstones(site.shared)
        self.entries = {one.permanent: one for one in site.catalog.ledger.now.entries}
        self.pages = {one.uri: one for one in site.outputs if one.is_page}
        self._anchors: dict[str, frozenset[str]] = {}
        self.indexes: dict[str, Index] = {}

    def anchors(self, uri: str) -> frozenset[str]:
        """The places on a page: the page is made for it, once."""
        if uri not in self._anchors:
            self._anchors[uri] = self.pages[uri].anchors if uri in self.pages else frozenset()
        return self._anchors[uri]

    def index(self, kind: str) -> Index:
        if kind not in self.indexes:
            self.indexes[kind] = Index(self.shared.catalog, kind)
        return self.indexes[kind]

    def found(self, kind: str, name: str, found: list[Locked], anchor: str) -> Answer:
        """The answer for what is there; of several the first, and a finding."""
        answer = self._to(found[0], anchor)
        if len(found) == 1:
            return answer
        text = say("`{reference}` may mean {n} things", reference=f"{kind}:{name}", n=len(found))
        return replace(answer, problem=_problem("ambiguous_reference", text, self._choose(kind, found)))

    def former(self, kind: str, name: str, found: list[Locked], anchor: str) -> Answer:
        """The answer for a name of the past: what it became, what replaced it, or what is left of it."""
        there = [one for one in found if one.gone is None]
        if len(there) > 1:
            return self.found(kind, name, there, anchor)
        one = (there or found)[0]
        now = self._successor(one)
        answer = self._to(now, anchor)
        if answer.problem:
            return answer
        if one.gone is None:
            text = say("the {kind} `{name}` is called `{now}` now", kind=_kind(one), name=name, now=now.name)
        elif now.gone is None:
            text = say(
                "the {kind} `{name}` is gone; `{now}` replaces it", kind=_kind(one), name=name, now=now.name
            )
        else:
            text = say(
                "the {kind} `{name}` is gone; the link leads to what is left of it",
                kind=_kind(one),
                name=name,
            )
        hint = self._choose(now.kind, [now]) if now.gone is None else ""
        return replace(answer, problem=_problem("outdated_reference", text, hint))

    def _choose(self, kind: str, found: list[Locked]) -> str:
        written = [f"`{kind}:{self.index(kind).shortest(one)}`" for one in found[:MOST_NAMED]]
        return say("write {names}", names=" | ".join(written))

    def _successor(self, one: Locked) -> Locked:
        seen = {one.permanent}
        while one.gone is not None and one.replaced_by in self.entries and one.replaced_by not in seen:
            one = self.entries[one.replaced_by]
            seen.add(one.permanent)
        return one

    def _to(self, one: Locked, anchor: str) -> Answer:
        if one.gone is not None:
            return Answer(one.name, one.summary, self.shared.where.uri(self.graves[one.permanent]))
        thing = self.shared.catalog.by_id[one.kind, one.id]
        page, own = urls.subject(one.kind, one.id, one.name)
        uri = self.shared.where.uri(page)
        fact = getattr(thing, "fact", None)
        summary = self.shared.say(fact.summary) if fact else one.summary
        answer = Answer(getattr(thing, "title", one.name), summary, uri, own)
        return self._at(answer, one, anchor) if anchor else answer

    def _at(self, answer: Answer, one: Locked, anchor: str) -> Answer:
        """``answer`` at ``anchor``; the headings of a text may be named without what we put before them."""
        there = self.anchors(answer.uri)
        for id in (anchor, *(f"{before}{anchor}" for before in _BEFORE)):
            if id in there:
                return replace(answer, anchor=id)
        text = say("the page of `{name}` has no `#{anchor}`", name=one.name, anchor=anchor)
        # What the page's own scripts need is no place to link to.
        ours = sorted(id for id in there if not id.startswith("ac-"))
        names = {id.removeprefix(before): id for before in ("", *_BEFORE) for id in ours}
        meant = suggest(anchor, names)
        hint = _did_you_mean(f"#{names[meant]}") if meant else _there_are(f"#{id}" for id in ours)
        return replace(answer, problem=_problem("unknown_reference", text, hint))


def _below(name: str, path: str) -> str:
    """What of ``name`` lies below ``path/``."""
    return name.removeprefix(f"{path}/") if name.startswith(f"{path}/") else ""


def _kind(one: Locked) -> str:
    return say(ITEM_KINDS[one.kind].noun)


def _problem(check: str, message: str, hint: str) -> Diagnostic:
    return Diagnostic(check, _NOWHERE, message, hint)


def _did_you_mean(meant: str) -> str:
    return say("did you mean `{meant}`?", meant=meant)


def _there_are(names: Iterable[str]) -> str:
    found = list(dict.fromkeys(names))
    more = ", …" if len(found) > MOST_NAMED else ""
    return say("there are: {names}", names=", ".join(found[:MOST_NAMED]) + more) if found else ""
