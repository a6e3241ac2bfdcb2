"""What the box "What do you want done?" knows: which agents each word speaks for, and how strongly.

The ranking is BM25 over fields of different weight (Robertson and Zaragoza, "The Probabilistic Relevance
Framework", 2009), worked out here; the script only adds up. It needs no network and no index of prompts.
"""

from __future__ import annotations

import json
import math
from collections import Counter

from ..model import Agent
from ..usage import tool_name
from .page import Shared
from .vocabulary import also, counted, same, spelled, stop

K1, B = 4.0, 0.4
NAME, SUMMARY, SKILL, TOOL, TEXT, PROMPT = 6.0, 2.5, 1.5, 0.6, 1.0, 0.25
LONGEST = 1500
# Of a prompt the words that tell it from the others: all of them would be a dictionary for each agent.
MOST_WORDS, LONGEST_PROMPT = 25, 20000


def ask_data(shared: Shared) -> str:
    """The script that holds the words; agents are numbered in the order of the index."""
    agents = [agent for group in shared.by_group.values() for agent in group]
    counts = [_counts(shared, agent) for agent in agents]
    length = [sum(found.values()) for found in counts]
    average = sum(length) / max(1, len(length)) or 1
    holders: dict[str, list[tuple[int, float]]] = {}
    for number, found in enumerate(counts):
        for word, count in found.items():
            norm = count + K1 * (1 - B + B * length[number] / average)
            holders.setdefault(word, []).append((number, count * (K1 + 1) / norm))
    terms = {}
    for word, having in sorted(holders.items()):
        rare = _rare(len(having), len(agents))
        terms[word] = ",".join([f"{number}:{round(10 * weight * rare)}" for number, weight in having])
    prompts = _prompts(agents, counts)
    table = {"terms": terms, "prompts": prompts, "same": same(), "stop": sorted(stop())}
    text = json.dumps(table, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return f"window.acAskData = {text};\n"


def _prompts(agents: list[Agent], counts: list[Counter[str]]) -> dict[str, str]:
    """The telling words of the prompts that nothing else of the agent says: ``weight,agent,agent``."""
    found = [counted(agent.document.body[:LONGEST_PROMPT]) for agent in agents]
    spread: Counter[str] = Counter()
    for words in found:
        spread.update(words.keys())
    rare = {word: _rare(number, len(agents)) for word, number in spread.items()}
    holders: dict[str, list[int]] = {}
    for number, words in enumerate(found):
        said = counts[number]
        weights = {word: count * rare[word] for word, count in words.items() if word not in said}
        # To sort numbers alone and to look only at the highest is quicker than to sort the words too.
        least = sorted(weights.values(), reverse=True)[:MOST_WORDS][-1] if weights else 0.0
        chosen = sorted((-weight, word) for word, weight in weights.items() if weight >= least)
        for _, word in chosen[:MOST_WORDS]:
            holders.setdefault(word, []).append(number)
    return {
        word: ",".join(map(str, (round(10 * PROMPT * rare[word]), *numbers)))
        for word, numbers in sorted(holders.items())
    }


def _rare(number: int, total: int) -> float:
    return math.log(1 + (total - number + 0.5) / (number + 0.5))


def _counts(shared: Shared, agent: Agent) -> Counter[str]:
    """The words of an agent, each counted by the weight of where it stands."""
    links = shared.catalog.links_from("agent", agent.id)
    skills = [shared.catalog.by_id["skill", one.target].name for one in links if one.kind == "skill"]
    when = [why.text for one in links if one.kind == "skill" for why in one.evidence if why.grade == "table"]
    tools = [tool_name(entry) for entry in agent.access.grants or ()]
    called = [also().get(name, "") for name in tools]
    fields = (
        (NAME, agent.name),
        (SUMMARY, agent.summary),
        (TEXT, agent.lead[:LONGEST]),
        (TEXT, agent.group),
        (SKILL, " ".join(skills)),
        (TEXT, " ".join(when)[:LONGEST]),
        (TOOL, " ".join([*tools, *called])),
    )
    found: Counter[str] = Counter()
    for weight, text in fields:
        for stem, _ in spelled(text):
            found[stem] += weight  # type: ignore[assignment]
    return found
