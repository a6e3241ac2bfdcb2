"""Queries in hand-written pages: parses them, selects agents, and says how to show them.

A query is YAML in a fenced block of the language ``agents``, or ``key=value`` words in a code span. Its keys
are the facets of the index: any of the values of one key is enough, all keys must hold. The key ``all`` names
the facets of which an agent must have every value.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterable
from dataclasses import dataclass

import yaml

from ...model.definitions import Agent, Diagnostic, Span
from ...text.i18n import say
from ...text.strings import make_slug
from ...text.suggestions import suggest
from ..other_catalogs import list_other_facets
from ..page import CatalogContext
from .facets import list_facets
from .other_agents import Placed, list_others

SHOWS = ("list", "cards", "card", "matrix", "count")
FACETS = ("group", "runtime", "tool", "skill", "server", "model", "reach", "problems", "repository")
KEYS = ("show", "view", "names", "all", *FACETS)
# The value of `repository` that means every one.
EVERY = "all"
VIEWS = ("declared", "effective", "home")
HOME = "home"
Value = tuple[str, Span]


@dataclass(frozen=True, slots=True)
class Query:
    """A query that could be read: the values of each key with their places; ``span`` is that of the whole."""

    span: Span
    show: str
    view: str
    values: dict[str, tuple[Value, ...]]


class QueryError(Exception):
    """A query that means nothing."""

    def __init__(self, span: Span, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.diagnostic = Diagnostic("invalid_query", span, message, hint)


def read_block(text: str, path: str, line: int, column: int = 1) -> Query:
    """The query in a fenced block whose first line of YAML is ``line``. Raises ``QueryError``."""

    def span(mark: yaml.Mark | None) -> Span:
        return Span(path, line + mark.line, column + mark.column) if mark else Span(path, line, column)

    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        message = say("this query is not valid YAML: {why}", why=getattr(error, "problem", "") or "")
        raise QueryError(span(getattr(error, "problem_mark", None)), message) from error
    if node is not None and not isinstance(node, yaml.MappingNode):
        raise QueryError(Span(path, line, column), say("a query is made of `key: value` lines"))
    pairs: list[tuple[str, Span, list[Value]]] = []
    for key, value in node.value if node else ():
        nodes = value.value if isinstance(value, yaml.SequenceNode) else [value]
        for part in nodes:
            if not isinstance(part, yaml.ScalarNode):
                message = say("`{key}` is a word or a list of words", key=str(key.value))
                raise QueryError(span(part.start_mark), message)
        values = [(str(part.value), span(part.start_mark)) for part in nodes]
        pairs.append((str(key.value), span(key.start_mark), values))
    return _query(pairs, Span(path, max(1, line - 1), column))


def read_words(text: str, span: Span) -> Query:
    """The query in a code span: ``count tool=Bash group=review``. Raises ``QueryError``."""
    try:
        show, *words = shlex.split(text)
    except ValueError as error:
        raise QueryError(span, say("this query has a quote that is not closed")) from error
    pairs: dict[str, list[Value]] = {"show": [(show, span)]}
    for word in words:
        key, sign, value = word.partition("=")
        if not sign:
            raise QueryError(span, say("`{part}` is no `key=value`", part=word))
        pairs.setdefault(key, []).append((value, span))
    return _query([(key, span, values) for key, values in pairs.items()], span)


def _query(pairs: list[tuple[str, Span, list[Value]]], span: Span) -> Query:
    values: dict[str, tuple[Value, ...]] = {}
    for key, place, listed in pairs:
        if key not in KEYS:
            raise QueryError(place, say("a query knows no `{key}`", key=key), _suggest_hint(key, KEYS))
        values[key] = tuple(listed)
    asked = tuple(values)
    show, view = _take(values, "show", SHOWS, "list"), _take(values, "view", VIEWS, "declared")
    if view == HOME and (others := [key for key in asked if key != "view"]):
        raise QueryError(span, say("`view: home` is the whole catalog and has no `{key}`", key=others[0]))
    return Query(span, HOME if view == HOME else show, view, values)


def _take(values: dict[str, tuple[Value, ...]], key: str, known: tuple[str, ...], default: str) -> str:
    """Takes the value of a key that has one out of ``values``."""
    for value, place in values.pop(key, ())[:1]:
        if value not in known:
            raise QueryError(
                place, say("`{key}` is no `{value}`", key=key, value=value), _suggest_hint(value, known)
            )
        return value
    return default


def _suggest_hint(word: str, known: Iterable[str]) -> str:
    names = list(known)
    if meant := suggest(word, names):
        return say("did you mean `{meant}`?", meant=meant)
    return say("there are: {names}", names=", ".join(names[:12]) + (", …" if len(names) > 12 else ""))


class QueryRunner:
    """The agents of a catalog by the values of their facets."""

    def __init__(self, shared: CatalogContext) -> None:
        self.agents = [agent for group in shared.by_group.values() for agent in group]
        self.facets = {agent.id: list_facets(shared, agent) for agent in self.agents}
        self.known: dict[str, dict[str, str]] = {key: {} for key in FACETS}
        for facet in self.facets.values():
            for key, values in ((key, facet[key]) for key in FACETS):
                self.known[key] |= {value.casefold(): value for value in values}
        self.known["reach"] |= {
            capability.id: capability.title for reached in shared.reach.values() for capability in reached
        }
        # What no agent has may be asked for all the same: the answer is that nobody has it.
        self.known["tool"] |= {tool.name.casefold(): tool.name for tool in shared.catalog.tools}
        self.known["skill"] |= {skill.name.casefold(): skill.name for skill in shared.catalog.skills}
        self.shared = shared
        self.others: list[Placed] = []

    def run(self, query: Query) -> tuple[list[Agent], list[Placed], dict[str, list[str]]]:
        """The agents that match, those of other catalogs if the query asks for a repository, and the query in
        the values of the index. Raises ``QueryError``."""
        if "repository" in query.values and not self.others:
            self._learn_others()
        wanted = {
            key: [self._match_value(key, *value) for value in values]
            for key, values in query.values.items()
            if key not in ("names", "all")
        }
        whole = {self._match_facet(*value) for value in query.values.get("all", ())}
        if EVERY in wanted.get("repository", ()):
            del wanted["repository"]
        others = self.others if "repository" in query.values else []
        named = [id for value in query.values.get("names", ()) for id in self._named(*value, others)]

        def fits(id: str) -> bool:
            own = self.facets[id]
            return ("names" not in query.values or id in named) and all(
                (all if key in whole else any)(value in own.get(key, ()) for value in values)
                for key, values in wanted.items()
            )

        agents = [agent for agent in self.agents if fits(agent.id)]
        chosen = [placed for placed in others if fits(placed[1].uri)]
        return agents, chosen, wanted | ({"all": sorted(whole)} if whole else {})

    def _learn_others(self) -> None:
        self.others = list_others(self.shared)
        for other, agent in self.others:
            facets = self.facets[agent.uri] = list_other_facets(self.shared, other, agent)
            for key in FACETS:
                self.known[key] |= {value.casefold(): value for value in facets.get(key, ())}
            self.known["repository"][other.id.casefold()] = other.source.title
        self.known["repository"][EVERY] = EVERY

    def _match_facet(self, name: str, span: Span) -> str:
        if name not in FACETS:
            message = say("`{key}` is no `{value}`", key="all", value=name)
            raise QueryError(span, message, _suggest_hint(name, FACETS))
        return name

    def _match_value(self, key: str, value: str, span: Span) -> str:
        known = self.known[key]
        # Tools of two runtimes may differ in a capital letter only.
        if value in known.values():
            return value
        if value.casefold() not in known:
            message = say("no agent has `{key}: {value}`", key=key, value=value)
            raise QueryError(span, message, _suggest_hint(value, sorted(set(known.values()))))
        return known[value.casefold()]

    def _named(self, name: str, span: Span, others: list[Placed]) -> list[str]:
        wanted = name.casefold()
        exact = [a for a in self.agents if wanted in (a.id, a.name.casefold(), a.title.casefold())]
        agents = exact or [agent for agent in self.agents if make_slug(agent.name) == make_slug(name)]
        ids = [agent.id for agent in agents]
        for other, placed in others:
            names = (f"{other.id}/{placed.id}", placed.id, placed.name)
            if wanted in (text.casefold() for text in names):
                ids.append(placed.uri)
        if not ids:
            message = say("there is no agent `{name}`", name=name)
            raise QueryError(span, message, _suggest_hint(name, [agent.name for agent in self.agents]))
        return ids
