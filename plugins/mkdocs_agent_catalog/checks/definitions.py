"""Checks of one definition: whether it loads, is complete, and has a unique name."""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from ..model.catalog import Catalog
from ..model.definitions import Agent, Diagnostic, Document, Span, ToolGrant
from ..permissions.decisions import PermissionResolver
from ..runtimes import RUNTIMES, get_runtime, get_runtime_of
from ..runtimes.runtime import Runtime, read_text
from ..text.i18n import MOST_NAMED, TranslatableText, say, say_names, say_plural
from ..text.i18n import mark_for_translation as _
from ..text.suggestions import suggest
from .check import check


def iter_documents(catalog: Catalog) -> Iterator[Document]:
    for agent in catalog.agents:
        yield agent.document
    for skill in catalog.skills:
        if skill.document:
            yield skill.document


def iter_notes(catalog: Catalog) -> Iterator[Diagnostic]:
    """What was found where the files were read."""
    yield from catalog.notes
    for document in iter_documents(catalog):
        yield from document.notes
    for agent in catalog.agents:
        yield from agent.notes


def select_notes(catalog: Catalog, check: str) -> Iterator[Diagnostic]:
    """Those of them that the check of that name is about."""
    yield from (note for note in iter_notes(catalog) if note.check == check)


@check("error")
def frontmatter_unreadable(catalog: Catalog, grants: PermissionResolver) -> Iterator[Diagnostic]:
    """The frontmatter of an agent cannot be read. The runtime does not load the file, so nobody can call the
    agent."""
    for agent in catalog.agents:
        error = agent.document.error
        if error and agent.not_loaded:
            text = _("{problem}, so {runtime} does not load this file")
            message = say(
                text, problem=error.message, runtime=get_runtime_of(agent).get_reader(agent.document)
            )
            yield Diagnostic("frontmatter_unreadable", error.span, message, error.hint)


@check("warn")
def frontmatter_dropped(catalog: Catalog, grants: PermissionResolver) -> Iterator[Diagnostic]:
    """The frontmatter of a plugin's agent or of a skill cannot be read. The agent is registered under the
    name of its file, with all tools; what is read of a skill is not known."""
    for agent in catalog.agents:
        error = agent.document.error
        if error and not agent.not_loaded:
            text = _("{problem}, so {runtime} registers the agent as `{name}`, with all tools")
            message = say(text, problem=error.message, runtime=get_runtime_of(agent).title, name=agent.name)
            yield Diagnostic("frontmatter_dropped", error.span, message, error.hint)
    for skill in catalog.skills:
        if skill.document and (error := skill.document.error):
            yield replace(error, check="frontmatter_dropped")


@check("warn")
def frontmatter_repaired(catalog: Catalog, grants: PermissionResolver) -> Iterator[Diagnostic]:
    """The frontmatter is not valid YAML. The runtime reads it as if the values on one line were in quotes; a
    list in brackets is then text."""
    for document in iter_documents(catalog):
        if document.repaired:
            yield document.repaired


@check("warn")
def frontmatter_missing(catalog: Catalog, grants: PermissionResolver) -> Iterator[Diagnostic]:
    """A file in a folder of agents has no frontmatter. If it is meant to be an agent, nobody can call it.
    Some runtimes take such a file for an agent, even if it is documentation."""
    yield from select_notes(catalog, "frontmatter_missing")
    folders = Counter(agent.source.path.rpartition("/")[0] for agent in catalog.agents)
    texts = [skipped for skipped in catalog.skipped if skipped.cause == "no frontmatter"]
    text_folders = Counter(skipped.path.rpartition("/")[0] for skipped in texts)
    places = {place for runtime in RUNTIMES.values() for place in runtime.agent_folders if "/" in place}
    # What is not read as text may have frontmatter: its encoding is the finding.
    encoded = {note.span.path for note in select_notes(catalog, "unreadable_source")}
    for skipped in texts:
        if skipped.path in encoded:
            continue
        folder = skipped.path.rpartition("/")[0]
        is_place = any(f"/{folder}".endswith(f"/{place}") for place in places)
        if is_place or folders[folder] > text_folders[folder]:
            hint = say("begin it with `---`, a name and a description, or move it to another folder")
            yield Diagnostic("frontmatter_missing", Span(skipped.path), skipped.reason, hint)


@check()
def provider_option(catalog: Catalog, grants: PermissionResolver) -> Iterator[Diagnostic]:
    """The runtime does not know some keys. It sends them to the provider of the model as options."""
    findings: dict[str, list[Diagnostic]] = {}
    for note in select_notes(catalog, "provider_option"):
        findings.setdefault(note.message, []).append(note)
    for message, notes in findings.items():
        first = min(notes, key=lambda note: note.span)
        if len(notes) > 1:
            message_of_all = say_plural(
                "{message}, of this file and 1 more",
                "{message}, of this file and {n} more",
                len(notes) - 1,
                message=message,
            )
            first = replace(first, message=message_of_all)
        yield first


@check("error")
def missing_name(catalog: Catalog, grants: PermissionResolver) -> Iterator[Diagnostic]:
    """An agent has no `name`. The runtime does not load it; the catalog uses the name of its file."""
    for agent in catalog.agents:
        if agent.document.error is None and agent.not_loaded and _lacks_name(agent):
            title = get_runtime_of(agent).get_reader(agent.document)
            text = _(
                "it has no name, so {runtime} does not load it; the catalog calls it `{name}`, after its file"
            )
            message = say(text, runtime=title, name=agent.name)
            is_markdown = agent.source.path.lower().endswith(".md")
            hint = say("add `name:` to the frontmatter") if is_markdown else say("add it")
            key = get_runtime_of(agent).name_key
            written = next((name for name in agent.document.values if name.lower() == key), key)
            hint = say("write `{meant}`", meant=key) if written != key else hint
            yield Diagnostic("missing_name", agent.document.get_span(written), message, hint)


@check("error")
def not_loaded(catalog: Catalog, grants: PermissionResolver) -> Iterator[Diagnostic]:
    """The runtime does not load an agent's file. Nobody can call the agent. It has no description, for
    example, or a wrong value."""
    for agent in catalog.agents:
        runtime = get_runtime_of(agent)
        is_fault = agent.document.error is None and agent.not_loaded and not _lacks_name(agent)
        if is_fault and not runtime.blocks_start(agent):
            text = _("{reason}, so {runtime} does not load this agent")
            message = say(text, reason=agent.not_loaded, runtime=runtime.get_reader(agent.document))
            yield Diagnostic("not_loaded", *_locate_reason(agent, message))


def _locate_reason(agent: Agent, message: TranslatableText) -> tuple[Span, str, str]:
    """Place, message and hint of a file that is not loaded: the reason names the key or the tool."""
    document, word = agent.document, re.search(r"`([^`]+)`", agent.not_loaded)
    if word and agent.not_loaded.startswith("its key ") and agent.not_loaded.endswith("is not known"):
        key = next((key for key in document.spans if key.replace("`", "") == word[1]), word[1])
        return document.get_span(key), message, say("remove it")
    if word and word[1] in document.spans:
        hint = say("remove it, or use a value that the runtime knows")
        hint = say("correct the path, or add the file") if "is not there" in agent.not_loaded else hint
        is_limit = word[1].partition(".")[0] in _list_limiting_keys(get_runtime_of(agent))
        if is_limit and "not known" not in agent.not_loaded:
            # Without its limit the agent would have more than its author says.
            hint = say("use a value that the runtime knows")
        if "is not a mapping of names" in agent.not_loaded:
            hint = say('write `"*": false` under it, and an entry such as `"read": true` for each tool')
        elif word[1] in document.values and isinstance(document.values[word[1]], str):
            hint = say("write it as a list") if " is no list" in agent.not_loaded else hint
        elif _has_unindented_entries(agent, word[1]):
            hint = say("indent its entries by two spaces")
        is_number = "is a number" in agent.not_loaded
        return document.get_span(word[1]), message, say("put it in quotes") if is_number else hint
    for grant in agent.access.grants or ():
        if word and grant.rule == word[1]:
            return grant.span, message, say("list a tool that the runtime has in its place")
    if not agent.description and "description" in agent.not_loaded:
        hint = say("add a `description`; it is what the model chooses an agent by")
        return document.get_span("description"), message, hint
    if word and agent.not_loaded == say("it has no `{key}`", key=word[1]):
        return document.get_span("name"), message, say("add `{key}`", key=word[1])
    if agent.not_loaded == say("it has no name"):
        return document.get_span("name"), message, say("add it")
    is_named = re.search(r"\b(?:its|this) name\b", agent.not_loaded)
    return document.get_span("name"), message, say("write another name") if is_named else ""


def _has_unindented_entries(agent: Agent, key: str) -> bool:
    """Whether ``key`` has no value, and the key after it is none of an agent's file."""
    keys = list(agent.document.values)
    if agent.document.values.get(key, key) is not None:
        return False
    following = keys[keys.index(key) + 1 :]
    return bool(following) and following[0] not in get_runtime_of(agent).known_keys


def _list_limiting_keys(runtime: Runtime) -> set[str]:
    """The keys by which an agent has less than without them."""
    keys = {runtime.tools_key, runtime.denied_tools_key, *runtime.other_tool_keys}
    return keys | {
        "tools",
        "permission",
        "permissions",
        "permissionMode",
        "readonly",
        "sandbox_mode",
        "hooks",
    }


@check("error")
def blocks_start(catalog: Catalog, grants: PermissionResolver) -> Iterator[Diagnostic]:
    """An agent's file keeps the runtime from starting. It does not start at all as long as the file is
    there."""
    for agent in catalog.agents:
        runtime = get_runtime_of(agent)
        if runtime.blocks_start(agent):
            text = _("{reason}, so {runtime} does not start at all")
            message = say(text, reason=agent.not_loaded, runtime=runtime.title)
            yield Diagnostic("blocks_start", *_locate_reason(agent, message))


@check("error")
def cannot_start(catalog: Catalog, grants: PermissionResolver) -> Iterator[Diagnostic]:
    """No tool in an agent's list is available to it, so the runtime refuses to start the agent. Where
    settings of the project deny them, it is not settled whether that binds an agent; then it is
    information."""
    for agent in catalog.agents:
        is_doubtful = grants.may_not_start(agent)
        if not is_doubtful and not grants.cannot_start(agent):
            continue
        runtime, entries = get_runtime_of(agent), agent.access.grants or ()
        denials_by_entry = {grant: grants.find_denials(agent, grant) for grant in entries}
        denials = {grant: denying[0] for grant, denying in denials_by_entry.items() if denying}
        is_all_denied = bool(entries) and all(grant in denials for grant in entries)
        every_denial = (rule for denying in denials_by_entry.values() for rule in denying)
        total = next((rule for rule in every_denial if rule.tool == "*"), None)
        rules = [" ".join(grant.rule.split()) for grant in entries]
        places = [f"`{' '.join(grant.rule.split())}` ({rule.span})" for grant, rule in denials.items()]
        if is_doubtful and is_all_denied:
            text = _("all tools of its list are denied, so perhaps this agent cannot be started: {places}")
        elif is_doubtful:
            text = _(
                "no tool of its list is available to this agent, so perhaps it cannot be started: {rules}; "
                "denied: {places}"
            )
        elif denials:
            text = _(
                "no tool of its list is available to this agent, so it cannot be started: {rules}; "
                "denied: {places}"
            )
        else:
            text = _("no tool of its list is available to this agent, so it cannot be started: {rules}")
        message = say(text, rules=say_names(rules), places=", ".join(places[:MOST_NAMED]))
        if total:
            hint = say("`{rule}` ({place}) denies every tool", rule=total.rule, place=total.span)
        elif is_all_denied:
            hint = say(
                "list a tool that is not denied; without `{key}` it has every other tool",
                key=runtime.tools_key,
            )
        else:
            hint = _suggest_tools(runtime, tuple(e for e in entries if e not in denials))
        span = agent.document.get_span(runtime.tools_key)
        yield Diagnostic("cannot_start", span, message, hint, is_information=is_doubtful)


def _suggest_tools(runtime: Runtime, entries: tuple[ToolGrant, ...]) -> TranslatableText:
    """What to write in place of ``entries``, none of which works: names only if each of them has one that is
    meant."""
    if any("\n" in grant.rule for grant in entries):
        return say("put commas between the names: a new line does not separate them")
    foreign, unknown = runtime.foreign_tools, [grant for grant in entries if grant.tool not in runtime.tools]
    meant = [
        foreign[grant.tool].tool if grant.tool in foreign else suggest(grant.tool, runtime.current_tools)
        for grant in unknown
    ]
    if unknown and all(meant):
        return say("did you mean {names}?", names=say_names([name for name in meant if name]))
    known = Counter(other for other in RUNTIMES.values() for grant in entries if grant.tool in other.tools)
    other, number = known.most_common(1)[0] if known else (runtime, 0)
    if other is not runtime and number * 2 >= len(entries):
        text = _("these are names of {other}: list tools of {runtime}")
        return say(text, other=other.title, runtime=runtime.title)
    return say("list tools of {runtime}", runtime=runtime.title)


@check("warn")
def missing_description(catalog: Catalog, grants: PermissionResolver) -> Iterator[Diagnostic]:
    """An agent or a skill that loads has no `description`, and nothing stands in for it. The model chooses by
    descriptions."""
    for agent in catalog.agents:
        runtime = get_runtime_of(agent)
        is_described = agent.description is not None or not agent.document.has_frontmatter
        is_described |= runtime.merges_builtin_agents and agent.name in runtime.builtin_agents
        if agent.document.error is None and not agent.not_loaded and not is_described:
            yield Diagnostic(
                "missing_description",
                agent.document.get_span("description"),
                say("the agent `{name}` has no description", name=agent.name),
                say("add a `description`; it is what the model chooses an agent by"),
            )
    for skill in catalog.skills:
        document = skill.document
        if document is None or document.error is not None or document.values.get("description"):
            continue
        runtime = get_runtime(document.source.dialect)
        if skill.is_command and not runtime.model_runs_commands:
            continue
        readers = [get_runtime(name) for name in skill.runtimes] or [runtime]
        # What is shown in place of a missing one is the beginning of the text.
        if skill.description and any(reader.describes_skills_by_text for reader in readers):
            continue
        if skill.is_command:
            message = say("the command `{name}` has no description", name=skill.name)
            hint = say("add a `description`; it is what the model chooses a command by")
        else:
            message = say("the skill `{name}` has no description", name=skill.name)
            hint = say("add a `description`; it is what the model chooses a skill by")
        yield Diagnostic("missing_description", document.get_span("description"), message, hint)


def _lacks_name(agent: Agent) -> bool:
    return get_runtime_of(agent).needs_frontmatter and not _has_name(agent)


def _has_name(agent: Agent) -> bool:
    runtime = get_runtime_of(agent)
    return not runtime.needs_name or bool(read_text(agent.document.values.get(runtime.name_key)))


@check("warn")
def duplicate_name(catalog: Catalog, grants: PermissionResolver) -> Iterator[Diagnostic]:
    """Two agents have the same name. The runtime has only one of that name."""
    scopes: dict[tuple[str, str, str], list[Agent]] = {}
    for agent in catalog.agents:
        runtime = get_runtime_of(agent)
        if not agent.not_loaded and not agent.foreign_runtime and _has_name(agent):
            plugin, below = agent.source.plugin, agent.source.below
            # In a plugin the folders are a part of the name, as they are where the file is the name.
            folders = below.rpartition("/")[0]
            own_scope = runtime.get_name_scope(agent.source)
            scope = f"plugin {plugin.name}/{folders}" if plugin else own_scope
            is_by_file = runtime.knows_agents_by_file
            name = posixpath.join(folders, runtime.get_stem(below)) if is_by_file else agent.name
            scopes.setdefault((agent.dialect, scope, name), []).append(agent)
    for (_dialect, _scope, name), agents in scopes.items():
        for agent in agents if len(agents) > 1 else ():
            hint = say(get_runtime_of(agent).same_name_hint)
            others = sorted(f"{item.span.path}:{item.span.line}" for item in agents if item is not agent)
            more = say(" and {n} more", n=len(others) - 3) if len(others) > 3 else ""
            text = _("the name `{name}` is also used in {places}{more}")
            message = say(text, name=name, places=", ".join(others[:3]), more=more)
            yield Diagnostic("duplicate_name", agent.span, message, hint)


@check()
def other_runtime(catalog: Catalog, grants: PermissionResolver) -> Iterator[Diagnostic]:
    """Files in a folder are written for another runtime. They are shown, but their tools are not checked."""
    counts = Counter(
        (agent.source.root, agent.foreign_runtime) for agent in catalog.agents if agent.foreign_runtime
    )
    for (root, product), count in sorted(counts.items()):
        message = say("files that are written for {product}: {count}", product=product, count=count)
        hint = say("their tools, models and keys are shown as written and not checked")
        yield Diagnostic("other_runtime", Span(root or "."), message, hint)
