"""Reads snapshots of other catalogs. Everything in them is foreign: only known keys are read, each value has
a type and a limit, and what breaks a rule is left out and counted."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, cast
from urllib.parse import quote, urlsplit

from ..model.address_lock import Kind
from ..model.catalog import GRADES
from ..model.changes import AgentChange
from ..model.definitions import Diagnostic, Span
from ..model.other_catalogs import (
    META_SUFFIX,
    CatalogSource,
    OtherAgent,
    OtherCatalog,
    OtherItem,
    OtherTool,
    RemovedAgent,
    RemovedItem,
)
from ..text.i18n import TranslatableText, say
from ..text.strings import make_single_line, make_slug
from .build_cache import NO_CACHE, BuildCache
from .checkouts import find_checkout_root
from .file_reader import read_bytes

MOST_BYTES = 50_000_000
"""Of a snapshot; one of 500 agents has about 5 MB."""
KNOWN_VERSIONS = (2,)
MOST_AGENTS, MOST_TOOLS, MOST_FORMER = 20_000, 300, 100
MOST_NAME, MOST_TEXT, MOST_ADDRESS = 200, 2_000, 1_000
ITEM_KINDS = frozenset({"agent", "skill", "server"})
CAPABILITIES = ("commands", "files", "network", "mcp", "delegates", "unknown", "reads", "nothing")
USABLE = frozenset(
    {"allowed", "ask", "partial", "enforced", "unenforced", "inherited", "conditional", "guarded"}
)
OUTCOMES = USABLE | {"denied", "through", "never", "unknown", "not_declared"}
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_COMMIT = re.compile(r"[0-9a-f]{7,64}")
# A part of a path that is safe in an address and as the name of a file on each system.
_PART = re.compile(r"[^\W_][\w.@+~-]{0,99}")


class SnapshotError(ValueError):
    """A snapshot that cannot be used; ``reason`` says why."""

    def __init__(self, reason: TranslatableText) -> None:
        super().__init__(str(reason))
        self.reason = reason


def read_other_catalogs(
    repo: Path, sources: tuple[CatalogSource, ...], cache: BuildCache = NO_CACHE
) -> tuple[tuple[OtherCatalog, ...], tuple[Diagnostic, ...]]:
    """The snapshots that can be used, and why others cannot. Never raises for what a file holds."""
    catalogs, notes = [], []
    for source in sources:
        try:
            result = cache.get(_parse_or_explain, _read_file(repo, source.path), source)
            if isinstance(result, TranslatableText):
                raise SnapshotError(result)
            catalog, dropped = result
        except SnapshotError as error:
            notes.append(
                Diagnostic(
                    "other_catalog",
                    Span(source.path),
                    say("the catalog `{id}` is left out: {reason}", id=source.id, reason=error.reason),
                    say("run `agent-catalog pull`") if source.url else say("publish its `catalog.json` anew"),
                )
            )
            continue
        if dropped:
            message = say(
                "{n} values of the catalog `{id}` are left out or shortened: they are not as its format says",
                n=dropped,
                id=source.id,
            )
            notes.append(Diagnostic("other_catalog", Span(source.path), message, is_information=True))
        catalogs.append(replace(catalog, day=_read_day(repo, source.path)))
    return tuple(catalogs), tuple(notes)


def _parse_or_explain(data: bytes, source: CatalogSource) -> tuple[OtherCatalog, int] | TranslatableText:
    """What is in ``data``, or why it cannot be used: a value, which can be kept."""
    try:
        return parse_snapshot(data, source)
    except SnapshotError as error:
        return error.reason


def _read_file(repo: Path, path: str) -> bytes:
    file = repo / path
    try:
        if not file.resolve(strict=True).is_relative_to(find_checkout_root(repo.resolve())):
            raise SnapshotError(say("a link leads out of the repository"))
        return read_bytes(file, MOST_BYTES)
    except FileNotFoundError as error:
        raise SnapshotError(say("the file does not exist")) from error
    except (OSError, RuntimeError) as error:
        raise SnapshotError(say("{error}", error=getattr(error, "strerror", None) or str(error))) from error


def _read_day(repo: Path, path: str) -> str:
    """The day on which ``pull`` last saw that the snapshot is the newest; empty if it never did."""
    try:
        table = json.loads(read_bytes(repo / f"{path}{META_SUFFIX}", 100_000))
    except (OSError, ValueError, RecursionError):
        return ""
    day = table.get("checked") if isinstance(table, dict) else None
    return day if isinstance(day, str) and _DAY.fullmatch(day) else ""


def parse_snapshot(data: bytes, source: CatalogSource) -> tuple[OtherCatalog, int]:
    """The catalog in ``data``, and how many values are left out or shortened. Raises ``SnapshotError``."""
    if len(data) > MOST_BYTES:
        raise SnapshotError(say("larger than {n} bytes", n=MOST_BYTES))
    try:
        table = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError, MemoryError) as error:
        raise SnapshotError(say("it is no JSON")) from error
    if not isinstance(table, dict) or not isinstance(table.get("agents"), list):
        raise SnapshotError(say("it is no `catalog.json`"))
    if table.get("version") not in KNOWN_VERSIONS:
        raise SnapshotError(say("its version is not known to this program"))
    return _SnapshotParser(table, source).parse()


class _SnapshotParser:
    """Reads one snapshot; ``dropped`` counts what is not as the format says."""

    def __init__(self, table: dict[str, Any], source: CatalogSource) -> None:
        self.table, self.source, self.dropped = table, source, 0
        self.items: list[OtherItem] = []
        self.removed_items: list[RemovedItem] = []
        # The ids of what is there, by kind and permanent id.
        self.ids_by_permanent: dict[tuple[str, str], str] = {}
        site, repository = self._get_table(table, "site"), self._get_table(table, "repository")
        self.site_url = self._get_web_address(site, "url")
        self.folder = "/".join(filter(None, self._get_text(site, "path").split("/")))
        if ".." in self.folder.split("/"):
            self.folder = self._drop()
        self.repository_url = self._get_web_address(repository, "url")
        self.edit_url = self._get_web_address(repository, "edit_url")
        commit = self._get_text(repository, "commit")
        self.commit = commit if not commit or _COMMIT.fullmatch(commit) else self._drop()

    def parse(self) -> tuple[OtherCatalog, int]:
        agents = tuple(self._parse_agents())
        self._parse_items("skill", "skills")
        self._parse_items("server", "servers")
        removed = tuple(self._parse_removed())
        home = f"{self.site_url.rstrip('/')}/{quote(self.folder)}" if self.site_url else ""
        catalog = OtherCatalog(
            self.source,
            home,
            self.repository_url,
            self.commit,
            agents=agents,
            removed=removed,
            items=tuple(self.items),
            removed_items=tuple(self.removed_items),
            changes=tuple(self._parse_changes()),
        )
        return catalog, self.dropped

    def _parse_items(self, kind: str, key: str) -> None:
        for entry in self._get_list(self.table, key, MOST_AGENTS):
            id = self._get_text(entry, "id", MOST_ADDRESS) if isinstance(entry, dict) else ""
            if id:
                self._add_item(
                    kind, id, self._get_text(entry, "name") or id, self._make_page_url(entry), entry
                )
            else:
                self.dropped += 1

    def _add_item(self, kind: str, id: str, name: str, page_url: str, entry: dict[str, Any]) -> None:
        permanent, plugin = self._get_text(entry, "permanent"), self._get_text(entry, "plugin")
        self.ids_by_permanent[kind, permanent] = id
        item = OtherItem(
            kind=kind,
            id=id,
            name=name,
            is_here=bool(entry.get("configurations" if kind == "server" else "source")),
            is_command=entry.get("command") is True,
            page_url=page_url,
            links=tuple(self._parse_links(entry)),
            absent=tuple(self._list_texts(entry, "absent_agents")),
            other_names=(f"{plugin}:{name}",) if plugin else (),
            former_names=tuple(self._list_texts(entry, "former_names")),
            fingerprint=self._get_text(entry, "fingerprint"),
            text=self._get_text(entry, "text"),
            former_texts=tuple(self._list_texts(entry, "former_texts")),
        )
        self.items.append(item)

    def _parse_links(self, entry: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
        for link in self._get_list(entry, "links", MOST_TOOLS):
            table = link if isinstance(link, dict) else {"kind": 0}
            kind, grade = self._get_text(table, "kind"), self._get_text(table, "grade")
            id = self._get_text(table, "id", MOST_ADDRESS)
            if id and kind in ITEM_KINDS and grade in GRADES:
                yield sys.intern(kind), sys.intern(id), sys.intern(grade)

    def _list_texts(self, entry: dict[str, Any], key: str, most: int = MOST_NAME) -> Iterator[str]:
        for text in self._get_list(entry, key, MOST_FORMER):
            if name := self._get_text({key: text}, key, most):
                yield name

    def _parse_agents(self) -> Iterator[OtherAgent]:
        entries = self.table["agents"]
        self.dropped += max(0, len(entries) - MOST_AGENTS)
        for entry in entries[:MOST_AGENTS]:
            id = self._get_text(entry, "id", MOST_ADDRESS) if isinstance(entry, dict) else ""
            if id:
                yield self._parse_agent(entry, id)
            else:
                self.dropped += 1

    def _parse_agent(self, entry: dict[str, Any], id: str) -> OtherAgent:
        name, page_url = self._get_text(entry, "name") or id, self._make_page_url(entry)
        self._add_item("agent", id, name, page_url, entry)
        path = self._get_text(self._get_table(entry, "source"), "path", MOST_ADDRESS)
        edit_url = self.edit_url.replace("{path}", quote(path)) if path and "{path}" in self.edit_url else ""
        changed = self._get_text(entry, "changed")
        tools = None if entry.get("tools") is None else tuple(self._parse_tools(entry, "tools"))
        return OtherAgent(
            id=id,
            name=name,
            summary=self._get_text(entry, "summary", MOST_TEXT),
            description=self._get_text(entry, "description", MOST_TEXT),
            group=self._get_text(entry, "group"),
            model=self._get_text(entry, "model"),
            runtime=self._get_text(entry, "dialect"),
            path=path,
            changed=changed if not changed or _DAY.fullmatch(changed) else self._drop(),
            not_loaded=self._get_text(entry, "not_loaded", MOST_TEXT) or _say_whether_it_starts(entry),
            inherits=entry.get("inherits") is True,
            capabilities=self._list_classes(entry, "reach"),
            through=self._list_classes(entry, "through"),
            tools=tools,
            denied=tuple(tool.rule for tool in self._parse_tools(entry, "denied")),
            page_url=page_url,
            edit_url=edit_url,
            former=tuple(self._list_former(entry))[1:],
        )

    def _parse_removed(self) -> Iterator[RemovedAgent]:
        for entry in self._get_list(self.table, "gone", MOST_AGENTS):
            kind = self._get_text(entry, "kind") if isinstance(entry, dict) else self._drop()
            name = self._get_text(entry, "name") if kind in ITEM_KINDS else ""
            if not name:
                continue
            day = self._get_text(entry, "since")
            day = day if _DAY.fullmatch(day) else ""
            successor = self.ids_by_permanent.get((kind, self._get_text(entry, "successor")), "")
            names = (name, *self._list_texts(entry, "former_names"))
            self.removed_items.append(RemovedItem(kind, names, day, successor))
            former = tuple(self._list_former(entry)) if kind == "agent" else ()
            if former:
                yield RemovedAgent(name, day, self._make_page_url(entry), former, successor)

    def _parse_changes(self) -> Iterator[AgentChange]:
        for entry in self._get_list(self.table, "changes", MOST_AGENTS):
            table = entry if isinstance(entry, dict) else {}
            kind, name, commit, when = (
                self._get_text(table, key) for key in ("kind", "name", "commit", "when")
            )
            kinds = tuple(self._list_texts(table, "kinds"))
            if not (kind in ITEM_KINDS and name and kinds and _COMMIT.fullmatch(commit)) or not _is_time(
                when
            ):
                self.dropped += 1
                continue
            yield AgentChange(
                commit=commit,
                when=when,
                path=self._get_text(table, "path", MOST_ADDRESS),
                id=self._get_text(table, "id", MOST_ADDRESS) or None,
                name=name,
                kinds=kinds,
                says=tuple(self._list_texts(table, "says", MOST_TEXT)),
                gained=tuple(self._list_texts(table, "gained")),
                lost=tuple(self._list_texts(table, "lost")),
                summary=self._get_text(table, "summary", MOST_TEXT),
                subject=cast(Kind, kind),
                catalog=self.source.id,
                page_url=self._make_page_url(table),
            )

    def _parse_tools(self, entry: dict[str, Any], key: str) -> Iterator[OtherTool]:
        for tool in self._get_list(entry, key, MOST_TOOLS):
            rule = self._get_text(tool, "rule") if isinstance(tool, dict) else self._drop()
            outcome = self._get_text(tool, "outcome") if isinstance(tool, dict) else ""
            if outcome and outcome not in OUTCOMES:
                outcome = self._drop()
            if rule:
                yield OtherTool(rule, outcome or "unknown", outcome in USABLE)

    def _list_classes(self, entry: dict[str, Any], key: str) -> tuple[str, ...]:
        names = [
            self._get_text(item, "class") if isinstance(item, dict) else self._drop()
            for item in self._get_list(entry, key, 2 * len(CAPABILITIES))
        ]
        self.dropped += sum(1 for name in names if name and name not in CAPABILITIES)
        return tuple(id for id in CAPABILITIES if id in names)

    def _list_former(self, entry: dict[str, Any]) -> Iterator[str]:
        """The paths of the addresses of an agent below the folder of the agents, today's first."""
        start = f"{self.folder}/agents/" if self.folder else "agents/"
        for value in self._get_list(entry, "addresses", MOST_FORMER):
            if not isinstance(value, str) or len(value) > MOST_ADDRESS:
                self.dropped += 1
            elif value.startswith(start):
                path = value.removeprefix(start).removesuffix("index.html").removesuffix(".html").rstrip("/")
                if is_safe_path(path):
                    yield path
                else:
                    self.dropped += 1

    def _make_page_url(self, entry: dict[str, Any]) -> str:
        url = self._get_text(entry, "url", MOST_ADDRESS)
        if not self.site_url or not url:
            return ""
        if ".." in url.split("/") or url.startswith("/"):
            return self._drop()
        parts = filter(None, (self.site_url.rstrip("/"), quote(self.folder), quote(url, safe="/.~#")))
        return "/".join(parts)

    def _get_web_address(self, table: dict[str, Any], key: str) -> str:
        text = self._get_text(table, key, MOST_ADDRESS)
        return text if not text or is_web_address(text) else self._drop()

    def _get_text(self, table: dict[str, Any], key: str, most: int = MOST_NAME) -> str:
        """The text of ``key`` on one line, no longer than ``most``; empty if there is none."""
        value = table.get(key)
        if value is None:
            return ""
        if not isinstance(value, str):
            return self._drop()
        if len(value) > most:
            self.dropped += 1
            value = value[:most] + "…"
        return " ".join(make_single_line(value).split())

    def _get_table(self, table: dict[str, Any], key: str) -> dict[str, Any]:
        value = table.get(key)
        if value is not None and not isinstance(value, dict):
            self.dropped += 1
        return value if isinstance(value, dict) else {}

    def _get_list(self, table: dict[str, Any], key: str, most: int) -> list[Any]:
        value = table.get(key)
        if not isinstance(value, list):
            self.dropped += value is not None
            return []
        self.dropped += max(0, len(value) - most)
        return value[:most]

    def _drop(self) -> str:
        """Counts a value that is left out, and has none in its place."""
        self.dropped += 1
        return ""


def _is_time(text: str) -> bool:
    """Whether ``text`` is a moment as git writes it."""
    try:
        return bool(_TIME.fullmatch(text) and datetime.fromisoformat(text))
    except ValueError:
        return False


def _say_whether_it_starts(entry: dict[str, Any]) -> str:
    """Why nobody can start the agent, where the catalog says only that it is so."""
    return "-" if entry.get("loaded") is False or entry.get("starts") is False else ""


def is_web_address(text: str) -> bool:
    """Whether ``text`` is a web address without a user and a password."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    is_web = parts.scheme in ("http", "https") and bool(parts.hostname) and "@" not in parts.netloc
    return is_web and not re.search(r"[\s\"'<>\\`]", text)


def is_safe_path(path: str) -> bool:
    """Whether ``path`` can be a part of an address and of the path of a file."""
    return len(path) <= MOST_NAME and all(map(_PART.fullmatch, path.split("/")))


def make_safe_path(id: str) -> str:
    """``id``, or what is left of it that can be a path."""
    if is_safe_path(id):
        return id
    return "/".join(make_slug(part)[:60] for part in id[:MOST_NAME].split("/") if part.strip(".")) or "agent"
