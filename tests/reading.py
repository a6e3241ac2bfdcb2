"""Reads a folder the way the build does, without MkDocs: for tests of the core."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from mkdocs_agent_catalog.addresses.history import load_address_history
from mkdocs_agent_catalog.addresses.urls import SiteLocation
from mkdocs_agent_catalog.linking.linker import link_catalog
from mkdocs_agent_catalog.model.address_lock import NAME as LOCK
from mkdocs_agent_catalog.model.catalog import Catalog
from mkdocs_agent_catalog.model.definitions import Agent, Document, Skipped, Source
from mkdocs_agent_catalog.reading import discovery, frontmatter
from mkdocs_agent_catalog.reading.paths import RuntimePlaces
from mkdocs_agent_catalog.runtimes import RUNTIMES, get_runtime
from mkdocs_agent_catalog.runtimes.mcp_config import read_servers
from mkdocs_agent_catalog.runtimes.skill import read_skill

PLACES: list[RuntimePlaces] = [runtime.places for runtime in RUNTIMES.values()]


def read_agent(document: Document) -> Agent | Skipped:
    """The agent of ``document`` as its runtime reads it."""
    return get_runtime(document.source.dialect).read_agent(document)


def document(text: str, below: str = "group/an-agent.md", **more: object) -> Document:
    return frontmatter.parse_document(Source(f"agents/{below}", below, "agent", "agents", text, **more))  # type: ignore[arg-type]


def agent(text: str, below: str = "group/an-agent.md", **more: object) -> Agent:
    found = read_agent(document(text, below, **more))
    assert isinstance(found, Agent), found
    return found


def catalog_of(repo: Path) -> Catalog:
    found = discovery.discover(repo, PLACES)
    agents, skills, configs, skipped, notes = [], [], [], list(found.skipped), list(found.notes)
    for source in found.sources:
        if source.kind == "mcp":
            servers, problems = read_servers(source)
            configs += servers
            notes += problems
        elif source.kind in ("skill", "command"):
            skills.append(read_skill(frontmatter.parse_document(source)))
        else:
            one = read_agent(frontmatter.parse_document(source))
            (skipped if isinstance(one, Skipped) else agents).append(one)  # type: ignore[attr-defined]
            configs += one.inline_servers if isinstance(one, Agent) else ()
    catalog = link_catalog(agents, skills, configs, skipped, notes, found.plugins, repo)
    return replace(catalog, ledger=load_address_history(repo, LOCK, catalog, SiteLocation()))


def catalog_from(tmp_path: Path, files: dict[str, str]) -> Catalog:
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return catalog_of(tmp_path)
