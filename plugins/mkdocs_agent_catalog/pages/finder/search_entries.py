"""The entries of a page for the search of the site.

Material's search weighs a title a thousand times a text, asks for the beginnings of words and knows no stems.
So an agent whose name has one word of a question would come before one whose description answers all of it,
and a tool before the agents that have it. Hence ``words``: what an entry is about, in a field of its own that
weighs a little less than a title.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ...model.definitions import Agent
from ...model.item_kinds import ITEM_KINDS
from ...model.output import SearchEntry
from ..page import CatalogContext
from ..term_index import tokenize
from ..vocabulary import make_stemmer

# Pages that people wrote come first: the title of one of their sections counts twice, the words of an agent
# (0.6 of a title) less. Tools, skills and servers stand between an agent of that name and those that have
# them, and only if nothing but their name is asked for.
AGENT, OTHER, LETTERS = 0.77, 0.32, 60
# The index is loaded whole. So many letters of a description are shown, and so many are known as words; as
# many again of the names of tools and skills.
LONGEST_TEXT, LONGEST_WORDS = 290, 130
LONGEST_READ = 1500
SHORTEST = 3
_CAPITALS = re.compile(r"(?<=[a-z])(?=[A-Z])")


def collect_name_words(shared: CatalogContext) -> frozenset[str]:
    """The words that names of agents are made of."""
    return frozenset(word for agent in shared.catalog.agents for word in tokenize_names(agent.name))


def build_agent_entry(shared: CatalogContext, agent: Agent, names: frozenset[str]) -> SearchEntry:
    """The entry of an agent: its description is shown; its tools and skills are found as well.

    ``names`` are all ``name_words``.
    """
    skills = shared.catalog.list_skill_names(agent)
    tools = [grant.rule for grant in (*(agent.access.grants or ()), *agent.access.ignored)]
    # Nobody has a plural in a name, yet people type it; the last word says what the agent is: a "reviewer".
    *texts, last = tokenize_names(agent.name) or [""]
    own = [text for word in texts for text in (word, word if word.endswith("s") else f"{word}s")]
    # Who asks for the "market" of a name finds the "marketer" too, a rarer word: it must not count twice.
    if last and not any(last[:end] in names for end in range(SHORTEST, len(last))):
        own.append(last)
    messages = (agent.title, agent.name, agent.lead, agent.group, " ".join(skills), " ".join(tools))
    entry = shared.cache.get(_make_agent_entry, *messages, tuple(own), shared.say.language)
    return entry._replace(text=_name_kind(shared.say(ITEM_KINDS["agent"].label), entry.text))


def _make_agent_entry(
    title: str,
    name: str,
    lead: str,
    group: str,
    skills: str,
    tools: str,
    own: tuple[str, ...],
    language: str,
) -> SearchEntry:
    has = tokenize_names(" ".join([name, group, tools]))
    text = select_keywords(
        title, [*own, *tokenize_names(skills)], tokenize_names(lead), has, language=language
    )
    # Of two names that have all that is typed the shorter one is nearer.
    boost = round(AGENT / (1 + min(len(title), 40) / LETTERS), 3)
    return SearchEntry("", title, clip_text(lead), text, boost)


def _name_kind(label: str, text: str) -> str:
    """``text`` behind what it is about: a skill and an agent may have the same name."""
    return f"{label} · {text}" if text else label


def build_item_entry(label: str, title: str, text: str, *more: str) -> SearchEntry:
    """The entry of a tool, a skill or a server, which is called ``label``; ``more`` is found as well."""
    name = select_keywords(
        title,
        tokenize_names(title),
        tokenize_names(" ".join([_CAPITALS.sub(" ", title), *more])),
        tokenize_names(text),
    )
    return SearchEntry("", title, _name_kind(label, clip_text(text)), name, OTHER)


def clip_text(text: str) -> str:
    """The beginning of ``text``, on one line, up to the end of a word."""
    line = " ".join(text[:LONGEST_READ].split())
    if len(line) <= LONGEST_TEXT:
        return line
    return line[:LONGEST_TEXT].rpartition(" ")[0].rstrip(".,;:!?()[]{}<>'\"`*|\u2026\u2014\u2013") + "\u2026"


def tokenize_names(text: str) -> list[str]:
    """The telling words in order, as one may ask for them."""
    return list(tokenize(text[:LONGEST_READ], compounds=True))


def select_keywords(title: str, own: list[str], *lists: list[str], language: str = "en") -> str:
    """The words that a question needs beside ``title``, in the order of the alphabet: so many of each list.

    ``own`` are those of names, which are asked for whole: the name of the page counts here too, so as to
    outweigh rarer words that begin like its own. Else a question matches the beginnings of words, so one that
    begins another word is not needed. Nor is another form of a word of the title, or that counts once more;
    yet people type "testing" for a name with "test".
    """
    names = [word for word in re.split(r"[\s-]+", title.casefold()) if word]
    stem = make_stemmer(language)
    stems = {stem(name) for name in names}
    chosen = set(_take_first(own, 2 * LONGEST_WORDS))
    whole = frozenset(chosen)
    for words in lists:
        chosen.update(
            _take_first(
                word
                for word in words
                if not any(name.startswith(word) for name in names)
                and (stem(word) not in stems or word.endswith("ing"))
            )
        )
    ordered = sorted(chosen)
    after = [*ordered[1:], ""]
    return " ".join(
        word
        for word, other in zip(ordered, after, strict=False)
        if word in whole or not other.startswith(word)
    )


def _take_first(words: Iterable[str], room: int = LONGEST_WORDS) -> Iterator[str]:
    """So many of ``words`` as there is room for, in letters, each once."""
    for word in dict.fromkeys(words):
        room -= len(word) + 1
        if room < 0:
            return
        yield word
