"""Reads a folder the way the build does, without MkDocs: for tests of the core."""

from __future__ import annotations

from pathlib import Path

from mkdocs_agent_catalog.build import Options, load_catalog
from mkdocs_agent_catalog.model.catalog import Catalog
from mkdocs_agent_catalog.model.definitions import Agent, Document, Skipped, Source
from mkdocs_agent_catalog.reading import frontmatter
from mkdocs_agent_catalog.reading.paths import RuntimePlaces
from mkdocs_agent_catalog.runtimes import RUNTIMES, get_runtime

PLACES: list[RuntimePlaces] = list(RUNTIMES.values())


def read_agent(document: Document) -> Agent | Skipped:
    """The agent of ``document`` as its runtime reads it."""
    return get_runtime(document.source.dialect).read_agent(document)


def document(text: str, below: str = "group/an-agent.md", **more: object) -> Document:
    return frontmatter.parse_document(Source(f"agents/{below}", below, "agent", "agents", text, **more))  # type: ignore[arg-type]


def agent(text: str, below: str = "group/an-agent.md", **more: object) -> Agent:
    definition = read_agent(document(text, below, **more))
    assert isinstance(definition, Agent), definition
    return definition


def catalog_of(repo: Path) -> Catalog:
    return load_catalog(repo, Options())


def catalog_from(tmp_path: Path, files: dict[str, str]) -> Catalog:
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return catalog_of(tmp_path)
