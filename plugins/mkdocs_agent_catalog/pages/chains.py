"""Chains: a list of them, and a page for each, with a picture that is a nested list, and every proof."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import partial
from itertools import groupby
from typing import Any

from markupsafe import Markup

from ..addresses import urls
from ..addresses.urls import Href
from ..model import mcp_tool_names
from ..model.catalog import Evidence
from ..model.item_kinds import ITEM_KINDS
from ..model.output import Heading
from ..rights.chains import Chain, ChainStep, Node
from ..runtimes import RUNTIMES
from ..text import markdown
from ..text.i18n import mark_for_translation as _
from ..text.i18n import say, say_plural
from .agent_access import describe_places
from .decision_view import PAGE as RULES
from .page import GRADE_WORDS, CatalogContext, Page, make_list_page

CHAINS = "chains.md"
TITLE = _("Chains")
# A deeper picture goes on at the page of its last agents; a longer list is counted.
MOST_LEVELS, MOST_NODES, MOST_ROWS = 7, 150, 400


def make_chain_uri(node: Node) -> str:
    """The page of the chain that starts with ``node``, an agent or a skill."""
    return f"chains/{ITEM_KINDS[node[0]].folder}/{node[1]}.md"


def link_to_chain(shared: CatalogContext, start: Node, href: Href) -> str:
    """The address of the chain of an agent or a skill; empty if it has none."""
    return href(make_chain_uri(start)) if start in shared.chain_starts else ""


def list_chain_pages(shared: CatalogContext) -> Iterator[Page]:
    """The list, and a page for each start of a chain."""
    starts = [(start, shared.chains.find_chain(start)) for start in shared.chain_starts]
    if starts:
        about = _("What a command, a skill or an agent leads to, step by step.")
        build = partial(_build_list, shared, starts)
        yield make_list_page(shared, CHAINS, "chains.html.jinja", shared.say(TITLE), about, build)
    for start, chain in starts:
        yield _make_page(shared, start, chain)


def _make_page(shared: CatalogContext, start: Node, chain: Chain) -> Page:
    name = _name_node(shared, start)
    return Page(
        uri=make_chain_uri(start),
        template="chain.html.jinja",
        title=shared.say(say("What {name} leads to", name=name)),
        context=lambda href: _build_context(shared, chain, name, href),
        description=_describe_ends(shared, chain),
        wide=True,
    )


def _build_list(shared: CatalogContext, starts: list[tuple[Node, Chain]], href: Href) -> dict[str, Any]:
    """The longest chains first. The id tells those of one name apart."""
    names = Counter(_name_node(shared, start) for start, _chain in starts)
    rows: list[dict[str, Any]] = [
        {
            "name": _name_node(shared, start),
            "noun": _name_kind(shared, start),
            "id": start[1] if names[_name_node(shared, start)] > 1 else "",
            "href": href(make_chain_uri(start)),
            "steps": len(chain.levels) - 1,
            "ends": _describe_ends(shared, chain),
        }
        for start, chain in starts
    ]
    rows.sort(key=lambda row: (-row["steps"], row["name"].casefold()))
    return {"rows": rows, "headings": ()}


def _describe_ends(shared: CatalogContext, chain: Chain) -> str:
    """How much it leads to, by kinds."""
    counts: dict[str, int] = {}
    for kind, _id in (node for level in chain.levels[1:] for node in level):
        counts[kind] = counts.get(kind, 0) + 1
    words = {
        "agent": say_plural("{n} agent", "{n} agents", counts.get("agent", 0)),
        "skill": say_plural("{n} skill", "{n} skills", counts.get("skill", 0)),
        "tool": say_plural("{n} tool", "{n} tools", counts.get("tool", 0)),
        "server": say_plural("{n} MCP server", "{n} MCP servers", counts.get("server", 0)),
        "inherited": _("all tools"),
        "any agent": _("any agent"),
    }
    texts = [shared.say(text) for kind, text in words.items() if kind in counts]
    return ", ".join(texts if chain.is_whole else [*texts, "…"])


def _build_context(shared: CatalogContext, chain: Chain, name: str, href: Href) -> dict[str, Any]:
    # The server of an MCP tool is in the name of the tool.
    steps = [
        (node, step)
        for level in chain.levels
        for node in level
        if node[0] != "tool"
        for step in chain.steps[node]
    ]
    rows = [_build_row(shared, node, step, href) for node, step in steps[:MOST_ROWS]]
    origins = {origin: _join_rows(list(group)) for origin, group in groupby(rows, lambda row: row["origin"])}
    return {
        "crumbs": [(shared.say(TITLE), href(CHAINS))],
        "name": name,
        "ends": _describe_ends(shared, chain),
        "tree": _TreeBuilder(shared, chain, href).build(),
        "origins": origins,
        "more": len(steps) - len(rows),
        "headings": (Heading(2, "steps", shared.say("Each step")),),
    }


class _TreeBuilder:
    """The picture: agents and skills, each where it is reached first, with what they use."""

    def __init__(self, shared: CatalogContext, chain: Chain, href: Href) -> None:
        self.shared, self.chain, self.href = shared, chain, href
        self.levels = {node: number for number, level in enumerate(chain.levels) for node in level}
        self.placed = {chain.start}

    def build(self) -> dict[str, Any]:
        """The start, with everything below it."""
        tree = self._build_node(self.chain.start, None)
        level = [(self.chain.start, tree)]
        # Level by level, so that each is placed where the way to it is the shortest.
        while level:
            following = []
            for node, item in level:
                for step in self.chain.steps[node]:
                    if step.target[0] not in ("agent", "skill"):
                        continue
                    if step.target in self.placed:
                        item["again"].append(self._link(step.target))
                    elif self._is_too_far(step.target):
                        item["left_out"] = self.href(make_chain_uri(node))
                    else:
                        self.placed.add(step.target)
                        child = self._build_node(step.target, step)
                        item["children"].append(child)
                        following.append((step.target, child))
            level = following
        return tree

    def _is_too_far(self, node: Node) -> bool:
        return self.levels.get(node, MOST_LEVELS + 1) > MOST_LEVELS or len(self.placed) >= MOST_NODES

    def _build_node(self, node: Node, step: ChainStep | None) -> dict[str, Any]:
        ends = [step for step in self.chain.steps[node] if step.target[0] not in ("agent", "skill")]
        return {
            **self._link(node),
            "noun": _name_kind(self.shared, node),
            "how": _describe_step(self.shared, step) if step else "",
            "is_declared": step is None or step.is_declared,
            "ends": [self._link(end.target) | {"reach": _find_reach(self.shared, end)} for end in ends],
            "again": [],
            "children": [],
            "left_out": "",
        }

    def _link(self, node: Node) -> dict[str, Any]:
        return {"name": _name_node(self.shared, node), "href": _locate(node, self.shared, self.href)}


def _locate(node: Node, shared: CatalogContext, href: Href) -> str:
    """The address of its page; empty for what stands for many."""
    kind, id = node
    if kind == "tool":
        tool = shared.catalog.by_id["tool", id]
        if tool.server:
            return href(urls.make_server_uri(tool.server), urls.make_tool_anchor(id))
        return href(urls.locate_tool(tool.name, id)[0])
    return href(*urls.locate_item(kind, id)) if kind in ITEM_KINDS else ""


def _name_node(shared: CatalogContext, node: Node) -> str:
    kind, id = node
    if kind == "inherited":
        return shared.say("all tools")
    if kind == "any agent":
        return shared.say(say("any agent of {runtime}", runtime=RUNTIMES[id].title))
    thing = shared.catalog.by_id[kind, id]
    if kind == "tool" and thing.server:
        return f"{thing.server}: {mcp_tool_names.shorten(thing.name)}"
    return thing.title if kind == "agent" else str(thing.name)


def _name_kind(shared: CatalogContext, node: Node) -> str:
    is_command = node[0] == "skill" and shared.catalog.by_id[node].is_command
    return shared.say("command") if is_command else shared.say(ITEM_KINDS[node[0]].noun)


def _find_reach(shared: CatalogContext, step: ChainStep) -> str:
    """The capability that the end of a chain gives."""
    kind, id = step.target
    if kind == "server":
        return "mcp"
    if kind == "tool":
        tool = shared.catalog.by_id["tool", id]
        return "mcp" if tool.server else (tool.fact.reach if tool.fact else "") or ""
    return "delegates" if kind == "any agent" else ""


def _describe_step(shared: CatalogContext, step: ChainStep) -> str:
    """How the step is known: the strongest evidence, with its line."""
    if not step.evidence:
        return ""
    why = step.evidence[0]
    line = shared.say(say("line {n}", n=why.span.line))
    return f"{_describe_grade(shared, why)}, {line}"


def _describe_grade(shared: CatalogContext, why: Evidence) -> str:
    words = (shared.say(GRADE_WORDS[why.grade]), shared.describe_namesakes(why.namesakes))
    return ", ".join(filter(None, words))


def _join_rows(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """``rows``, those that only a rule allows as one where rule and place are the same."""
    joined: dict[object, dict[str, Any]] = {}
    for number, row in enumerate(rows):
        key = number if row["evidence"] else (row["rule"], row["where"])
        joined.setdefault(key, {**row, "targets": []})["targets"].append((row["target"], row["href"]))
    return list(joined.values())


def _build_row(shared: CatalogContext, node: Node, step: ChainStep, href: Href) -> dict[str, Any]:
    """A step with its whole proof: the words that ask for it, and the rule by which it may be taken."""
    path = shared.catalog.by_id[node].source.path
    return {
        "origin": _name_node(shared, node),
        "target": _name_node(shared, step.target),
        "href": _locate(step.target, shared, href),
        "evidence": [
            {
                "grade": _describe_grade(shared, why),
                "text": Markup(markdown.render_inline(why.text)) if why.text else "",
                "where": describe_places([why.span], path, shared.say),
            }
            for why in step.evidence[:3]
        ],
        "rule": step.rule,
        "rule_href": href(RULES, f"rule-{step.rule}") if step.rule else "",
        "where": describe_places([step.span], path, shared.say) if step.span else "",
    }
