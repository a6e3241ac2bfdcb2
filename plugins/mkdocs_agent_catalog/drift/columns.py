"""Columns of a table that say what an agent's file says too: its model, its tools, its skills."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from ..facts import facts
from ..grammar import split_entries
from ..model import Agent, Diagnostic, Span
from ..text import slug
from ..usage import tool_name
from ..words import say
from .known import Known, bare, path_of
from .outline import Place, Row

_MODEL = re.compile(r"(?:default |preferred )?models?|modelos?|modèles?|modelle?|モデル|模型", re.I)
_TOOLS = re.compile(
    r"(?:allowed |available )?tools?|ferramentas?|herramientas?|outils?|werkzeuge?|ツール|工具", re.I
)
_SKILLS = re.compile(r"(?:preloaded )?skills?|habilidades?|competências?|スキル|技能", re.I)
# A cell that holds more than these names is prose, and not judged.
_MODELS = {"opus", "sonnet", "haiku", "fable", "inherit"}
_NOTHING = {"", "-", "–", "—", "n/a", "none", "default", "inherit", "inherited", "all", "all tools", "*"}


def wrong_columns(row: Row, agent: Agent, known: Known) -> Iterator[Diagnostic]:
    """What the cells of ``row`` say of ``agent`` and its file does not."""
    for head, cell in zip(row.heads, row.cells, strict=False):
        for pattern, judge in _JUDGES:
            if pattern.fullmatch(head.strip(" *_`")):
                yield from judge(cell, agent, known)


def _model(cell: Place, agent: Agent, known: Known) -> Iterator[Diagnostic]:
    said = cell.text.strip(" *_`").lower()
    models = {one.model.lower() for one in known.catalog.agents if one.model} | _MODELS
    real = (agent.model or "").lower()
    if said not in models or (said == "inherit" and not real) or said == real:
        return
    if real and (f"-{said}" in real or f"-{real}" in said):
        return  # `opus` is short for `claude-opus-4-5`.
    if real:
        message = say(
            "`{agent}` is listed with the model `{said}`, and its file says `{model}`",
            agent=agent.name,
            said=said,
            model=agent.model,
        )
    else:
        message = say(
            "`{agent}` is listed with the model `{said}`, and its file names none",
            agent=agent.name,
            said=said,
        )
    yield _found(cell, agent, known, message)


def _tools(cell: Place, agent: Agent, known: Known) -> Iterator[Diagnostic]:
    said = split_entries(cell.text.replace("`", ""))
    names = {one.partition("(")[0].strip() for one in said}
    if not names or not all(name in facts() or name.startswith("mcp__") for name in names):
        return
    if agent.access.grants is None or agent.access.inherits:
        if not agent.access.ignored and agent.document.error is None:
            message = say(
                "`{agent}` is listed with tools, and its file lists none: it has all of them",
                agent=agent.name,
            )
            yield _found(cell, agent, known, message)
        return
    real = {
        name
        for one in agent.access.grants
        for name in (one.rule.partition("(")[0].strip(), one.tool, tool_name(one))
    }
    listed = {one.rule.partition("(")[0].strip() for one in agent.access.grants}
    yield from _differ(cell, agent, known, sorted(names - real), sorted(listed - names - {""}))


def _skills(cell: Place, agent: Agent, known: Known) -> Iterator[Diagnostic]:
    said = {slug(bare(mark.text)) for mark in cell.marks} or {slug(one) for one in split_entries(cell.text)}
    skills = {slug(one.name): one.name for one in known.catalog.skills}
    if not said or not said <= set(skills):
        return
    links = known.catalog.links_from("agent", agent.id)
    linked = {slug(known.catalog.by_id["skill", one.target].name) for one in links if one.kind == "skill"}
    loaded = {slug(name.rpartition(":")[2]) for name, _ in agent.skills or ()}
    yield from _differ(
        cell,
        agent,
        known,
        sorted(skills[one] for one in said - linked - loaded),
        sorted(skills.get(one, one) for one in loaded - said),
    )


def _differ(
    cell: Place, agent: Agent, known: Known, more: list[str], less: list[str]
) -> Iterator[Diagnostic]:
    if more:
        message = say(
            "`{agent}` is listed with {names}, and its file does not have it",
            agent=agent.name,
            names=_named(more),
        )
        yield _found(cell, agent, known, message)
    if less:
        message = say(
            "`{agent}` is listed without {names}, and its file has it", agent=agent.name, names=_named(less)
        )
        yield _found(cell, agent, known, message)


def _named(names: list[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _found(cell: Place, agent: Agent, known: Known, message: str) -> Diagnostic:
    span = Span(known.path, cell.line, cell.column)
    return Diagnostic("index_mismatch", span, message, say("see {place}", place=path_of(agent)))


Judge = Callable[[Place, Agent, Known], Iterator[Diagnostic]]
_JUDGES: tuple[tuple[re.Pattern[str], Judge], ...] = ((_MODEL, _model), (_TOOLS, _tools), (_SKILLS, _skills))
