"""Checks of one definition: can it be read, is it complete, is its name its own?"""

from __future__ import annotations

from collections.abc import Iterator

from ..model.catalog import Catalog
from ..model.definitions import Agent, Diagnostic, Document
from ..permissions.decisions import PermissionResolver
from ..runtimes import get_runtime_of
from ..text.i18n import say
from .check import check


def iter_documents(catalog: Catalog) -> Iterator[Document]:
    for agent in catalog.agents:
        yield agent.document
    for skill in catalog.skills:
        if skill.document:
            yield skill.document


def select_diagnostics(catalog: Catalog, check: str) -> Iterator[Diagnostic]:
    diagnostics = list(catalog.notes)
    for document in iter_documents(catalog):
        diagnostics += document.notes
    for agent in catalog.agents:
        diagnostics += agent.notes
    yield from (note for note in diagnostics if note.check == check)


@check("warn")
def frontmatter_unreadable(catalog: Catalog, grants: PermissionResolver) -> Iterator[Diagnostic]:
    """The frontmatter is no YAML, and quoting its values did not help."""
    for document in iter_documents(catalog):
        if document.error:
            yield document.error


@check()
def frontmatter_repaired(catalog: Catalog, grants: PermissionResolver) -> Iterator[Diagnostic]:
    """The frontmatter is no strict YAML; it was read with its values quoted."""
    for document in iter_documents(catalog):
        if document.repaired:
            yield document.repaired


@check()
def duplicate_key(catalog: Catalog, grants: PermissionResolver) -> Iterator[Diagnostic]:
    """A key stands twice in one frontmatter; the last one counts."""
    yield from select_diagnostics(catalog, "duplicate_key")


@check("warn")
def config_unreadable(catalog: Catalog, grants: PermissionResolver) -> Iterator[Diagnostic]:
    """An MCP configuration, a settings file or a plugin manifest cannot be read, or is refused."""
    yield from select_diagnostics(catalog, "config_unreadable")


@check("warn")
def unreadable_source(catalog: Catalog, grants: PermissionResolver) -> Iterator[Diagnostic]:
    """A file or folder cannot be read, or not as UTF-8."""
    yield from select_diagnostics(catalog, "unreadable_source")


@check("warn")
def nothing_found(catalog: Catalog, grants: PermissionResolver) -> Iterator[Diagnostic]:
    """No definitions were found, or few, and more files elsewhere look like some."""
    yield from select_diagnostics(catalog, "nothing_found")


@check()
def unusual_places(catalog: Catalog, grants: PermissionResolver) -> Iterator[Diagnostic]:
    """There are no agents in the usual places, and others were taken for agents by their frontmatter."""
    yield from select_diagnostics(catalog, "unusual_places")


@check()
def ignored_key(catalog: Catalog, grants: PermissionResolver) -> Iterator[Diagnostic]:
    """A key that the runtime does not read in this kind of file."""
    yield from select_diagnostics(catalog, "ignored_key")


@check("warn")
def missing_name(catalog: Catalog, grants: PermissionResolver) -> Iterator[Diagnostic]:
    """An agent has no ``name``; its file's name stands in."""
    for agent in catalog.agents:
        runtime = get_runtime_of(agent)
        if not runtime.needs_name:
            continue
        # A plugin's file is loaded all the same, under the name of the file.
        if agent.document.error is None and not _has_value(agent, "name") and not agent.source.plugin:
            yield Diagnostic(
                "missing_name",
                agent.document.get_span("name"),
                say("this agent has no name; the catalog calls it `{name}`, after its file", name=agent.name),
                say(
                    "add `name:` to the frontmatter; {runtime} skips project agents without one",
                    runtime=runtime.title,
                ),
            )


@check("warn")
def missing_description(catalog: Catalog, grants: PermissionResolver) -> Iterator[Diagnostic]:
    """An agent or a skill has no ``description``."""
    for agent in catalog.agents:
        if agent.document.error is None and agent.description is None:
            yield Diagnostic(
                "missing_description",
                agent.document.get_span("description"),
                say("the agent `{name}` has no description", name=agent.name),
                say("add `description:`; it is what the model chooses an agent by"),
            )
    for skill in catalog.skills:
        document = skill.document
        if document and document.error is None and document.values.get("description") in (None, ""):
            yield Diagnostic(
                "missing_description",
                document.get_span("description"),
                say("the skill `{name}` has no description", name=skill.name),
                say("add `description:`; it is what the model chooses a skill by"),
            )


def _has_value(agent: Agent, key: str) -> bool:
    value = agent.document.values.get(key)
    return value is not None and bool(str(value).strip())


@check("warn")
def duplicate_name(catalog: Catalog, grants: PermissionResolver) -> Iterator[Diagnostic]:
    """Two agents of one scope share a name: the runtime loads one of them only."""
    scopes: dict[tuple[str, str], list[Agent]] = {}
    for agent in catalog.agents:
        if _has_value(agent, "name"):
            plugin = agent.source.plugin
            # In a plugin the folders are a part of the name.
            folders = agent.source.below.rpartition("/")[0]
            scope = f"plugin {plugin.name}/{folders}" if plugin else agent.source.root
            scopes.setdefault((scope, agent.name), []).append(agent)
    for (_, name), agents in scopes.items():
        first, *others = sorted(agents, key=lambda a: a.source.path)
        place = f"{first.span.path}:{first.span.line}"
        for other in others:
            yield Diagnostic(
                "duplicate_name",
                other.span,
                say("the name `{name}` is taken by {place}", name=name, place=place),
                say("only one of them is loaded, and which one is not documented: rename one"),
            )
