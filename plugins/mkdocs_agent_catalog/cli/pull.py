"""Fetches the snapshots of other catalogs. Runs only on request, never as a part of a build.

What comes from the network is foreign: HTTPS only, with limits of size and time, and checked before it takes
the place of the last good snapshot.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from http.client import HTTPException, HTTPMessage
from pathlib import Path
from typing import IO, Any, NamedTuple
from urllib.error import HTTPError, URLError
from urllib.request import HTTPRedirectHandler, OpenerDirector, Request, build_opener

from ..model.other_catalogs import META_SUFFIX, CatalogSource
from ..reading import disk
from ..reading.checkouts import find_checkout_root
from ..reading.file_reader import read_bytes
from ..reading.other_catalogs import MOST_BYTES, SnapshotError, is_web_address, parse_snapshot

MOST_SECONDS, MOST_REDIRECTS = 30, 5
_UNCHANGED = 304


class PullResult(NamedTuple):
    """What came of one catalog, in words."""

    message: str
    is_good: bool


@dataclass(slots=True)
class Answer:
    """What a server answered; no ``data`` if nothing changed."""

    data: bytes | None = None
    etag: str = ""
    error: str = ""


class _SafeRedirects(HTTPRedirectHandler):
    max_redirections = MOST_REDIRECTS

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> Request | None:
        if not newurl.startswith("https://") or not is_web_address(newurl):
            raise URLError("it leads on to what is no https:// address")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def make_opener() -> OpenerDirector:
    """What opens addresses and follows only redirects to HTTPS."""
    return build_opener(_SafeRedirects)


def pull_catalogs(repo: Path, sources: tuple[CatalogSource, ...], today: str) -> Iterator[PullResult]:
    """Fetches each catalog with an address, and says what came of it. The last good snapshot stays where
    something is wrong. Raises ``OSError`` if a file cannot be written."""
    for source in sources:
        if not source.url:
            yield PullResult(f"{source.id}: no `url`, so it is not fetched", True)
        else:
            yield _pull_catalog(repo, source, today)


def _pull_catalog(repo: Path, source: CatalogSource, today: str) -> PullResult:
    file, meta_file = repo / source.path, repo / f"{source.path}{META_SUFFIX}"
    root = find_checkout_root(repo.resolve())
    if not (file.resolve().is_relative_to(root) and meta_file.resolve().is_relative_to(root)):
        return PullResult(f"{source.id}: `{source.path}` leads out of the repository", False)
    meta = _read_meta(meta_file)
    is_kept = _has_hash(file, meta.get("sha256")) and meta.get("url") == source.url
    etag = meta.get("etag") if is_kept else None
    answer = fetch(source.url, etag if isinstance(etag, str) else "")
    if answer.data is None and not answer.error and is_kept:
        _write_meta(meta_file, {**meta, "checked": today})
        return PullResult(f"{source.id}: unchanged", True)
    try:
        agents = len(parse_snapshot(answer.data or b"", source)[0].agents) if not answer.error else 0
    except SnapshotError as error:
        answer = replace(answer, error=str(error.reason))
    if answer.error or answer.data is None:
        day = meta.get("checked") if is_kept else None
        kept = f"; the one of {day} is kept" if day else "; what is there is kept" if file.exists() else ""
        return PullResult(f"{source.id}: {answer.error or 'no answer'}{kept}", False)
    file.parent.mkdir(parents=True, exist_ok=True)
    # A snapshot was read as UTF-8, maybe with a mark at its beginning.
    text = answer.data.decode("utf-8-sig")
    disk.write(file, text)
    checksum = hashlib.sha256(text.encode()).hexdigest()
    _write_meta(meta_file, {"url": source.url, "etag": answer.etag, "sha256": checksum, "checked": today})
    return PullResult(f"{source.id}: {agents} agents", True)


def _read_meta(file: Path) -> dict[str, Any]:
    try:
        table = json.loads(read_bytes(file, 100_000))
    except (OSError, ValueError, RecursionError):
        return {}
    return table if isinstance(table, dict) else {}


def _write_meta(file: Path, meta: dict[str, Any]) -> None:
    disk.write(file, json.dumps(meta, indent=2) + "\n")


def _has_hash(file: Path, checksum: object) -> bool:
    try:
        return hashlib.sha256(read_bytes(file, MOST_BYTES)).hexdigest() == checksum
    except OSError:
        return False


def fetch(url: str, etag: str = "") -> Answer:
    """What is at ``url``; nothing if it has still this ``etag``. Never takes longer than the limit."""
    answers: list[Answer] = []
    # Each wait for the network has an end, but a server could send one byte at a time.
    thread = threading.Thread(target=lambda: answers.append(_fetch(url, etag)), daemon=True)
    thread.start()
    thread.join(MOST_SECONDS)
    return answers[0] if answers else Answer(error=f"it took longer than {MOST_SECONDS} seconds")


def _fetch(url: str, etag: str) -> Answer:
    headers = {"Accept": "application/json", "User-Agent": "agent-catalog"}
    # A header is one line.
    if etag and etag.isprintable() and etag.isascii():
        headers["If-None-Match"] = etag
    try:
        with make_opener().open(Request(url, headers=headers), timeout=MOST_SECONDS) as response:
            data = response.read(MOST_BYTES + 1)
            if len(data) > MOST_BYTES:
                return Answer(error=f"larger than {MOST_BYTES:,} bytes")
            return Answer(data, str(response.headers.get("ETag") or "")[:200])
    except HTTPError as error:
        return Answer() if error.code == _UNCHANGED else Answer(error=f"HTTP {error.code}")
    except URLError as error:
        return Answer(error=f"cannot be fetched: {error.reason}")
    except (OSError, HTTPException, ValueError) as error:
        return Answer(error=f"cannot be fetched: {error or type(error).__name__}")
