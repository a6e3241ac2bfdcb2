"""Reports where each link of exported pages leads now, as text and as JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ...addresses import urls
from ...build import Options, build
from ...text.strings import make_line_printable
from .find_links import Link, find_links
from .resolver import STATES, AddressResolver, Resolution


@dataclass(frozen=True, slots=True)
class Verdict:
    """A link in a file and what it leads to."""

    path: str
    link: Link
    answer: Resolution

    @property
    def is_dead(self) -> bool:
        return self.answer.state in ("gone", "unknown")

    @property
    def is_right(self) -> bool:
        """Whether nothing about the link should be written anew."""
        return self.answer.state == "right" and not self.answer.lost_place

    @property
    def is_sure(self) -> bool:
        """Whether the link is right, and nothing else was ever at its address."""
        return self.is_right and not self.answer.formerly


def load_resolver(repo: Path, options: Options, docs: Path) -> AddressResolver:
    """Every address of the catalog of ``repo``. ``docs`` is the folder of the pages that people wrote.

    Raises ``jinja2.TemplateError`` for a broken custom template.
    """
    site = build(repo, options, whole=False)
    uris = (path.relative_to(docs) for path in docs.rglob("*.md"))
    # MkDocs takes a README for the index of its folder.
    indexed = (uri.with_name("index.md") if uri.name == "README.md" else uri for uri in uris)
    written = {urls.make_page_path(uri.as_posix(), options.use_directory_urls) for uri in indexed}
    return AddressResolver(site.shared, site.outputs, written)


def judge_links(texts: Iterable[tuple[str, str]], directory: AddressResolver) -> Iterator[Verdict]:
    """Each link into the catalog in ``texts`` (path and text of a file each)."""
    for path, text in texts:
        for link in find_links(text, directory.where.site_url):
            if answer := directory.resolve(link.address):
                yield Verdict(path, link, answer)


def format_text(verdicts: list[Verdict], site_url: str, quiet: bool = False) -> str:
    """``path:line:column: state: address``, what to write instead on the next line, a count at the end.

    ``quiet`` leaves out the links that are right, unless something else had their address before.
    """
    lines = []
    for verdict in verdicts:
        if quiet and verdict.is_sure:
            continue
        link = verdict.link
        on_page = f" (on “{link.page}”)" if link.page else ""
        place = f"{verdict.path}:{link.line}:{link.column}"
        lines.append(f"{place}: {verdict.answer.state}: {link.address}{on_page}")
        lines += [f"  {reason}" for reason in _list_reasons(verdict.answer, site_url)]
    states = [verdict.answer.state for verdict in verdicts]
    counts = ", ".join(f"{states.count(state)} {state}" for state in STATES)
    # A name may hold what would begin a line of its own.
    return "\n".join(make_line_printable(line) for line in [*lines, counts])


def _list_reasons(answer: Resolution, site_url: str) -> Iterator[str]:
    if answer.state == "moved":
        yield f"it is the {answer.kind} `{answer.name}`, now at {site_url}{answer.address}"
    if answer.state == "gone":
        since = f" since {answer.since}" if answer.since else ""
        yield f"the {answer.kind} `{answer.name}` is gone{since}"
    if answer.lost_place:
        yield f"the page has no place `#{answer.lost_place}`"
    if answer.successor:
        yield f"in its place: `{answer.successor_name}`, {site_url}{answer.successor}"
    if answer.state == "unknown":
        yield "the catalog knows of nothing that was at this address"
    for other in answer.formerly:
        since = f" since {other.since}" if other.since else ""
        now = f"gone{since}" if other.state == "gone" else f"now at {site_url}{other.address}"
        yield f"formerly it was the {other.kind} `{other.name}`, {now}"


def format_json(verdicts: list[Verdict], site_url: str, quiet: bool = False) -> str:
    """A list of objects, a link each; whole addresses, ``null`` for what does not apply. ``formerly`` is what
    had the address before, each as it is now."""
    rows = []
    for verdict in verdicts:
        link, answer = verdict.link, verdict.answer
        address = f"{site_url}{answer.address}" if answer.address else ""
        row = {
            "path": verdict.path,
            "line": link.line,
            "column": link.column,
            "page": link.page,
            "link": link.address,
            "state": answer.state,
            "kind": answer.kind,
            "name": answer.name,
            "address": address,
            "permanent": address,
            "lost_place": answer.lost_place,
            "successor": f"{site_url}{answer.successor}" if answer.successor else "",
            "successor_name": answer.successor_name,
            "since": answer.since,
            "formerly": [
                {
                    "state": other.state,
                    "kind": other.kind,
                    "name": other.name,
                    "address": f"{site_url}{other.address}",
                    "since": other.since or None,
                }
                for other in answer.formerly
            ],
        }
        if not (quiet and verdict.is_sure):
            rows.append({key: value or None for key, value in row.items()})
    return json.dumps(rows, indent=1, ensure_ascii=False)


FORMATS: dict[str, Callable[[list[Verdict], str, bool], str]] = {"text": format_text, "json": format_json}
