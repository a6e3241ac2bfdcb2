"""Checks of references: tools, skills, servers and other agents that do not exist."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from urllib.parse import unquote

from ..linking.absent_agents import find_absent_agents, find_absent_agents_of_skills, list_agent_names
from ..linking.across import AcrossIndex, Place
from ..model.catalog import BuiltinTool, Catalog, McpServer
from ..model.definitions import Agent, Diagnostic, Document, Source, Span, ToolGrant
from ..model.item_kinds import ITEM_KINDS
from ..model.mcp_tool_names import McpToolName
from ..permissions.decisions import PermissionResolver
from ..runtimes import RUNTIMES, get_runtime, get_runtime_of, list_runtimes, name_runtimes
from ..runtimes.runtime import Runtime
from ..text.i18n import TranslatableText, say, say_names, say_plural
from ..text.strings import make_server_id
from ..text.suggestions import NameSuggester
from .check import check
from .definitions import iter_documents, select_notes


def _suggest_hint(known: NameSuggester, name: str) -> str:
    meant = known.suggest(name)
    return say("did you mean `{meant}`?", meant=meant) if meant else ""


@check("warn")
def unknown_tool(catalog: Catalog, grants: PermissionResolver) -> Iterator[Diagnostic]:
    """A listed name is not that of a tool of the runtime. Perhaps it is misspelled, or of another program."""
    suggesters = {runtime.name: NameSuggester(runtime.current_tools) for runtime in RUNTIMES.values()}
    unknown: dict[tuple[str, str], list[ToolGrant]] = {}
    for agent, grant in _iter_judged_entries(catalog, grants):
        runtime, tool = get_runtime_of(agent), grant.tool
        if grant.server or tool in ("*", "mcp__*") or runtime.knows_tool(tool):
            continue
        if tool in runtime.foreign_tools or tool in runtime.undocumented_tools or grants.cannot_start(agent):
            continue
        if runtime.may_name_tool(tool):
            continue
        if isinstance(agent.document.values.get(grant.key), bool | int | float):
            continue  # That no list stands there is said as one finding.
        if agent.document.repaired and (tool.startswith("[") or tool.endswith("]")):
            continue  # A list in brackets that became text: that is said as one finding.
        right_case = runtime.names_by_lowercase.get(tool.lower())
        mcp_name = McpToolName.parse(tool)
        if mcp_name and (server := catalog.by_id.get(("server", make_server_id(mcp_name.server)))):
            hint: str = say("names are case-sensitive: the server is called `{name}`", name=server.name)
        elif right_case:
            hint = say("tool names are case-sensitive: write `{name}`", name=right_case)
        else:
            foreign = runtime.foreign_tools.get(tool.lower())
            hint = say("did you mean `{meant}`?", meant=foreign.tool) if foreign else ""
            hint = hint or _suggest_hint(suggesters[runtime.name], tool)
            if not hint and runtime.has_open_tools and "(" not in tool:
                continue  # Perhaps an extension, or a server without its name.
            hint = hint or say("write the name of a tool of {runtime}, or remove it", runtime=runtime.title)
        unknown.setdefault((agent.id, hint), []).append(grant)
    for (id, hint), entries in unknown.items():
        # Tools of servers as the file writes them: each runtime has its own way.
        names = dict.fromkeys(
            " ".join(grant.rule.split()) if grant.tool.startswith("mcp__") else grant.tool
            for grant in entries
        )
        message = say_plural(
            "{names} is not a tool of {runtime}",
            "{names} are not tools of {runtime}",
            len(names),
            names=say_names(names),
            runtime=get_runtime_of(catalog.by_id["agent", id]).title,
        )
        yield Diagnostic("unknown_tool", entries[0].span, message, hint)


def _iter_judged_entries(catalog: Catalog, grants: PermissionResolver) -> Iterator[tuple[Agent, ToolGrant]]:
    """The entries of the agents whose runtime has no other tools than those that are known."""
    for agent in catalog.agents:
        if grants.judges_names(agent):
            for grant in agent.access.every:
                yield agent, grant


@check("warn")
def retired_tool(catalog: Catalog, grants: PermissionResolver) -> Iterator[Diagnostic]:
    """A listed tool no longer exists. The entry grants nothing."""
    retired: dict[str, list[tuple[ToolGrant, BuiltinTool]]] = {}
    for agent, grant in _iter_judged_entries(catalog, grants):
        runtime = get_runtime_of(agent)
        tool = runtime.tools.get(grant.tool)
        # An old name that still works breaks nothing.
        if tool and tool.retired and runtime.get_current_name(grant.tool) == grant.tool:
            retired.setdefault(agent.id, []).append((grant, tool))
    for id, entries in retired.items():
        reasons = {
            tool.name: say("`{tool}`: {why}", tool=tool.name, why=say(tool.retired or ""))
            for _, tool in entries
        }
        message, *others = reasons.values()
        for other in others:
            message = say("{first}; {second}", first=message, second=other)
        present = {grant.tool for grant in catalog.by_id["agent", id].access.every}
        hint = _suggest_successors({tool.name: tool.successor for _grant, tool in entries}, present)
        yield Diagnostic("retired_tool", entries[0][0].span, message, hint)


def _suggest_successors(successors: dict[str, str | None], present: set[str]) -> TranslatableText:
    """What to do about each retired tool. One whose successor is ``present`` in the list is not needed."""
    new = {name: after for name, after in successors.items() if after and after not in present}
    done = [name for name in successors if name not in new]
    parts = [
        say("use `{name}`", name=after)
        if len(successors) == 1
        else say(
            "use `{name}` in place of {names}",
            name=after,
            names=say_names([old for old in new if new[old] == after]),
        )
        for after in dict.fromkeys(new.values())
    ]
    if done:
        parts.append(say("remove {names} from the list", names=say_names(done)))
    hint, *others = parts
    for other in others:
        hint = say("{first}; {second}", first=hint, second=other)
    return hint


@check()
def unknown_skill(catalog: Catalog, grants: PermissionResolver) -> Iterator[Diagnostic]:
    """An agent or a skill uses a skill that is not in the repository. It is told to use what is not there.
    A table of which no skill is there is left out: it may list skills to be written, or those of others."""
    known = NameSuggester(sorted(skill.name for skill in catalog.skills if skill.source))
    unread = {skipped.path for skipped in catalog.skipped}
    missing = {skill.id: skill for skill in catalog.skills if skill.source is None}
    tables = {
        (link.origin_kind, link.origin)
        for link in catalog.links
        if link.kind == "skill" and link.strongest == "table" and link.target not in missing
    }
    for link in catalog.links:
        if link.kind == "skill" and link.target in missing:
            if link.strongest == "table" and (link.origin_kind, link.origin) not in tables:
                continue
            name = missing[link.target].name
            message = say("the skill `{name}` was not found", name=name)
            source = catalog.by_id[link.origin_kind, link.origin].document.source
            hint = _suggest_hint(known, name) or _suggest_folder(source, name, unread)
            yield Diagnostic("unknown_skill", link.evidence[0].span, message, hint)


def _suggest_folder(source: Source, name: str, unread: Collection[str]) -> TranslatableText:
    """Where a skill that the file at ``source`` names would be found; only what can be a folder has one.
    One of the files that are not read, ``unread``, may be it, in no folder of its own."""
    if not re.fullmatch(r"[\w.-]+", name):
        return say("spell it like the folder of the skill, or say where that is (`sources`)")
    folders = get_runtime(source.dialect).skill_folders if not source.plugin else ()
    parts = source.path.split("/")
    beside = (folder for folder in folders if "/" in folder and folder.partition("/")[0] in parts)
    folder = next(beside, next(iter(folders), "skills"))
    project = source.path.partition(f"{folder.partition('/')[0]}/")[0] if "/" in folder else ""
    if (flat := f"{project}{folder}/{name}.md") in unread:
        new = f"{project}{folder}/{name}/SKILL.md"
        return say("move `{path}` to `{new}`: a skill is read in a folder of its own", path=flat, new=new)
    return say(
        "add `{folder}/{name}/SKILL.md`, or say where its folder is (`sources`)", folder=folder, name=name
    )


@check()
def unknown_server(catalog: Catalog, grants: PermissionResolver) -> Iterator[Diagnostic]:
    """An agent lists an MCP server that is not configured. A repository that configures no server at all for
    the runtime is not checked: its servers are set up elsewhere."""
    yield from select_notes(catalog, "unknown_server")
    known = {
        name: NameSuggester(sorted(server.name for server in catalog.servers if name in server.runtimes))
        for name in sorted({name for server in catalog.servers for name in server.runtimes})
    }
    for server in catalog.servers:
        for link in catalog.get_links_to("server", server.id):
            runtime = get_runtime_of(catalog.by_id[link.origin_kind, link.origin])
            spans = [why.span for why in link.evidence if why.grade in ("declared", "configured")]
            is_there = runtime.name in server.runtimes or runtime.brings_server(server.id)
            if spans and runtime.name in known and not is_there:
                message = say("no configuration was found for the MCP server `{name}`", name=server.name)
                yield Diagnostic("unknown_server", spans[0], message, _suggest_server(known, server, runtime))


def _suggest_server(known: Mapping[str, NameSuggester], server: McpServer, runtime: Runtime) -> str:
    file = next(iter(runtime.server_files), "")
    if server.runtimes:
        others = ", ".join(name_runtimes(server.runtimes))
        return say("it is configured for {others} only: add it to `{file}`", others=others, file=file)
    return _suggest_hint(known[runtime.name], server.name) or say("add it to `{file}`", file=file)


@check()
def unknown_agent(catalog: Catalog, grants: PermissionResolver) -> Iterator[Diagnostic]:
    """An agent delegates to an agent that does not exist, or a skill or the settings name one. Nobody does
    the work."""
    names = NameSuggester(sorted(list_agent_names(catalog.agents)))
    unknown: dict[tuple[str, str], dict[str, Span]] = {}
    for agent, name, place in find_absent_agents(catalog):
        hint = _suggest_hint(names, name) or say(get_runtime_of(agent).agent_name_hint)
        unknown.setdefault((agent.id, hint), {}).setdefault(name, place)
    for skill, name, place in find_absent_agents_of_skills(catalog):
        dialect = skill.document.source.dialect if skill.document else None
        hint = _suggest_hint(names, name) or say(get_runtime(dialect).agent_name_hint)
        unknown.setdefault((f"skill {skill.id}", hint), {}).setdefault(name, place)
    for settings in catalog.settings:
        name, runtime = settings.session_agent, get_runtime(settings.source.dialect)
        own = {agent.name for agent in catalog.agents if agent.dialect == runtime.name}
        # What is of a plugin may come from elsewhere.
        if name and name not in own and name.lower() not in runtime.builtin_agents and ":" not in name:
            hint = _suggest_hint(names, name) or say("where there is none, sessions run with every tool")
            unknown[settings.source.path, hint] = {name: settings.session_span}
    for (_id, hint), places in unknown.items():
        message = say_plural(
            "there is no agent called {names}",
            "there are no agents called {names}",
            len(places),
            names=say_names(places),
        )
        yield Diagnostic("unknown_agent", next(iter(places.values())), message, hint)


@check("warn")
def renamed_elsewhere(catalog: Catalog, grants: PermissionResolver) -> Iterator[Diagnostic]:
    """Definitions of one repository name what another repository renamed or removed."""
    if not catalog.other_catalogs:
        return
    for old in AcrossIndex(catalog).find_old_names():
        users = [use.user for use in old.uses]
        message = say_plural(
            "{names} names the {kind} `{name}`, {news}",
            "{names} name the {kind} `{name}`, {news}",
            len(users),
            # Each one that is to be changed, however many there are.
            names=", ".join(f"`{'/'.join(filter(None, (u.catalog.id, u.item.id)))}`" for u in users),
            kind=say(ITEM_KINDS[old.kind].noun),
            name=old.name,
            news=_describe_news(old.now[0]),
        )
        now = {place.item.name for place in old.now if place.item.is_here}
        hint = say("use {names}", names=say_names(sorted(now))) if now else ""
        own = next((user.item for user in users if not user.catalog.id), None)
        source = catalog.by_id[own.kind, own.id].source if own else None
        path = source.path if source else users[0].catalog.source.path
        yield Diagnostic(
            "renamed_elsewhere", Span(path), message, hint, is_information=own is None or old.is_elsewhere
        )


def _describe_news(place: Place) -> TranslatableText:
    title = place.catalog.source.title or say("this repository")
    if place.item.is_here and place.day is None:
        return say("which is called `{name}` in {title} now", name=place.item.name, title=title)
    if place.day:
        return say("which {title} removed on {day}", title=title, day=place.day)
    return say("which {title} removed", title=title)


@check("warn")
def unloadable_skill(catalog: Catalog, grants: PermissionResolver) -> Iterator[Diagnostic]:
    """A skill under `skills:` cannot be preloaded. It forbids that a model invokes it."""
    for agent in catalog.agents:
        for link in catalog.get_links_from("agent", agent.id):
            skill = catalog.by_id[link.kind, link.target] if link.kind == "skill" else None
            if skill is None or skill.document is None or link.strongest != "preloaded":
                continue
            # In skills the words for true count, too (Claude Code documentation, "Skills", August 2026).
            if str(skill.document.values.get("disable-model-invocation")).lower() in (
                "true",
                "yes",
                "on",
                "1",
            ):
                message = say(
                    "the skill `{name}` cannot be preloaded: it forbids that a model invokes it",
                    name=skill.name,
                )
                hint = say(
                    "`disable-model-invocation` is set at {place}",
                    place=skill.document.get_span("disable-model-invocation"),
                )
                yield Diagnostic("unloadable_skill", link.evidence[0].span, message, hint)


@check()
def table_mismatch(catalog: Catalog, grants: PermissionResolver) -> Iterator[Diagnostic]:
    """A table names an MCP server, but none of its tools is listed. The agent is told to use what it does not
    have."""
    for agent in catalog.agents:
        lists = grants.has_allowlist(agent) or any(grant.effect == "allow" for grant in agent.access.ignored)
        if not lists or any(grant.tool == "mcp__*" for grant in agent.access.every):
            continue
        links = [link for link in catalog.get_links_from("agent", agent.id) if link.kind == "server"]
        listed = {grant.server for grant in agent.access.every if grant.server and grant.effect == "allow"}
        listed_ids = {make_server_id(name) for name in listed}
        tabled = {link.target: why for link in links for why in link.evidence if why.grade == "table"}
        for target, why in sorted(tabled.items()):
            if target not in listed_ids and target not in {make_server_id(n) for n, _ in agent.servers or ()}:
                name = catalog.by_id["server", target].name
                message = say(
                    "a table names the MCP server `{name}`, but none of its tools is listed", name=name
                )
                hint = say("list those of its tools that the agent needs, or remove the row")
                yield Diagnostic("table_mismatch", why.span, message, hint)


_WITH = re.compile(
    r"\b(?:collaborat\w+ with|coordinat\w+ with|delegat\w+ to|hand(?:s|ed)? (?:off|over) to|escalat\w+ to)"
    r"\s+(?:the\s+)?[`*@]*([a-z0-9]+(?:-[a-z0-9]+)+)[`*]*(?=\s+(?:agent|on|for|to|about|when|in)\b|[,.;:]|\s*$)",
    re.I,
)


@check()
def unknown_collaborator(catalog: Catalog, grants: PermissionResolver) -> Iterator[Diagnostic]:
    """The text hands work to a name that is almost that of an agent. There is no agent of that name."""
    known = {agent.name.lower() for agent in catalog.agents}
    known |= {name for runtime in list_runtimes(catalog.agents) for name in runtime.builtin_agents}
    known |= {skill.name.lower() for skill in catalog.skills}
    names = NameSuggester(sorted(agent.name for agent in catalog.agents))
    for agent in catalog.agents:
        for place, name in _find_collaborators(agent.document):
            # Without a name that is close, it may be a person, or an agent of another repository.
            if name not in known and (hint := _suggest_hint(names, name)):
                message = say("the text hands work to `{name}`, but there is no such agent", name=name)
                yield Diagnostic("unknown_collaborator", place, message, hint)


def _find_collaborators(document: Document) -> list[tuple[Span, str]]:
    """Whom the text hands work to, if it is no people."""
    pairs = []
    for number, line in enumerate(document.body.split("\n"), document.body_line):
        if " with " not in line and " to " not in line:
            continue
        for match in _WITH.finditer(line):
            if match[1] == match[1].lower() and not _is_people(match[1]):
                pairs.append((document.get_body_span(number, match.start(1) + 1), match[1]))
    return pairs


def _is_people(name: str) -> bool:
    """Whether ``name`` means people: an agent is one."""
    return bool(re.search(r"(?:[eo]rs|teams?|members|leads|experts|staff)$", name))


# The text of a link may hold a pair of brackets, and go on in the next line of its paragraph.
_LINE_END = r"\n(?![ \t]{0,40}(?:\n|#|[-*+>] |\d{1,9}[.)] ))"
_LINK_TEXT = rf"\[(?:[^\[\]\n]|\[[^\[\]\n]{{0,200}}\](?:\([^()\s]{{0,300}}\))?|{_LINE_END}){{1,200}}\]"
_TARGET = re.compile(rf"(?<!!){_LINK_TEXT}\(<?([^()\s<>]{{1,300}})>?(?:\s+\"[^\"]*\")?\)")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")


@check()
def broken_link(catalog: Catalog, grants: PermissionResolver) -> Iterator[Diagnostic]:
    """A link leads to a file that does not exist. The agent is told to read what it cannot find."""
    yield from select_notes(catalog, "broken_link")
    if catalog.repo is None:
        return
    for document in iter_documents(catalog):
        places: dict[str, Span] = {}
        for place, target in _find_file_links(document):
            path = unquote(target.partition("#")[0])
            if not _exists(catalog.repo, document, path):
                places.setdefault(path, place)
        if places:
            message = say("links lead to files that do not exist: {paths}", paths=say_names(places))
            hint = say("correct the paths, or remove the links")
            yield Diagnostic("broken_link", min(places.values()), message, hint)


def _find_file_links(document: Document) -> Iterator[tuple[Span, str]]:
    """Links outside of code that can only be paths: with a folder or an extension, without a scheme."""
    if "](" not in document.body:
        return
    text = _blank_code(document.body)
    line, last = document.body_line, 0
    for match in _TARGET.finditer(text):
        target, start = match[1], match.start(1)
        line, last = line + text.count("\n", last, start), start
        is_path = re.fullmatch(r"(?:\.{1,2}/)?[\w@.%+/ -]+\.[A-Za-z]{1,5}(?:#.*)?", target)
        if is_path and not re.search(r"path/to|example|\.\.\.|^www\.|\.(?:com|org|io|dev)\b", target):
            yield document.get_body_span(line, start - text.rfind("\n", 0, start)), target


def _blank_code(text: str) -> str:
    """``text`` without what is in fences, and with blanks for what is in backticks."""
    fence, lines = "", []
    for line in text.split("\n"):
        mark = _FENCE.match(line)
        if mark:
            fence = "" if fence and mark[1].startswith(fence) else fence or mark[1]
        is_code = bool(fence or mark)
        lines.append("" if is_code else re.sub(r"`[^`]*`", lambda match: " " * len(match[0]), line))
    return "\n".join(lines)


def _exists(repo: Path, document: Document, path: str) -> bool:
    """Whether ``path`` is a file: beside the document, at its plugin's root, or at the repository's."""
    plugin = document.source.plugin
    beside = Path(document.body_path or document.source.path).parent
    folders = [beside, Path("."), *([Path(plugin.root)] if plugin else [])]
    try:
        return any((repo / folder / path.lstrip("/")).exists() for folder in folders)
    except (OSError, ValueError):
        return True
