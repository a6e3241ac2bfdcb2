"""The targets: each takes any bytes and raises when the package breaks a promise about them.

``tests/test_fuzz.py`` asks them about generated texts and about everything found so far; ``__main__.py``
lets a coverage-guided fuzzer search for more.
"""

from __future__ import annotations

import json
import posixpath
import time
import unicodedata
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import unquote, urljoin

from mkdocs_agent_catalog.addresses import urls
from mkdocs_agent_catalog.mkdocs_adapter import query_blocks
from mkdocs_agent_catalog.model import address_lock
from mkdocs_agent_catalog.model.definitions import Agent, Document, Skipped, Source, Span
from mkdocs_agent_catalog.pages.finder import query
from mkdocs_agent_catalog.permissions.decisions import PermissionResolver
from mkdocs_agent_catalog.reading import frontmatter, mask_server_config, masking
from mkdocs_agent_catalog.reading.tool_entries import parse_entry, split_entries
from mkdocs_agent_catalog.runtimes import DEFAULT, RUNTIMES
from mkdocs_agent_catalog.runtimes.mcp_config import read_servers
from mkdocs_agent_catalog.runtimes.runtime import Runtime, read_fields
from mkdocs_agent_catalog.runtimes.skill import read_skill
from mkdocs_agent_catalog.text import markdown, sanitizer, strings

from .pages import runs_nothing

SECONDS = 1.0
"""Of the processor: no text below ``SMALL`` bytes may take longer."""
SMALL = 4096
SECRET = "hunter2"
HERE = Span("agents/x.md")
GRANTS = PermissionResolver()


def within_time(target: Callable[[str], None]) -> Callable[[bytes], None]:
    """``target`` for bytes, as the package reads them, with its time as a part of the promise."""

    def run(data: bytes) -> None:
        started = time.process_time()
        target(data.decode("utf-8", "replace"))
        took = time.process_time() - started
        assert took < SECONDS or len(data) > SMALL, f"{took:.1f} s for {len(data)} bytes"

    return run


def source(content: str, path: str = "agents/x.md", kind: Any = "agent") -> Source:
    return Source(path, path.removeprefix("agents/"), kind, "agents", content)


def said(value: Any) -> Iterator[str]:
    """Every text within ``value``."""
    if isinstance(value, dict):
        for key, part in value.items():
            yield str(key)
            yield from said(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from said(part)
    else:
        yield str(value)


def read_frontmatter(content: str) -> None:
    """Frontmatter is read or refused, never half: places exist, the body is the file's end, all is text."""
    document = frontmatter.parse_document(source(content))
    lines = document.source.text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    places = [*document.spans.values(), *(finding.span for finding in document.notes)]
    for note in (document.repaired, document.error):
        places += [note.span] if note else []
    for place in places:
        assert 1 <= place.line <= len(lines) + 1, place
        assert place.column >= 1, place
    for text in said(document.values):
        text.encode()
    assert 1 <= document.body_line <= len(lines) + 1
    assert len(document.body.split("\n")) == len(lines) - document.body_line + 1 or not document.body
    _read_as_definitions(document)


def _read_as_definitions(document: Document) -> None:
    skill = read_skill(document, DEFAULT)
    assert is_address(skill.id), skill.id
    agent = DEFAULT.read_agent(document)
    if isinstance(agent, Skipped):
        return
    agent = DEFAULT.apply_profile(agent, "claude-code")
    assert is_address(agent.id), agent.id
    _decide(agent)


def _decide(agent: Agent) -> None:
    for tool, server in (("Read", None), ("Bash", None), ("mcp__s__t", "s")):
        decision = GRANTS.decide(agent, tool, server)
        assert decision.outcome
        assert decision.rule
    for entry in agent.access.every:
        assert GRANTS.decide_entry(agent, entry).rule


def read_by_runtimes(content: str) -> None:
    """Every runtime reads any file as its own: nothing is raised, places exist, addresses and decisions are
    whole."""
    lines = content.count("\n") + content.count("\r") + 2
    for runtime in RUNTIMES.values():
        folder = next(iter(runtime.agent_folders), "")
        names = {f"{folder}/x{suffix}".lstrip("/") for suffix in runtime.suffixes} | set(runtime.agent_files)
        grants = PermissionResolver(next(iter(runtime.profiles)))
        for path in sorted(names):
            root, _, name = path.rpartition("/")
            item = Source(path, name, "agent", root, content, dialect=runtime.name)
            assert not any(other.startswith("/") for other in runtime.list_companions(item))
            for agent in runtime.read_agents(item):
                if isinstance(agent, Agent):
                    _check_agent(agent, runtime, grants, lines)


def _check_agent(agent: Agent, runtime: Runtime, grants: PermissionResolver, lines: int) -> None:
    assert is_address(agent.id), agent.id
    spans = [*agent.document.spans.values(), *(note.span for note in agent.notes)]
    spans += [entry.span for entry in agent.access.every]
    for span in spans:
        assert 1 <= span.line <= lines + 1, (runtime.name, span)
    for tool, server in (*((name, None) for name in runtime.current_tools), ("x", None), ("mcp__s__t", "s")):
        assert grants.decide(agent, tool, server).rule in runtime.rules, (runtime.name, tool)
    for entry in agent.access.every:
        assert grants.decide_entry(agent, entry).rule in runtime.rules
    str(grants.describe_base(agent)).encode()


def is_address(id: str) -> bool:
    """Whether an id is segments that any disk and any link can hold, none of which leads elsewhere."""
    return all(is_segment(part) for part in id.split("/"))


def is_segment(part: str) -> bool:
    return (
        0 < len(part.encode()) <= 100
        and not set(part) & set("./\\:*?\"<>|#%&'")
        and not any(char.isspace() or unicodedata.category(char)[0] == "C" for char in part)
        and part.partition(".")[0] not in strings.DEVICES
    )


def slug(content: str) -> None:
    """A slug is one segment of an address, whatever the name; of a slug it is the same."""
    segment = strings.make_slug(content)
    assert is_segment(segment), segment
    assert strings.make_slug(segment) == segment, (segment, strings.make_slug(segment))
    assert is_segment(strings.make_server_id(content))
    strings.summarize(content).encode()
    assert len(strings.summarize(content)) <= strings.SUMMARY_LENGTH + 1
    assert all(char.isprintable() or char == "\n" for char in strings.make_printable(content))


def grammar(content: str) -> None:
    """Entries of tools: nothing but separators is lost, and each is read as one of the known forms."""
    for spaces in (False, True):
        entries = split_entries(content, ", " if spaces else ",\n")
        assert all(part and part == part.strip() for part in entries)
        kept = "".join("".join(entries).split())
        assert kept.replace(",", "") == "".join(content.split()).replace(",", "")
    for rule in split_entries(content):
        entry = parse_entry(rule, "allow", "tools", HERE)
        assert entry.rule == rule
        assert entry.tool
        assert entry.server is None or entry.tool.startswith("mcp__")
        assert entry.server != ""
    values = {"name": "x", "tools": content, "disallowedTools": content[::-1]}
    document = Document(source(""), values, {}, "", 1)
    agent = DEFAULT.read_agent(document)
    assert isinstance(agent, Agent)
    _decide(agent)


def render(content: str) -> None:
    """A prompt's Markdown becomes HTML that runs nothing, loads nothing and stays where it is put."""
    for link in (lambda word: "../../y/" if "link" in word else None), None:
        body, cell = markdown.render_body(content, link=link), markdown.render_inline(content, link=link)
        ids = [heading.id for heading in body.headings]
        runs_nothing(body.html, ids)
        assert len(set(ids)) == len(ids), ids
        runs_nothing(cell, [])


def sanitized(content: str) -> None:
    """HTML of anybody: what is left of it runs nothing."""
    out = sanitizer.sanitize(content)
    runs_nothing(out, None)


def links(content: str) -> None:
    """From any page to any other: the link leads to it, and nowhere out of the site."""
    names = [part for part in content.split("\n") if part][:4] or ["x"]
    uris = ["agents/index.md"]
    for name in names:
        below = name.replace("\0", "")[:200] + ".md"
        agent = DEFAULT.read_agent(
            Document(
                Source(f"agents/{below}", below, "agent", "agents", "", label=names[0][:50]),
                {"name": name},
                {},
                "",
                1,
            )
        )
        assert isinstance(agent, Agent)
        assert is_address(agent.id), agent.id
        uris += [urls.make_agent_uri(agent.id), *urls.locate_tool(name, strings.make_slug(name))[:1]]
    for directory_urls in (True, False):
        where = urls.SiteLocation("a b", directory_urls, "https://example.org/team/")
        for origin in uris:
            href = urls.make_linker(origin, directory_urls)
            for target in uris:
                _leads(href(target, names[0]), origin, target, directory_urls)
                assert where.make_absolute(target).startswith("https://example.org/team/a%20b/")


def _leads(link: str, origin: str, target: str, directory_urls: bool) -> None:
    base = "https://example.org/team/"
    here = urljoin(base, urls.SiteLocation("", directory_urls).make_address(origin))
    there = urljoin(here, link)
    assert there.startswith(base), (origin, link)
    assert unquote(there.partition("#")[0]) == base + urls.make_page_path(target, directory_urls), (
        origin,
        link,
    )
    assert not set(link) & set("\"'<> \n")


def servers(content: str) -> None:
    """Of a server's configuration only its kind and its program are kept."""
    configs, problems = read_servers(source(content, ".mcp.json", "mcp"))
    lines = len(content.splitlines()) + 1
    for _, config in configs:
        assert 1 <= config.span.line <= lines
        assert config.command is None or len(config.command) <= 40
    assert all(1 <= problem.span.line <= lines for problem in problems)
    for text in said([name for name, _ in configs]):
        text.encode()
    if content.count(SECRET) == 1 and any(SECRET in value for value in _configured(content)):
        assert SECRET not in repr(configs) + repr(problems)


def _configured(content: str) -> Iterator[str]:
    """The texts in a configuration that are never shown."""
    try:
        table = json.loads(content)
    except (ValueError, RecursionError):
        return
    table = table.get("mcpServers", table) if isinstance(table, dict) else {}
    for config in table.values() if isinstance(table, dict) else ():
        for key in ("env", "headers", "args", "url"):
            yield from said(config.get(key, "")) if isinstance(config, dict) else ()


def locked(content: str) -> None:
    """A lock file is read, the same again after it was written, or refused; no address leaves the site."""
    lock = refused = None
    try:
        lock = address_lock.load_lock(content)
    except address_lock.LockError as error:
        refused = error
    if lock is None:
        assert refused is not None
        assert 1 <= refused.line <= content.count("\n") + 1, refused.line
        return
    written = address_lock.dump_lock(lock)
    written.encode()
    assert address_lock.load_lock(written) == lock
    for entry in lock.entries:
        for address in entry.addresses:
            path = posixpath.normpath(posixpath.join("/site", address))
            assert path.startswith("/site"), address
            assert max(len(part.encode()) for part in address.split("/")) <= 255, address


def masked(content: str) -> None:
    """Secrets: masked line for line, nothing twice, and no configured value left in the raw text."""
    hidden, notes = masking.mask_and_report(content, "x.md")
    assert hidden.count("\n") == content.count("\n")
    assert masking.mask_and_report(hidden, "x.md")[0] == hidden or notes
    lines = content.replace("\r\n", "\n").replace("\r", "\n")
    document = frontmatter.parse_document(source(content))
    shown = mask_server_config.mask_frontmatter(document)
    assert shown.count("\n") == lines.count("\n")
    if content.count(SECRET) == 1 and any(SECRET in value for value in _secret(document.values, False)):
        assert SECRET not in shown
        assert SECRET not in repr(read_fields(document, document.values))


def _secret(value: Any, within: bool) -> Iterator[str]:
    """The scalars below an ``env`` or ``headers`` key."""
    if isinstance(value, dict):
        for key, part in value.items():
            yield from _secret(part, within or str(key).lower() in ("env", "headers", "http_headers"))
    elif isinstance(value, list):
        for part in value:
            yield from _secret(part, within)
    elif within:
        yield str(value)


def queries(content: str) -> None:
    """A query is read or told wrong, in a block, in a code span and in a page."""
    lines = content.count("\n") + content.count("\r") + 2
    for read in (lambda: query.read_block(content, "docs/x.md", 2), lambda: query.read_words(content, HERE)):
        place = HERE
        try:
            parsed = read()
        except query.QueryError as error:
            place, parsed = error.diagnostic.span, None
        assert 1 <= place.line <= 2 * lines + 2
        if parsed is None:
            continue
        assert parsed.show in query.SHOWS
        assert parsed.view in query.VIEWS
    page = query_blocks.extract_queries(content, "docs/x.md")
    assert all(query_blocks.TOKEN.format(n) in page.markdown for n in range(len(page.queries)))


TARGETS: dict[str, Callable[[bytes], None]] = {
    "frontmatter": within_time(read_frontmatter),
    "grammar": within_time(grammar),
    "markdown": within_time(render),
    "sanitizer": within_time(sanitized),
    "slug": within_time(slug),
    "links": within_time(links),
    "servers": within_time(servers),
    "lock": within_time(locked),
    "secrets": within_time(masked),
    "query": within_time(queries),
    "runtimes": within_time(read_by_runtimes),
}
