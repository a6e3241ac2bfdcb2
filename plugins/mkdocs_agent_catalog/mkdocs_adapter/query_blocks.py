"""Queries in hand-written pages: finds them in the Markdown and replaces them with HTML."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from urllib.parse import urlencode

from markdown import Markdown
from markdown.extensions import Extension
from markdown.preprocessors import Preprocessor
from markupsafe import Markup

from ..addresses import urls
from ..addresses.urls import Href
from ..model.definitions import Agent, Diagnostic, Span
from ..pages.agent_cards import build_agent_card
from ..pages.assets import MATRIX_STYLE
from ..pages.capability_tables import ANCHOR
from ..pages.finder.other_agents import Placed, are_apart
from ..pages.finder.query import HOME, Query, QueryError, QueryRunner, read_block, read_words
from ..pages.home import build_home_context
from ..pages.matrix.columns import MOST_COLUMNS
from ..pages.matrix.page import PAGES, build_sub_matrix
from ..pages.other_catalogs import build_other_card
from ..pages.page import CatalogContext
from ..pages.render import load_environment
from ..text.code_blocks import FENCE, SPAN, find_fence_end
from ..text.i18n import say

_COUNT = re.compile(r"agents (count\b.*)")
TOKEN = "agents-query-{}-of-this-page"


@dataclass(slots=True)
class ExtractedQueries:
    """The Markdown of a page with a token for each query, and the queries (or what is wrong with them)."""

    markdown: str
    queries: list[Query | Diagnostic] = field(default_factory=list)

    def token(self, read: Callable[..., Query], *arguments: Any) -> str:
        """A token for the query that ``read`` gives, or for what is wrong with it."""
        try:
            self.queries.append(read(*arguments))
        except QueryError as error:
            self.queries.append(error.diagnostic)
        return TOKEN.format(len(self.queries) - 1)


def extract_queries(markdown: str, path: str, before: int = 0) -> ExtractedQueries:
    """The queries of a page; ``before`` is the number of lines that stand above ``markdown`` in its file."""
    queries = ExtractedQueries("")
    queries.markdown = "\n".join(_replace_queries(markdown.split("\n"), queries, path, before))
    return queries


def _replace_queries(lines: list[str], queries: ExtractedQueries, path: str, before: int) -> list[str]:
    """``lines`` with a token for each query, which is added to ``queries``."""
    out: list[str] = []
    number = 0
    while number < len(lines):
        fence = FENCE.match(lines[number])
        end = find_fence_end(lines, number, fence) if fence else number
        if fence and fence[3] == "agents":
            text = textwrap.dedent("\n".join(line[len(fence[1]) :] for line in lines[number + 1 : end]))
            token = queries.token(read_block, text, path, before + number + 2, len(fence[1]) + 1)
            out += ["", fence[1] + token, ""]
        elif fence:
            out += lines[number : end + 1]
        else:
            place = partial(Span, path, before + number + 1)
            out.append(SPAN.sub(partial(_replace_count, queries, place), lines[number]))
        number = end + 1
    return out


class IncludedQueries(Extension):
    """Finds the queries in what other plugins and extensions put into a page after it was read.

    ``queries`` are those of the page that is converted; ``path`` is that of its file.
    """

    def __init__(self) -> None:
        super().__init__()
        self.queries: ExtractedQueries | None = None
        self.path = ""

    def extendMarkdown(self, md: Markdown) -> None:
        # After snippets were put in (32) and lines were made alike (30), before fences become code (25).
        md.preprocessors.register(_Preprocessor(md, self), "agent-catalog-queries", 28)


class _Preprocessor(Preprocessor):
    def __init__(self, md: Markdown, included: IncludedQueries) -> None:
        super().__init__(md)
        self.included = included

    def run(self, lines: list[str]) -> list[str]:
        queries, path = self.included.queries, self.included.path
        if queries is None or not any("agents" in line for line in lines):
            return lines
        return _replace_queries(lines, queries, f"{path} (with what it includes)", 0)


def _replace_count(queries: ExtractedQueries, place: Callable[[int], Span], code: re.Match[str]) -> str:
    """The code span as it is, or the token of the query in it."""
    query = _COUNT.fullmatch(code[2])
    if code[1] != "`" or not query:
        return code[0]
    return queries.token(read_words, query[1], place(code.start() + 1))


class QueryRenderer:
    """Makes the HTML of queries from one catalog."""

    def __init__(self, shared: CatalogContext, templates: Any = None) -> None:
        self.shared, self.chooser = shared, QueryRunner(shared)
        environment = load_environment(templates, shared.say.language)
        self.template = environment.get_template("directive.html.jinja")
        self.home = environment.get_template("home.html.jinja")

    def fill(self, html: str, queries: ExtractedQueries, href: Href) -> tuple[str, list[Diagnostic]]:
        """``html`` with what each query of the page shows, and what is wrong with them."""
        problems: list[Diagnostic] = []
        for number, query in enumerate(queries.queries):
            markup, wrong = self._show(query, href)
            problems += wrong
            token = TOKEN.format(number)
            # Alone in a paragraph it is a block of its own.
            html = html.replace(f"<p>{token}</p>", markup).replace(token, markup)
        return html, problems

    def _show(self, query: Query | Diagnostic, href: Href) -> tuple[Markup, list[Diagnostic]]:
        try:
            if isinstance(query, Diagnostic):
                return self._render("problem", problem=query), [query]
            if query.show == HOME:
                context = {**build_home_context(self.shared, href), "inlined": True}
                return Markup(self.home.render(href=href, **context)), []
            agents, others, texts_by_key = self.chooser.run(query)
            number = len(agents) + len(others)
            if query.show == "card" and number != 1:
                text = say("`show: card` is one agent, and this query finds {n}", n=number)
                raise QueryError(query.span, text, say("name it: `names: {name}`", name="…"))
            if others:
                self._check_others(query, number)
        except QueryError as error:
            return self._render("problem", problem=error.diagnostic), [error.diagnostic]
        empty = () if number or query.show == "count" else (_report_empty(query),)
        context = self._build_context(query, agents, others, texts_by_key, href)
        return self._render(query.show, **context), list(empty)

    def _check_others(self, query: Query, number: int) -> None:
        """Raises ``QueryError`` for what cannot be shown of agents of other catalogs."""
        if query.show == "matrix" and query.view == "declared":
            text = say("agents of other repositories are only in the effective matrix")
            raise QueryError(query.span, text, say("write `view: effective`"))
        limits = self.shared.limits
        most = limits.cells // MOST_COLUMNS if query.show == "matrix" else limits.cards
        if query.show != "count" and number > most:
            text = say("this query finds {n} agents, and one page has room for {most}", n=number, most=most)
            raise QueryError(query.span, text, say("add a key, or write `show: count`"))

    def _build_context(
        self,
        query: Query,
        agents: list[Agent],
        others: list[Placed],
        texts_by_key: dict[str, list[str]],
        href: Href,
    ) -> dict[str, Any]:
        page = PAGES[query.view] if query.show == "matrix" else ""
        # The index of a large hub has no agents of other catalogs.
        is_apart = bool(others) and not page and are_apart(self.shared)
        index = href("reach.md", ANCHOR) if is_apart else href(page or "agents/index.md")
        filtered = urlencode([(key, value) for key, values in texts_by_key.items() for value in values])
        return {
            "agents": [
                {"name": a.title, "href": href(urls.make_agent_uri(a.id)), "summary": a.summary}
                for a in agents
            ]
            + [{"name": a.name, "href": href(a.uri), "summary": a.summary} for _other, a in others],
            "cards": [
                *(build_agent_card(self.shared, agent, href) for agent in agents),
                *(build_other_card(self.shared, *placed, href, True) for placed in others),
            ]
            if query.show in ("card", "cards")
            else [],
            "matrix": build_sub_matrix(self.shared, agents, query.view, href, others)
            if query.show == "matrix"
            else None,
            "matrix_style": href(MATRIX_STYLE),
            # Agents that are named one by one have no filter that means them.
            "all": index
            if "names" in query.values or is_apart
            else f"{index}?{filtered}"
            if filtered
            else index,
        }

    def _render(self, show: str, **context: Any) -> Markup:
        return Markup(self.template.render(show=show, **context).strip())


def _report_empty(query: Query) -> Diagnostic:
    return Diagnostic("empty_query", query.span, say("no agent matches this query"))
