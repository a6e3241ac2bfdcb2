"""What is published beside the pages: data for machines, scripts, and what is made to be taken along."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from importlib import resources

from .. import bundles
from ..output import Output
from ..pages import Shared, ask_data
from ..urls import Where
from .data import as_data, matrix_csv
from .stubs import STYLE, stubs

__all__ = ["exports"]


def exports(shared: Shared, heads: Mapping[str, str] | None = None) -> tuple[Output, ...]:
    """The files beside the pages. ``heads``: what is in the head of a page that leads on to another, by its
    uri."""
    where = shared.where
    files = (Output(where.uri(name), name, content, False) for name, content in _files(shared, where))
    return (*files, *stubs(shared, where, heads or {}))


def _files(shared: Shared, where: Where) -> Iterator[tuple[str, str]]:
    """``(name below the catalog's folder, content)``."""
    catalog, grants = shared.catalog, shared.grants
    package = __package__.rpartition(".")[0]
    schema = resources.files(package).joinpath("data/catalog.schema.json").read_text(encoding="utf-8")
    table = as_data(catalog, shared.diagnostics, shared.levels, grants, where.directory_urls)
    yield "catalog.json", json.dumps(table, indent=1, ensure_ascii=False) + "\n"
    yield "catalog.schema.json", schema
    yield "matrix.csv", matrix_csv(catalog)
    yield "matrix-effective.csv", matrix_csv(catalog, grants)
    for name in sorted(bundles.SCRIPTS):
        yield f"assets/{name}", bundles.script(name)
    yield "assets/ask-data.js", ask_data(shared)
    yield STYLE, bundles.page_style("stub")
