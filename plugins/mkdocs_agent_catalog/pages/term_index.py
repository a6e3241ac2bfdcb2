"""The tokenizer and the term index that the task box, similar agents and the site's search share.

A term is the stem of a word. An agent's weights are BM25 over fields of different weight (Robertson
and Zaragoza, "The Probabilistic Relevance Framework", 2009).
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache

from ..linking.tool_usage import get_tool_name
from ..model.catalog import Catalog
from ..model.definitions import Agent
from ..model.other_catalogs import OtherAgent
from .vocabulary import load_stop_words, load_tool_synonyms, load_weak_words, make_stemmer

K1, B = 4.0, 0.4
NAME, SUMMARY, SKILL, TOOL, TEXT = 6.0, 2.5, 1.5, 0.6, 1.0
MAX_TEXT = 1500
# What a word such as "write" weighs, which stands in the descriptions of agents for all kinds of tasks.
WEAK = 0.4
_EDGES = ",.;:!?()[]{}<>'\"`*|\u2026\u2014\u2013"
_COMPOUND = re.compile(r"[\w+#./]+")
# Each byte of UTF-8: ASCII letters small, the signs that are in no word as blanks.
_BETWEEN = bytes(
    code if code > 127 or chr(code).isalnum() or chr(code) in "_+#." else 32 for code in range(256)
).lower()
_JOINTS = re.compile(r"__+|[^\w+#.]+")
# Scripts without blanks between words (Thai, Lao, Burmese, Khmer, Japanese, Chinese), and Korean, whose words
# change at their ends. As ranges of a regular expression that Python and JavaScript read alike.
UNSPACED = (
    r"\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3005-\u3007\u3041-\u30ff\u3130-\u318f\u31f0-\u31ff"
    r"\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\uff66-\uffdc"
)
_UNSPACED = re.compile(f"[{UNSPACED}]+")


def tokenize(text: str, compounds: bool = False) -> Iterator[str]:
    """The telling words of ``text`` in order, in small letters.

    With ``compounds``, words that signs join are there as a whole too, and the parts of ``snake_case``.
    Without, text that has no blanks between words is taken apart into pairs of signs that follow each other.
    """
    text = text.casefold()
    for token in (text.replace("-", " ") if compounds else _part_words(text)).split():
        yield from _split_token(token, compounds)


def _part_words(text: str) -> str:
    """``text`` with small ASCII letters, and with blanks for the ASCII signs that are in no word. Bytes are
    replaced ten times faster than letters."""
    return text.encode(errors="surrogatepass").translate(_BETWEEN).decode(errors="surrogatepass")


def count_words(text: str) -> dict[str, int]:
    """How often each telling word stands in ``text``; each spelling is taken apart only once."""
    counts: dict[str, int] = {}
    for token, number in Counter(_part_words(text).split()).items():
        for word in _split_token(token, False):
            counts[word] = counts.get(word, 0) + number
    return counts


@lru_cache(maxsize=1 << 16)
def _split_token(token: str, compounds: bool) -> tuple[str, ...]:
    whole = token.casefold().strip(_EDGES)
    if not compounds and not whole.isascii() and _UNSPACED.search(whole):
        pairs = (pair for run in _UNSPACED.findall(whole) for pair in list_pairs(run))
        rest = (word for part in _UNSPACED.split(whole) for word in _split_token(part, compounds))
        return (*pairs, *rest)
    words = [whole]
    if not whole.isalnum():
        words = [part.lstrip("_+#.").rstrip("._") for part in _JOINTS.split(whole)]
        if compounds:
            words = [piece for part in words for piece in (part, *part.split("_")[1:])]
            words[:0] = [whole] if _COMPOUND.fullmatch(whole) else []
    return tuple(word for word in words if len(word) > 1 and word not in load_stop_words())


def list_pairs(run: str) -> list[str]:
    """The pairs of signs that follow each other in text without blanks; its only sign if it has no other."""
    return [run[at : at + 2] for at in range(max(1, len(run) - 1))]


def is_pair(word: str) -> bool:
    """Whether ``word`` was cut out of text without blanks: it is none that people would recognize."""
    return _UNSPACED.fullmatch(word) is not None


def weigh_rarity(number: int, total: int) -> float:
    """How much a term tells that ``number`` of ``total`` agents have."""
    return math.log(1 + (total - number + 0.5) / (number + 0.5))


def soften_rarity(rarity: float) -> float:
    """What a rare term tells in a question about a task. There it may be one by the way, as `pull` in `pull
    logs`, and several words that fit say more."""
    return math.sqrt(rarity)


class TermIndex:
    """What the agents of a catalog are about. Agents are numbered in the order that is given, ``others`` (of
    other catalogs) behind them."""

    def __init__(
        self, catalog: Catalog, agents: Iterable[Agent], language: str, others: Iterable[OtherAgent] = ()
    ) -> None:
        self.agents = tuple(agents)
        self.stem = make_stemmer(language)
        # Each word as it is written, with its term: stems are not for readers.
        self.forms: dict[str, str] = {}
        # The terms of each agent's texts, and those of its tools and its group besides.
        self.topics: list[frozenset[str]] = []
        counts = [self._count_terms(catalog, agent) for agent in self.agents]
        counts += [self._count_other_terms(agent) for agent in others]
        lengths = [sum(terms.values()) for terms in counts]
        average = sum(lengths) / max(1, len(lengths)) or 1
        holders = Counter(term for terms in counts for term in terms)
        self.rarity = {term: weigh_rarity(number, len(counts)) for term, number in holders.items()}
        # Which agents have a term, each with its weight there.
        self.holders: dict[str, list[tuple[int, float]]] = {term: [] for term in holders}
        # The terms of each of the own agents.
        self.weights: list[dict[str, float]] = []
        for number, (terms, length) in enumerate(zip(counts, lengths, strict=True)):
            damping = K1 * (1 - B + B * length / average)
            weights = {t: n * (K1 + 1) / (n + damping) * self.rarity[t] for t, n in terms.items()}
            if number < len(self.agents):
                self.weights.append(weights)
            for term, weight in weights.items():
                self.holders[term].append((number, weight))

    def _count_terms(self, catalog: Catalog, agent: Agent) -> dict[str, float]:
        """The terms of an agent, each counted by the weight of where it stands."""
        links = [link for link in catalog.get_links_from("agent", agent.id) if link.kind == "skill"]
        skills = [catalog.by_id["skill", link.target].name for link in links]
        when = [why.text for link in links for why in link.evidence if why.grade == "table"]
        tools = [get_tool_name(agent, entry) for entry in agent.access.grants or ()]
        counts: dict[str, float] = {}
        self._add(counts, NAME, agent.name)
        self._add(counts, SUMMARY, agent.summary)
        self._add(counts, TEXT, agent.lead[:MAX_TEXT])
        self._add(counts, SKILL, " ".join(skills))
        self._add(counts, TEXT, " ".join(when)[:MAX_TEXT])
        self.topics.append(frozenset(counts))
        self._add_place(counts, agent.group, tools)
        return counts

    def _count_other_terms(self, agent: OtherAgent) -> dict[str, float]:
        counts: dict[str, float] = {}
        self._add(counts, NAME, agent.name)
        self._add(counts, SUMMARY, agent.summary)
        self._add(counts, TEXT, agent.description[:MAX_TEXT])
        self._add_place(counts, agent.group, [tool.name for tool in agent.tools or () if tool.is_usable])
        return counts

    def _add_place(self, counts: dict[str, float], group: str, tools: list[str]) -> None:
        self._add(counts, TEXT, group)
        self._add(counts, TOOL, " ".join([*tools, *(load_tool_synonyms().get(tool, "") for tool in tools)]))

    def _add(self, counts: dict[str, float], weight: float, text: str) -> None:
        for word in tokenize(text):
            term = self.term(word)
            counts[term] = counts.get(term, 0.0) + weight

    def term(self, word: str) -> str:
        """The term of ``word``, which is remembered as one of its forms."""
        if word not in self.forms:
            self.forms[word] = self.stem(word)
        return self.forms[word]

    def weigh_for_tasks(self) -> Iterator[tuple[str, list[tuple[int, float]]]]:
        """Each term with the agents that have it, and what it weighs there in a question about a task."""
        weak = {self.stem(word) for word in load_weak_words()}
        for term, holders in self.holders.items():
            rarity = self.rarity[term]
            share = soften_rarity(rarity) / rarity * (WEAK if term in weak else 1.0)
            yield term, [(number, weight * share) for number, weight in holders]

    def spellings(self) -> dict[str, str]:
        """How each term is written where it comes first."""
        return {term: word for word, term in reversed(self.forms.items())}
