"""``llms.txt``: the catalog for language models, with one line and an address for each item.

Source of the form: llmstxt.org. It is Markdown that simple programs take apart with patterns, too: what a
definition says is written so that a line stays a line and a link stays a link for both.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import escape

from ..addresses import urls
from ..model.catalog import McpServer
from ..model.mcp_tool_names import shorten
from ..pages.page import CatalogContext
from ..text.i18n import say
from ..text.strings import make_single_line

NAME = "llms.txt"
# A model may leave out what stands below a heading of this name (llmstxt.org): it is never translated.
OPTIONAL = "Optional"
MOST_NAMED = 12
# Brackets and angles as entities, as patterns know no backslashes; the rest is what begins or ends something.
_SIGNS = {
    "[": "&#91;",
    "]": "&#93;",
    "<": "&lt;",
    ">": "&gt;",
    "\\": "\\\\",
    "`": "\\`",
    "*": "\\*",
    "~": "\\~",
}
_INLINE = re.compile(r"[\[\]<>\\`*~]|&(?=#?\w+;)|(?<![^\W_])_+|_+(?![^\W_])|(?<= )#+$")


def build_llms_txt(shared: CatalogContext, files: Iterable[str]) -> str:
    """The text of the file; ``files`` are names of files with the whole catalog as data."""
    where = shared.where
    # The program of llmstxt.org finds the summary only if a paragraph follows it.
    parts = [
        f"# {escape_inline(where.site_name) or shared.say('Agent catalog')}",
        f"> {_summarize(shared)}",
        shared.say("A link to an agent or a skill leads to its definition."),
    ]
    for title, lines in _list_sections(shared):
        text = "\n".join(lines)
        if text:
            parts.append(f"## {title}\n\n{text}")
    parts.append(
        f"## {OPTIONAL}\n\n" + "\n".join(_format_line(name, where.make_file_url(name), "") for name in files)
    )
    return "\n\n".join(parts) + "\n"


def escape_inline(text: str) -> str:
    """``text`` on one line, as Markdown that shows it as it is."""
    return _INLINE.sub(
        lambda match: "".join(_SIGNS.get(c, "") or _list_other(c) for c in match[0]), make_single_line(text)
    )


def _list_other(sign: str) -> str:
    return escape(sign) if sign == "&" else f"\\{sign}"


def _summarize(shared: CatalogContext) -> str:
    catalog = shared.catalog
    skills = sum(1 for skill in catalog.skills if skill.source)
    text = say(
        "What AI agents there are, and what they may use. Agents: {agents}, skills: {skills}, MCP "
        "servers: {servers}.",
        agents=len(catalog.agents),
        skills=skills,
        servers=len(catalog.servers),
    )
    return shared.say(text)


def _list_sections(shared: CatalogContext) -> Iterator[tuple[str, Iterator[str]]]:
    """The title of each section, and its lines."""
    title = shared.say("Agents")
    for group, agents in shared.by_group.items():
        named = f"{title}: {escape_inline(group)}" if group else title
        yield (
            named,
            (
                _format_line(agent.title, _write_sections(shared, "agent", agent.id), agent.summary)
                for agent in agents
            ),
        )
    skills = (skill for skill in shared.catalog.skills if skill.source)
    yield (
        shared.say("Skills"),
        (
            _format_line(skill.name, _write_sections(shared, "skill", skill.id), skill.summary)
            for skill in skills
        ),
    )
    yield shared.say("Tools"), _list_tools(shared)
    of_page = shared.where.make_page_url
    servers = (
        _format_line(server.name, of_page(urls.make_server_uri(server.id)), _format_item(server))
        for server in shared.catalog.servers
    )
    yield shared.say("MCP servers"), servers


def _write_sections(shared: CatalogContext, kind: str, id: str) -> str:
    return shared.where.make_file_url(
        shared.where.make_definition_uri(kind, urls.get_page_folder(urls.locate_item(kind, id)[0]))
    )


def _list_tools(shared: CatalogContext) -> Iterator[str]:
    for tool in shared.catalog.tools:
        retired = tool.fact is not None and tool.fact.retired is not None
        # Those of a server are named with it; what is retired matters only to who has it.
        if not tool.server and (tool.uses or not retired):
            about = shared.say(tool.fact.summary) if tool.fact else ""
            yield _format_line(
                tool.name, shared.where.make_page_url(*urls.locate_tool(tool.name, tool.id)), about
            )


def _format_item(server: McpServer) -> str:
    """The tools of a server, by their names there."""
    names = [shorten(name) for name in sorted(server.tools)]
    return ", ".join(names[:MOST_NAMED]) + (" …" if len(names) > MOST_NAMED else "")


def _format_line(name: str, address: str, about: str) -> str:
    note = f": {escape_inline(about)}" if make_single_line(about) else ""
    return f"- [{escape_inline(name)}]({address}){note}"
