"""Agents in ``opencode.json``: each becomes a definition with its lines and its prompt."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection, Iterator
from dataclasses import replace
from functools import lru_cache
from typing import Any

from ...model.definitions import Document, Source, Span, ToolGrant
from ...reading.companions import MOST_COMPANIONS
from ...reading.data_documents import parse_json_document
from ...reading.paths import resolve_beside
from ...text.i18n import say
from .entries import read_list, read_maps

CONFIGS = ("opencode.json", "opencode.jsonc")
# The tables of a configuration that hold agents.
_TABLES = ("agent", "mode", "agents")
COMMANDS = "command"
"""The table of a configuration that holds commands."""
# Where the text stands in an entry of a table, if not under `prompt`.
_TEXT_KEYS = {"agents": "system", COMMANDS: "template"}
_HOME, _PERSONAL = ".opencode", ".config/opencode"
_FILE = re.compile(r"\s*\{file:\s*([^{}\n]+?)\s*\}\s*")


def read_config(source: Source) -> Document:
    """A configuration, which is parsed once for all agents and commands that it defines."""
    document = _read_text(source.path, source.text)
    # Where a secret is written with escapes, none of the text is left.
    return replace(document, source=replace(source, text=document.source.text))


def stands_under_agents(document: Document) -> bool:
    """Whether an agent of a configuration stands where OpenCode 2 looks for it."""
    if not document.source.path.endswith(CONFIGS):
        return False
    tables = list_tables(read_config(document.source))
    return [table for table, name, _values in tables if name == document.source.below] == ["agents"]


def list_tables(config: Document) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Each agent of a configuration: in which table, its name, what it says."""
    for table in _TABLES:
        agents = config.values.get(table)
        for name, values in agents.items() if isinstance(agents, dict) else ():
            if isinstance(values, dict):
                yield table, str(name), values


def list_commands(config: Document) -> Iterator[Document]:
    """Each command of a configuration."""
    commands = config.values.get(COMMANDS)
    for name, values in commands.items() if isinstance(commands, dict) else ():
        if isinstance(values, dict):
            document = cut_out(config, COMMANDS, str(name), values)
            yield replace(document, source=replace(document.source, kind="command"))


def cut_out(config: Document, table: str, name: str, values: dict[str, Any]) -> Document:
    """One agent or command of a configuration, with its places and its text, which may stand in another
    file."""
    prefix = f"{table}.{name}"
    span = config.get_span(prefix)
    spans = {
        key[len(prefix) + 1 :]: place for key, place in config.spans.items() if key.startswith(f"{prefix}.")
    }
    spans |= {key: span for key in ("", "name") if key not in spans}
    others = [
        place.line
        for key, place in config.spans.items()
        if place.line > span.line and not key.startswith(f"{prefix}.")
    ]
    last = max(min(others, default=len(config.source.lines) + 1) - 1, span.line)
    key = _TEXT_KEYS.get(table, "prompt")
    prompt = values.get(key)
    body = prompt if isinstance(prompt, str) else ""
    line = spans.get(key, span).line
    path = find_prompt_file(config.source, prompt) if table != COMMANDS else None
    if path is not None:
        body, line = dict(config.source.companions).get(path, ""), 1
    if table == "mode":
        values = {**values, "mode": "primary"}
    return replace(
        config,
        source=replace(config.source, below=name),
        values=values,
        spans=spans,
        body=body,
        body_line=line,
        body_path=path if path is not None and body else "",
        masked_keys=frozenset(values) if table in config.masked_keys else frozenset(),
        lines=(span.line, last),
    )


def find_home_project(path: str) -> str | None:
    """The folder of the project that a file in a folder of OpenCode's own, or a configuration, belongs to:
    empty or with a slash before it; ``None`` for other files."""
    for home in (_PERSONAL, _HOME):
        project, mark, _rest = f"/{path}".rpartition(f"/{home}/")
        if mark:
            return project
    return posixpath.dirname(f"/{path}").rstrip("/") if path.endswith(CONFIGS) else None


def list_configurations(path: str) -> tuple[str, ...]:
    """The configurations that may define the agents of the project, too, in which the file ``path`` of an
    agent or a configuration lies: in the order in which OpenCode merges them. Empty for other files."""
    project, is_personal = find_home_project(path), f"/{_PERSONAL}/" in f"/{path}"
    if project is None:
        return ()
    homes = [f"{project}/{_PERSONAL}/"] if is_personal else [f"{project}/", f"{project}/{_HOME}/"]
    return tuple(f"{home}{name}".lstrip("/") for home in homes for name in CONFIGS)


def merge_definitions(own: Document, name: str) -> Document:
    """``own``, the definition of the agent ``name``, merged with what configurations say of this agent.

    Of values that several definitions have, that of the last one counts. A file of an agent counts more than
    ``agent`` in all configurations, and less than ``mode``. Definitions for OpenCode 2 are not merged.
    """
    path = own.source.path
    configs = dict(_list_known(own.source))
    parts: dict[str, list[Document]] = {"agent": [], "mode": []}
    for other in (other for other in list_configurations(path) if other in configs):
        config = read_config(replace(own.source, path=other, text=configs[other]))
        for table, agent_name, values in list_tables(config):
            if agent_name == name and table in parts and "permissions" not in values:
                parts[table].append(cut_out(config, table, name, values))
    files = [] if path.endswith(CONFIGS) else [own]
    layers = (*parts["agent"], *files, *parts["mode"])
    is_for_second = "permissions" in own.values or "disabled" in own.values
    return own if len(layers) < 2 or is_for_second else _merge(own, layers)


@lru_cache(maxsize=8)
def read_project_rules(sources: tuple[Source, ...]) -> tuple[ToolGrant, ...]:
    """The rules of ``permission`` and ``tools`` in the configurations of a project, the later ones over the
    earlier ones, and behind them those of ``permissions``."""
    values: dict[str, Any] = {}
    spans: dict[str, Span] = {}
    configs = [_read_text(source.path, source.text) for source in sources]
    for config in configs:
        rules: dict[str, Any] = {
            key: config.values[key] for key in ("tools", "permission") if key in config.values
        }
        if isinstance(rules.get("permission"), str):
            rules["permission"] = {"*": rules["permission"]}
        values = _merge_maps(values, rules)
        spans |= config.spans
    lists = (rule for config in configs for rule in read_list(config))
    return (*read_maps([(values, spans, Span(sources[-1].path))]), *lists) if sources else ()


def _merge(own: Document, layers: tuple[Document, ...]) -> Document:
    values: dict[str, Any] = {}
    spans: dict[str, Span] = {}
    for layer in layers:
        values = _merge_maps(values, layer.values)
        spans |= {key: span for key, span in layer.spans.items() if key not in ("", "name")}
    own_places = {key: span for key, span in own.spans.items() if key in ("", "name")}
    prompts = [layer for layer in layers if "prompt" in layer.values or not layer.lines]
    prompt = prompts[-1] if prompts else own
    return replace(
        own,
        values=values,
        spans=spans | own_places,
        body=prompt.body,
        body_line=prompt.body_line,
        body_path=prompt.body_path or ("" if prompt.source.path == own.source.path else prompt.source.path),
        masked_keys=frozenset().union(*(layer.masked_keys for layer in layers)),
        layers=layers,
    )


def _merge_maps(first: dict[str, Any], second: dict[str, Any]) -> dict[str, Any]:
    """Two maps, and the maps within them. Of other values that both have, that of ``second``."""
    merged = {**first, **second}
    for key in first.keys() & second.keys():
        if isinstance(first[key], dict) and isinstance(second[key], dict):
            merged[key] = _merge_maps(first[key], second[key])
    return merged


@lru_cache(maxsize=8)
def _read_text(path: str, text: str) -> Document:
    return parse_json_document(Source(path, path, "agent", "", text), has_comments=True)


def list_prompt_files(source: Source, names: Collection[str]) -> Iterator[str]:
    """The files with the prompts of the agents called ``names``, as the configurations say that ``source`` is
    or has beside it."""
    for path, text in _list_known(source):
        config = _read_text(path, text)
        for _table, name, values in list_tables(config):
            prompts = (values.get(key) for key in ("prompt", "system") if name in names)
            paths = (find_prompt_file(config.source, prompt) for prompt in prompts)
            yield from (file for file in paths if file not in (None, source.path))


def _list_known(source: Source) -> list[tuple[str, str]]:
    """Path and text of each configuration that ``source`` is or has beside it."""
    files = (*source.companions, (source.path, source.text))
    return [(path, text) for path, text in files if path.endswith(CONFIGS)]


def explain_missing_prompt(document: Document) -> str:
    """Why OpenCode 1 does not start with an agent of a configuration whose prompt is in a file that is not in
    the repository; empty for others. Tried in `opencode-ai` 1.18.33."""
    source = document.source
    path = find_prompt_file(source, document.values.get("prompt")) if source.path.endswith(CONFIGS) else None
    # Of more files than are read, nobody knows which are there.
    is_known = len(source.companions) < MOST_COMPANIONS
    if path is None or not is_known or path in dict(source.companions):
        return ""
    return say("`{key}` names a file that is not there: `{path}`", key="prompt", path=path)


def find_prompt_file(source: Source, prompt: Any) -> str | None:
    """The file that is all of a prompt, relative to the repository; ``None`` if there is none in it."""
    match = _FILE.fullmatch(prompt) if isinstance(prompt, str) else None
    if not match or match[1].startswith(("/", "~")):
        return None
    return resolve_beside(source.path, match[1]) or None
