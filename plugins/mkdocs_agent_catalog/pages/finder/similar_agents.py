"""Finds similar agents, and describes in one line how two agents differ.

Near is who shares telling terms: of the name, the description, the skills. The rarest are looked at
first, and only so many: the work is linear in the number of agents.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Set
from heapq import nsmallest
from typing import Any
from urllib.parse import quote_plus

from ...addresses import urls
from ...addresses.urls import EFFECTIVE_MATRIX, Href
from ...model.definitions import Agent
from ...permissions.capabilities import CLASSES
from ...text.i18n import mark_for_translation as _
from ...text.i18n import say
from ..page import CatalogContext, index_own_terms, once
from ..term_index import is_pair, tokenize
from ..vocabulary import load_stop_words, load_words_without_topic
from .facets import list_all_uses

MOST, LEAST = 4, 0.12
# An agent may be in many plugins: it is one of those shown.
MOST_DOUBLES = 8
MOST_LOOKED = 600
SAME_TOOLS, SAME_GROUP = 0.08, 0.04
MOST_NAMED = 4


@once
def compare_agents(shared: CatalogContext) -> SimilarAgents:
    """The agents of the catalog, to ask which are alike."""
    return SimilarAgents(shared)


class SimilarAgents:
    """The agents of a catalog by the words that they share, and by their tools."""

    def __init__(self, shared: CatalogContext) -> None:
        self.shared = shared
        self.index = index_own_terms(shared)
        self.spellings = self.index.spellings()
        self.numbers = {agent.id: number for number, agent in enumerate(self.index.agents)}
        self.norms = [math.sqrt(sum(weight**2 for weight in terms.values())) for terms in self.index.weights]
        self.uses = {agent.id: list_all_uses(shared, agent) for agent in shared.catalog.agents}
        self.by_uses: dict[frozenset[str], list[Agent]] = {}
        for item in (agent for group in shared.by_group.values() for agent in group):
            self.by_uses.setdefault(self.uses[item.id], []).append(item)
        self.no_topics = {*map(self.index.stem, load_words_without_topic() | load_stop_words())}
        self.near_sets: dict[frozenset[str], list[tuple[str, frozenset[str]]]] = {}

    def find_nearest(self, agent: Agent) -> list[tuple[list[Agent], list[str]]]:
        """The nearest agents, nearest first, each with its doubles and with the terms shared, the most
        telling first."""
        number = self.numbers[agent.id]
        topics, weights = self.index.topics[number], self.index.weights[number]
        scores = self._score_agents({term: weights[term] for term in topics}, self.norms[number])
        # The same agent for another runtime is no other agent.
        for id in (agent.id, *self.shared.catalog.twins.get(agent.id, ())):
            scores.pop(self.numbers[id], None)
        ranked = []
        for other, score in scores.items():
            if score >= LEAST:
                near = self.index.agents[other]
                # What speaks for two agents beside their words.
                score += SAME_TOOLS * (self.uses[agent.id] == self.uses[near.id])
                score += SAME_GROUP * (agent.group == near.group)
                ranked.append((-score, near.id, other))
        families: dict[tuple[str, frozenset[str]], list[int]] = {}
        for _score, id, other in nsmallest(MOST * MOST_DOUBLES, ranked):
            family = (self.shared.same.get(id, id), self.uses[id])
            families.setdefault(family, []).append(other)
        return [
            (
                [self.index.agents[other] for other in doubles],
                sorted(topics & self.index.topics[doubles[0]], key=lambda term: (-weights[term], term)),
            )
            for doubles in list(families.values())[:MOST]
        ]

    def _score_agents(self, terms: dict[str, float], norm: float) -> dict[int, float]:
        """How near each agent is to weighted ``terms``, by the cosine of the angle between them.

        The rarest terms, which tell most, come first; more than ``MOST_LOOKED`` entries are not looked at.
        """
        scores: defaultdict[int, float] = defaultdict(float)
        looked = 0
        holders = self.index.holders
        for count, term in sorted((len(holders[term]), term) for term in terms if term in holders):
            looked += count
            if looked > MOST_LOOKED and scores:
                break
            weight = terms[term]
            for number, other_weight in holders[term]:
                scores[number] += weight * other_weight
        return {number: score / (norm * self.norms[number]) for number, score in scores.items()}

    def find_nearest_to_text(self, text: str) -> Agent | None:
        """The agent that shares most with a text, if any shares a fair part of it."""
        rarity = self.index.rarity
        terms = {term: rarity[term] for term in map(self.index.stem, tokenize(text)) if term in rarity}
        norm = math.sqrt(sum(weight**2 for weight in terms.values()))
        scores = self._score_agents(terms, norm)
        ranked = [(-score, self.index.agents[number].id) for number, score in scores.items()]
        score, id = min(ranked, default=(0.0, ""))
        nearest: Agent | None = self.shared.catalog.by_id["agent", id] if -score >= LEAST else None
        return nearest

    def build_rows(self, agent: Agent, href: Href) -> list[dict[str, Any]]:
        """What the template shows: name, address, why it is near and how it differs."""
        pair = f"compare={quote_plus(agent.id)}&compare="
        return [
            {
                "name": other.title,
                "href": href(urls.make_agent_uri(other.id)),
                "group": self._name_group(other),
                "doubles": [
                    {
                        "name": double.title,
                        "group": self._name_group(double),
                        "href": href(urls.make_agent_uri(double.id)),
                    }
                    for double in doubles
                ],
                "summary": other.summary,
                "both": self._name_topics(words),
                "differs": self.describe_difference(agent, other),
                "compare": f"{href(EFFECTIVE_MATRIX)}?{pair}{quote_plus(other.id)}",
            }
            for (other, *doubles), words in self.find_nearest(agent)
        ]

    def _name_group(self, agent: Agent) -> str:
        """The group of an agent, which tells it from others of its name; empty where there is only one."""
        return self.shared.name_group(agent.group) if len(self.shared.by_group) > 1 else ""

    def _name_topics(self, terms: list[str]) -> list[str]:
        """What agents that share ``terms`` are both about, in words as they are written."""
        topics = (term for term in terms if term not in self.no_topics and not is_pair(term))
        return [self.spellings[term] for term in topics][:MOST_NAMED]

    def describe_difference(self, agent: Agent, other: Agent) -> str:
        """What the other can do and this one cannot, and the other way round; of two with the same
        capabilities what they can use."""
        parts = self._compare_capabilities(agent, other)
        if parts:
            return "; ".join(parts)
        mine, theirs = self.uses[agent.id], self.uses[other.id]
        if theirs - mine:
            parts.append(self.shared.say(say("can also use {tools}", tools=self._join_names(theirs - mine))))
        if mine - theirs:
            parts.append(self.shared.say(say("cannot use {tools}", tools=self._join_names(mine - theirs))))
        # That both have everything is what most agents do.
        is_usual = agent.access.inherits and other.access.inherits
        return "; ".join(parts) or ("" if is_usual else self.shared.say("can use the same tools"))

    def _compare_capabilities(self, agent: Agent, other: Agent) -> list[str]:
        language = self.shared.say
        mine, theirs = ({item.id for item in self.shared.reach[compared.id]} for compared in (agent, other))
        more, less = (
            ", ".join(_lower_first(language(title)) for id, title in CLASSES if id in ids)
            for ids in (theirs - mine, mine - theirs)
        )
        parts = [(_("also {capabilities}"), more), (_("lacks: {capabilities}"), less)]
        return [language(say(text, capabilities=names)) for text, names in parts if names]

    def build_same_tools_rows(self, agent: Agent, href: Href) -> list[dict[str, Any]]:
        """How many have exactly these tools, and how many one less or one more, each with the address of the
        matrix of them; of a single agent its ``name`` and its address."""
        if agent.access.inherits and not agent.access.every:
            # Its tools are those of everybody who says nothing.
            return []
        mine = self.uses[agent.id]
        near = self.near_sets.get(mine)
        if near is None:
            near = self.near_sets[mine] = self._find_near_sets(mine)
        rows = []
        for words, uses in near:
            having = [other for other in self.by_uses.get(uses, ()) if other is not agent] if uses else []
            if len(having) == 1:
                address, name = href(urls.make_agent_uri(having[0].id)), having[0].title
            elif having:
                address = f"{href(EFFECTIVE_MATRIX)}?like={quote_plus(having[0].id)}"
                name = ""
            else:
                continue
            rows.append({"words": words, "number": len(having), "href": address, "name": name})
        return rows

    def _find_near_sets(self, mine: frozenset[str]) -> list[tuple[str, frozenset[str]]]:
        """The sets of tools that are these, one less or one more, each with its words."""
        language = self.shared.say
        near = [(language(_("The same tools")), mine)]
        near += [(language(say("All but {tool}", tool=tool)), mine - {tool}) for tool in sorted(mine)]
        bigger = {
            other - mine: other for other in self.by_uses if mine < other and len(other) == len(mine) + 1
        }
        near += [
            (language(say("Also {tool}", tool=min(tool))), bigger[tool]) for tool in sorted(bigger, key=min)
        ]
        return near

    def _join_names(self, names: Set[str]) -> str:
        name = ", ".join(sorted(names)[:MOST_NAMED])
        more = len(names) - MOST_NAMED
        return f"{name} {self.shared.say(say('and {n} more', n=more))}" if more > 0 else name


def _lower_first(text: str) -> str:
    return text[:1].lower() + text[1:]
