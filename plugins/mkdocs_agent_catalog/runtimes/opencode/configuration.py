"""Agents in ``opencode.json``: each becomes a definition with its lines and its prompt."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from ...model.definitions import Document, Source
from ...reading.data_documents import parse_json_document
from ...reading.paths import resolve_beside

CONFIGS = ("opencode.json", "opencode.jsonc")
# The tables of a configuration that hold agents.
_TABLES = ("agent", "mode", "agents")
_FILE = re.compile(r"\s*\{file:\s*([^{}\n]+?)\s*\}\s*")


def read_config(source: Source) -> Document:
    return parse_json_document(source, has_comments=True)


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


def cut_out(config: Document, table: str, name: str, values: dict[str, Any]) -> Document:
    """One agent of a configuration, with its places and its prompt, which may stand in another file."""
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
    last = max(min(others, default=config.source.text.count("\n") + 2) - 1, span.line)
    key = "system" if table == "agents" else "prompt"
    prompt = values.get(key)
    body = prompt if isinstance(prompt, str) else ""
    line = spans.get(key, span).line
    path = find_prompt_file(config.source, prompt)
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


def find_prompt_file(source: Source, prompt: Any) -> str | None:
    """The file that is all of a prompt, relative to the repository; ``None`` if there is none in it."""
    match = _FILE.fullmatch(prompt) if isinstance(prompt, str) else None
    if not match or match[1].startswith(("/", "~")):
        return None
    return resolve_beside(source.path, match[1]) or None
