"""``llms.txt``: the catalog for a language model, a line for each thing with the address of its text.

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
from ..pages.registry import Shared
from ..text.i18n import say
from ..text.strings import flat

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


def llms(shared: Shared, files: Iterable[str]) -> str:
    """The text of the file; ``files`` are names of files with the whole catalog as data."""
    where = shared.where
    parts = [f"# {inline(where.site_name) or shared.say('Agent catalog')}", f"> {_summary(shared)}"]
    for title, lines in _sections(shared):
        found = "\n".join(lines)
        if found:
            parts.append(f"## {title}\n\n{found}")
    parts.append(f"## {OPTIONAL}\n\n" + "\n".join(_line(name, where.of_file(name), "") for name in files))
    return "\n\n".join(parts) + "\n"


def inline(text: str) -> str:
    """``text`` on one line, as Markdown that shows it as it is."""
    return _INLINE.sub(lambda found: "".join(_SIGNS.get(c, "") or _other(c) for c in found[0]), flat(text))


def _other(sign: str) -> str:
    return escape(sign) if sign == "&" else f"\\{sign}"


def _summary(shared: Shared) -> str:
    catalog = shared.catalog
    skills = sum(1 for one in catalog.skills if one.source)
    text = say(
        "What AI agents there are, and what they may use. Agents: {agents}, skills: {skills}, MCP "
        "servers: {servers}. A link to an agent or a skill leads to its definition.",
        agents=len(catalog.agents),
        skills=skills,
        servers=len(catalog.servers),
    )
    return shared.say(text)


def _sections(shared: Shared) -> Iterator[tuple[str, Iterator[str]]]:
    """The title of each section, and its lines."""
    title = shared.say("Agents")
    for group, agents in shared.by_group.items():
        named = f"{title}: {inline(group)}" if group else title
        yield named, (_line(one.title, _text(shared, "agent", one.id), one.summary) for one in agents)
    skills = (one for one in shared.catalog.skills if one.source)
    yield (
        shared.say("Skills"),
        (_line(one.name, _text(shared, "skill", one.id), one.summary) for one in skills),
    )
    yield shared.say("Tools"), _tools(shared)
    of_page = shared.where.of_page
    servers = (_line(one.name, of_page(urls.server(one.id)), _of(one)) for one in shared.catalog.servers)
    yield shared.say("MCP servers"), servers


def _text(shared: Shared, kind: str, id: str) -> str:
    return shared.where.of_file(urls.as_markdown(kind, urls.folder(urls.subject(kind, id)[0])))


def _tools(shared: Shared) -> Iterator[str]:
    for one in shared.catalog.tools:
        retired = one.fact is not None and one.fact.retired is not None
        # Those of a server are named with it; what is retired matters only to who has it.
        if not one.server and (one.uses or not retired):
            about = shared.say(one.fact.summary) if one.fact else ""
            yield _line(one.name, shared.where.of_page(*urls.tool(one.name, one.id)), about)


def _of(server: McpServer) -> str:
    """The tools of a server, by their names there."""
    names = [shorten(name) for name in sorted(server.tools)]
    return ", ".join(names[:MOST_NAMED]) + (" …" if len(names) > MOST_NAMED else "")


def _line(name: str, address: str, about: str) -> str:
    note = f": {inline(about)}" if flat(about) else ""
    return f"- [{inline(name)}]({address}){note}"
