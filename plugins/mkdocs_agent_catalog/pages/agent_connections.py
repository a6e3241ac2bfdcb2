"""The connections of an agent for its page: what it uses and mentions, and who uses it."""

from __future__ import annotations

import re
from typing import Any

from markupsafe import Markup

from ..addresses import urls
from ..addresses.urls import Href
from ..model.catalog import GRADES, Link
from ..model.definitions import Agent
from ..text import markdown
from ..text.i18n import mark_for_translation as _
from .agent_access import describe_places
from .link_graph import build_neighbourhood
from .page import GRADE_WORDS, CatalogContext

# A longer list is one of names: the words of each would be pages.
MOST_WITH_WORDS = 12
LONGEST_QUOTE = 160
# A quote of fewer words is code, or a name alone.
FEWEST_WORDS = 4
MOST_LINES = 4
# The sign of a list or of a quotation that a line begins with.
LONGEST_LINE = 200
"""So much of a line is kept as evidence."""
_BLOCK = re.compile(r"\s*(?:[-*+>]\s|\d+[.)]\s|#|\||```|~~~|<)")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z\"`*])")
_LINE_SIGN = re.compile(r"^\s*(?:[-*+>]|\d+[.)])\s+")


def build_connections(
    shared: CatalogContext, agent: Agent, href: Href, link: markdown.Linker
) -> dict[str, Any]:
    """``groups`` of connections (``id``, ``title``, ``rows``), their ``count``, and the ``picture`` of them.

    The id of the first group about agents is ``agents``, whichever that is.
    """
    outgoing = shared.catalog.get_links_from("agent", agent.id)
    incoming = shared.catalog.get_links_to("agent", agent.id)
    sorted_links: dict[str, list[Link]] = {id: [] for id, _title in _GROUPS}
    for item in outgoing:
        if group := _choose_group(shared, item):
            sorted_links[group].append(item)
    sorted_links["used-by"] = list(incoming)
    groups: list[dict[str, Any]] = []
    for id, title in _GROUPS:
        if links := sorted_links[id]:
            is_first = id in _ABOUT_AGENTS and not any(group["id"] == "agents" for group in groups)
            rows = _build_rows(shared, links, id, href, link)
            groups.append({"id": "agents" if is_first else id, "title": shared.say(title), "rows": rows})
    ends = [
        (shared.build_link_rows(incoming, "origin", href)),
        shared.build_link_rows(
            tuple(item for item in outgoing if _choose_group(shared, item)), "target", href
        ),
    ]
    places = {"before": "#used-by" if any(group["id"] == "used-by" for group in groups) else "#agents"}
    places |= {"agent": "#agents", "skill": "#skills", "server": "#servers"}
    return {
        "groups": groups,
        "count": sum(len(group["rows"]) for group in groups),
        "picture": build_neighbourhood(agent.title, ends[0], ends[1], places, shared.say),
    }


_GROUPS = (
    ("skills", _("Skills")),
    ("commands", _("Commands")),
    ("servers", _("MCP servers")),
    ("delegates", _("Delegates to agents")),
    ("mentions", _("Mentions")),
    ("used-by", _("Used by")),
)
_ABOUT_AGENTS = frozenset(("delegates", "mentions", "used-by"))


def _choose_group(shared: CatalogContext, link: Link) -> str:
    """The group of what a definition links to; empty for what has its place elsewhere on the page."""
    if link.kind == "skill":
        return "commands" if shared.catalog.by_id["skill", link.target].is_command else "skills"
    if link.kind == "agent":
        return "mentions" if link.strongest == "named" else "delegates"
    return "servers" if link.kind == "server" else ""


def _build_rows(
    shared: CatalogContext, links: list[Link], group: str, href: Href, link: markdown.Linker
) -> list[dict[str, Any]]:
    """The other ends of ``links``: name, address, how they are connected, and the words that say it."""
    rows: list[dict[str, Any]] = []
    shown: set[Markup] = set()
    for item in links:
        is_user = group == "used-by"
        kind, id = (item.origin_kind, item.origin) if is_user else (item.kind, item.target)
        thing = shared.catalog.by_id[kind, id]
        origin = shared.catalog.by_id[item.origin_kind, item.origin]
        words = _choose_words(item, thing, origin, link) if len(links) <= MOST_WITH_WORDS else Markup("")
        # A sentence that names two stands at the first of them.
        words = Markup(markdown.render_inline(getattr(thing, "summary", ""))) if words in shown else words
        shown.add(words)
        rows.append(
            {
                "name": thing.name,
                "href": href(*urls.locate_item(kind, id)),
                "missing": kind == "skill" and thing.source is None,
                "how": _describe_evidence(shared, item, "named" if group == "mentions" else ""),
                "words": words,
            }
        )
    return rows


def _choose_words(item: Link, thing: Any, origin: Any, link: markdown.Linker) -> Markup:
    """When to use it, by the table that says so; else the sentence that names it; else what it is."""
    when = dict.fromkeys(why.text for why in item.evidence if why.grade == "table" and why.text)
    if when:
        return Markup("<br>").join(Markup(markdown.render_inline(text, link)) for text in when)
    body = origin.document.body if getattr(origin, "document", None) else ""
    name = item.target.rpartition("/")[2]
    quotes = (_find_sentence(body, why.text, name) for why in item.evidence if why.grade == item.strongest)
    sentence = next((quote for quote in quotes if len(quote.split()) >= FEWEST_WORDS), "")
    is_said = item.strongest in ("called", "named") and sentence
    text = sentence if is_said else getattr(thing, "summary", "")
    return Markup(markdown.render_inline(shorten(text, LONGEST_QUOTE)))


def _find_sentence(body: str, line: str, name: str) -> str:
    """The sentence with ``name``: ``line`` may be one of several lines of a paragraph of ``body``."""
    lines = body.split("\n")
    at = next((n for n, text in enumerate(lines) if text.strip()[:LONGEST_LINE] == line), None)
    if at is None or (_BLOCK.match(lines[at]) and not _LINE_SIGN.match(lines[at])):
        return _LINE_SIGN.sub("", line)
    begin = end = at
    while begin and not _BLOCK.match(lines[begin]) and _is_text(lines[begin - 1]):
        begin -= 1
    while end + 1 < len(lines) and _is_text(lines[end + 1]) and not _BLOCK.match(lines[end + 1]):
        end += 1
    paragraph = " ".join(text.strip() for text in lines[begin : end + 1])
    sentences = _SENTENCE_END.split(_LINE_SIGN.sub("", paragraph))
    return next((text for text in sentences if name in text), _LINE_SIGN.sub("", line))


def _is_text(line: str) -> bool:
    return bool(line.strip()) and not line.lstrip().startswith(("#", "|", "```", "~~~"))


def shorten(text: str, most: int) -> str:
    """``text``, cut behind a word if it is longer than ``most``."""
    return text if len(text) <= most else text[:most].rpartition(" ")[0].rstrip(" ,;:.") + "…"


def _describe_evidence(shared: CatalogContext, item: Link, usual: str) -> str:
    """How strongly at best, and where: ``in a table, line 29``. The heading says the grade ``usual``."""
    origin = shared.catalog.by_id[item.origin_kind, item.origin]
    path = origin.source.path if origin.source else ""
    for grade in GRADES:
        spans = [why.span for why in item.evidence if why.grade == grade]
        if spans:
            words = [] if grade == usual else [shared.say(GRADE_WORDS[grade])]
            # The strongest evidence is enough: whoever wants all of it searches the file.
            words.append(describe_places(spans, path, shared.say, MOST_LINES))
            return ", ".join(filter(None, [*words, shared.describe_namesakes(item.namesakes)]))
    return ""
