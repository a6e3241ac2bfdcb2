"""Which agents are near another one, and what tells them apart in a line.

Near is who shares rare words: of the name, the description, the skills. A word that every tenth agent has
says little and is no reason to compare two, and those who share most in rare words are enough to be
compared in full: the work is linear in the number of agents.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Set
from itertools import islice
from typing import Any
from urllib.parse import quote_plus

from markupsafe import Markup

from .. import urls
from ..model import Agent
from ..urls import Href
from ..words import marked as _
from ..words import say
from .finding import facets
from .matrix import EFFECTIVE
from .page import Shared
from .vocabulary import spelled

MOST, LEAST = 4, 0.12
# So many of those who share most in rare words are compared in full; a word of more agents is not rare.
MOST_COMPARED, MOST_HAVING, MOST_LOOKED = 40, 200, 800
SAME_TOOLS, SAME_GROUP, SAME_NAME = 0.08, 0.04, 0.12
# Of a description only so much is compared: what follows are mostly examples.
LONGEST = 800
MOST_NAMED = 4
# Of those with the same tools so many are named; the rest are in the list of such sets.
MOST_LISTED = 12
_LINK = Markup('<a href="{href}" dir="auto">{name}</a>')


def _uses(shared: Shared, agent: Agent) -> frozenset[str]:
    found = facets(shared, agent)
    return frozenset([*found["tool"], *found["server"]])


class Similar:
    """The agents of a catalog by the words that they share, and by their tools."""

    def __init__(self, shared: Shared) -> None:
        self.shared = shared
        # How the first agent that has a word writes it: stems are not for readers.
        self.spelling: dict[str, str] = {}
        self.words = {one.id: frozenset(self._words(one)) for one in shared.catalog.agents}
        counted = Counter(word for words in self.words.values() for word in words)
        total = len(self.words)
        self.weight = {word: math.log(1 + total / number) for word, number in counted.items()}
        rare = max(8, min(total // 10, MOST_HAVING))
        self.by_word: dict[str, list[str]] = {}
        for id, words in self.words.items():
            for word in words:
                if counted[word] <= rare:
                    self.by_word.setdefault(word, []).append(id)
        # Words of names that few agents have: two reviewers are nearer than what both speak of.
        self.names = {
            one.id: {stem for stem, _ in spelled(one.name) if stem in self.by_word}
            for one in shared.catalog.agents
        }
        self.groups = {one.id: one.group for one in shared.catalog.agents}
        self.uses = {one.id: _uses(shared, one) for one in shared.catalog.agents}
        self.by_uses: dict[frozenset[str], list[Agent]] = {}
        for one in (agent for group in shared.by_group.values() for agent in group):
            self.by_uses.setdefault(self.uses[one.id], []).append(one)
        self.square = {word: weight**2 for word, weight in self.weight.items()}
        self.linked: tuple[str, dict[str, Markup]] = ("", {})
        self.near_sets: dict[frozenset[str], list[tuple[str, frozenset[str]]]] = {}
        self.norm = {
            id: math.sqrt(sum(map(self.square.__getitem__, words))) for id, words in self.words.items()
        }

    def _words(self, agent: Agent) -> list[str]:
        links = self.shared.catalog.links_from("agent", agent.id)
        skills = [self.shared.catalog.by_id["skill", one.target].name for one in links if one.kind == "skill"]
        said = " ".join([agent.name, agent.summary, agent.lead[:LONGEST], *skills])
        found = self.shared.cache.get(spelled, said)
        for stem, word in found:
            self.spelling.setdefault(stem, word)
        return [stem for stem, _ in found]

    def to(self, agent: Agent) -> list[tuple[Agent, list[str]]]:
        """The nearest agents, nearest first, each with the words shared, the most telling first."""
        mine, norm, square = self.words[agent.id], self.norm[agent.id], self.square.__getitem__
        uses, names, group = self.uses[agent.id], self.names[agent.id], agent.group
        scored = []
        by_id = self.shared.catalog.by_id
        for id in self._near_by_words(agent):
            both = mine & self.words[id]
            score = sum(map(square, both)) / (norm * self.norm[id])
            if score >= LEAST:
                # What speaks for two agents beside their words.
                score += SAME_TOOLS * (uses == self.uses[id]) + SAME_GROUP * (group == self.groups[id])
                score += SAME_NAME * (not names.isdisjoint(self.names[id]))
                # Rounded, as the order in which a set is added up is another one in each run.
                scored.append((round(-score, 9), id, both))
        return [
            (by_id["agent", id], sorted(both, key=lambda word: (-self.weight[word], word)))
            for _, id, both in sorted(scored, key=lambda one: one[:2])[:MOST]
        ]

    def _near_by_words(self, agent: Agent) -> list[str]:
        """Those who share most with ``agent`` in rare words."""
        shares: dict[str, float] = {}
        had = shares.get
        looked = 0
        # The rarest first, which say most. Never in the order of a set, which is another one in each run.
        rare = [word for word in self.words[agent.id] if word in self.by_word]
        for having, word in sorted((len(self.by_word[word]), word) for word in rare):
            looked += having
            if looked > MOST_LOOKED and shares:
                break
            square = self.square[word]
            for id in self.by_word[word]:
                shares[id] = had(id, 0.0) + square
        shares.pop(agent.id, None)
        least = sorted(shares.values(), reverse=True)[:MOST_COMPARED][-1] if shares else 0.0
        most = [(-share, id) for id, share in shares.items() if share >= least]
        return [id for _, id in sorted(most)[:MOST_COMPARED]]

    def to_words(self, text: str) -> Agent | None:
        """The agent that shares most with a text, if any shares a fair part of it."""
        words = {stem for stem, _ in spelled(text)}
        norm = math.sqrt(sum(self.square.get(word, 0.0) for word in words))
        scored = [
            (-round(sum(map(self.square.__getitem__, words & mine)) / (norm * self.norm[id]), 9), id)
            for id, mine in self.words.items()
            if words & mine and norm and self.norm[id]
        ]
        best = min(scored, default=(0.0, ""))
        found: Agent | None = self.shared.catalog.by_id["agent", best[1]] if best[0] <= -LEAST else None
        return found

    def ends(self, agent: Agent, href: Href) -> list[dict[str, Any]]:
        """What the template shows: name, address, why it is near and how it differs."""
        return [
            {
                "name": other.title,
                "href": href(urls.agent(other.id)),
                "summary": other.summary,
                "both": [self.spelling[word] for word in words[:MOST_NAMED]],
                "differs": self.difference(agent, other),
                "compare": f"{href(EFFECTIVE)}?compare={quote_plus(agent.id)}&compare={quote_plus(other.id)}",
            }
            for other, words in self.to(agent)
        ]

    def difference(self, agent: Agent, other: Agent) -> str:
        """What the other can use and this one cannot, and the other way round."""
        mine, theirs = self.uses[agent.id], self.uses[other.id]
        parts = []
        if theirs - mine:
            parts.append(self.shared.say(say("can also use {tools}", tools=self._named(theirs - mine))))
        if mine - theirs:
            parts.append(self.shared.say(say("cannot use {tools}", tools=self._named(mine - theirs))))
        return "; ".join(parts) or self.shared.say("can use the same tools")

    def by_tools(self, agent: Agent, href: Href) -> list[dict[str, Any]]:
        """Who has exactly these tools, and who has one less or one more: their ``words`` and ``links``."""
        mine = self.uses[agent.id]
        near = self.near_sets.get(mine)
        if near is None:
            near = self.near_sets[mine] = self._near(mine)
        found = []
        for words, uses in near:
            having = self.by_uses.get(uses, ()) if uses else ()
            number = len(having) - (uses == mine)
            if number > 0:
                shown = list(islice((one for one in having if one is not agent), MOST_LISTED))
                more, links = number - len(shown), self._links(agent, shown, href)
                found.append({"words": words, "number": number, "links": links, "more": more})
        return found

    def _links(self, agent: Agent, others: list[Agent], href: Href) -> Markup:
        """Links to ``others``: the same from all pages of a folder, which come one after the other."""
        folder = agent.id.rpartition("/")[0]
        if self.linked[0] != folder:
            self.linked = (folder, {})
        made = self.linked[1]
        for one in others:
            if one.id not in made:
                made[one.id] = _LINK.format(href=href(urls.agent(one.id)), name=one.title)
        return Markup(", ").join([made[one.id] for one in others])

    def _near(self, mine: frozenset[str]) -> list[tuple[str, frozenset[str]]]:
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

    def _named(self, names: Set[str]) -> str:
        shown = ", ".join(sorted(names)[:MOST_NAMED])
        more = len(names) - MOST_NAMED
        return f"{shown} {self.shared.say(say('and {n} more', n=more))}" if more > 0 else shown
