"""The index of the task box: which agents each term finds, and with what weight.

The script looks words up and adds up weights. It needs no network, no stemmer and no index of prompts.
"""

from __future__ import annotations

import json
from collections import Counter

from ..page import CatalogContext
from ..term_index import UNSPACED, TermIndex, count_words, soften_rarity, weigh_rarity
from ..vocabulary import list_phrases, load_question_words, load_stop_words, load_synonyms
from .list_finder import translate_values
from .other_agents import (
    BEGINNING,
    BLOCK,
    PLACE,
    SHARDS,
    are_apart,
    index_terms,
    write_holders,
)

PROMPT = 0.25
# Of a prompt the words that tell it from the others: all of them would be a dictionary for each agent.
MAX_PROMPT_WORDS, MAX_PROMPT = 25, 20000


def build_task_index(shared: CatalogContext) -> str:
    """The script that holds the terms; agents are numbered in the order of the index."""
    index, own = index_terms(shared), len(shared.catalog.agents)
    is_apart = are_apart(shared)
    terms = {
        term: write_holders(pair for pair in holders if pair[0] < own or not is_apart)
        for term, holders in index.weigh_for_tasks()
    }
    if is_apart:
        terms = {term: text for term, text in terms.items() if text}
    synonyms = load_synonyms(shared.say.language)
    forms = {
        word: term for word, term in index.forms.items() if word != term and (not is_apart or term in terms)
    }
    prompts, prompt_forms = _index_prompts(index)
    joining, refusing = load_question_words()
    table = {
        "terms": terms,
        "prompts": prompts,
        "forms": forms | prompt_forms | synonyms.forms,
        "same": synonyms.terms,
        "stop": sorted(load_stop_words()),
        "joining": joining,
        "not": refusing,
        "phrases": list_phrases(translate_values(shared)),
        "unspaced": UNSPACED,
        **({"apart": [PLACE, SHARDS, BEGINNING, BLOCK]} if is_apart else {}),
    }
    text = json.dumps(table, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return f"window.acAskData = {text};\n"


def _index_prompts(index: TermIndex) -> tuple[dict[str, str], dict[str, str]]:
    """The telling terms of the prompts that nothing else of the agent says (``weight,agent,agent``), and the
    forms that they have there."""
    counts = [count_words(agent.document.body[:MAX_PROMPT]) for agent in index.agents]
    spread: Counter[str] = Counter()
    for words in counts:
        spread.update(words.keys())
    rare = {word: weigh_rarity(number, len(counts)) for word, number in spread.items()}
    holders: dict[str, dict[int, float]] = {}
    forms: dict[str, str] = {}
    for number, words in enumerate(counts):
        known = index.weights[number]
        weights = {w: count * rare[w] for w, count in words.items() if index.forms.get(w) not in known}
        # To sort numbers alone and to look only at the highest is quicker than to sort the words too.
        least = sorted(weights.values(), reverse=True)[:MAX_PROMPT_WORDS][-1] if weights else 0.0
        telling = sorted((-weight, word) for word, weight in weights.items() if weight >= least)
        for _, word in telling[:MAX_PROMPT_WORDS]:
            term = forms[word] = index.stem(word)
            if term not in known:
                holders.setdefault(term, {})[number] = rare[word]
    prompts = {
        term: ",".join(map(str, (round(10 * PROMPT * soften_rarity(min(numbers.values()))), *numbers)))
        for term, numbers in holders.items()
    }
    return prompts, {word: term for word, term in forms.items() if word != term}
