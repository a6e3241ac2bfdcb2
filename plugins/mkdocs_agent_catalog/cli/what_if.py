"""`agent-catalog what-if`: what comes of switching something off, or of another list of tools."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

from ..model.catalog import Catalog
from ..permissions.capabilities import CLASSES
from ..rights.edits import Edit, parse_edit
from ..rights.what_if import FACT_KINDS, Consequences, Facts, Ref, find_consequences
from ..text.strings import make_line_printable

_TITLES = dict(CLASSES)
_WORDS = {
    "starts": ("can no longer start", "can start"),
    "capability": ("loses the capability", "gains the capability"),
    "through": ("loses, through others,", "gains, through others,"),
    "server": ("loses the MCP server", "gains the MCP server"),
    "tool": ("loses the tool", "gains the tool"),
    "delegation": ("may no longer start", "may start"),
}
MOST_NAMES = 12


def answer_edits(catalog: Catalog, off: Iterable[str], lists: Iterable[str], profile: str) -> Consequences:
    """What comes of the edits that the options ``--without`` and ``--set`` name. Raises ``BadEditError``."""
    edits: list[Edit] = [parse_edit(text, catalog, is_list=False) for text in off]
    edits += [parse_edit(text, catalog, is_list=True) for text in lists]
    return find_consequences(catalog, edits, profile)


def format_text(consequences: Consequences) -> str:
    """One line for each consequence, with all whom it meets; at the end how many they are."""
    lines = [f"gone: {kind} {id}" for kind, id in consequences.gone]
    for changes, which in ((consequences.lost, 0), (consequences.gained, 1)):
        for kind in FACT_KINDS:
            for name, agents in _group(changes, kind).items():
                what = (
                    "" if kind == "starts" else " " + _TITLES.get(name, "any agent" if name == "*" else name)
                )
                lines.append(f"{_WORDS[kind][which]}{what}: {_join(agents)}")
    for target, origins in _group_links(consequences.broken).items():
        lines.append(f"leads to nothing ({' '.join(target)}): {_join([' '.join(ref) for ref in origins])}")
    lost, stopped = len(consequences.lost), len(_group(consequences.lost, "starts").get("yes", []))
    word = "agent loses" if lost == 1 else "agents lose"
    lines.append(f"{lost} {word} something, {stopped} of them can no longer start")
    return "\n".join(map(make_line_printable, lines))


def _group(changes: dict[str, Facts], kind: str) -> dict[str, list[str]]:
    """The agents by the name of what changed for them."""
    groups: dict[str, list[str]] = {}
    for agent, facts in changes.items():
        for name in facts.get(kind, ()):
            groups.setdefault(name, []).append(agent)
    return dict(sorted(groups.items()))


def _group_links(links: Iterable[tuple[Ref, Ref]]) -> dict[Ref, list[Ref]]:
    groups: dict[Ref, list[Ref]] = {}
    for origin, target in links:
        groups.setdefault(target, []).append(origin)
    return groups


def _join(names: list[str]) -> str:
    rest = len(names) - MOST_NAMES
    return ", ".join(names[:MOST_NAMES]) + (f" and {rest} more" if rest > 0 else "")


def format_json(consequences: Consequences) -> str:
    """All of it, for programs."""

    def pack(changes: dict[str, Facts]) -> dict[str, Any]:
        return {id: {kind: sorted(names) for kind, names in facts.items()} for id, facts in changes.items()}

    data = {
        "gone": [":".join(ref) for ref in consequences.gone],
        "lost": pack(consequences.lost),
        "gained": pack(consequences.gained),
        "broken": [[":".join(ref) for ref in pair] for pair in consequences.broken],
    }
    return json.dumps(data, indent=2, sort_keys=True, ensure_ascii=False)


WHAT_IF_FORMATS: dict[str, Callable[[Consequences], str]] = {"text": format_text, "json": format_json}
