"""What is published beside the pages: data for machines, scripts, and what is made to be taken along."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from importlib import resources
from typing import Any

from .. import bundles
from ..output import Output
from ..pages import Shared, ask_data
from .data import as_data, matrix_csv
from .feeds import feeds
from .inventory import NAME as INVENTORY
from .inventory import inventory
from .llms import NAME as LLMS
from .llms import llms
from .machines import machines
from .stubs import STYLE, stubs

__all__ = ["exports"]


def exports(shared: Shared, heads: Mapping[str, Callable[[], str]] | None = None) -> tuple[Output, ...]:
    """The files beside the pages. ``heads``: what is in the head of a page that leads on to another, by its
    uri."""
    where, table = shared.where, as_data(shared)
    files = (Output(where.uri(name), name, content, False) for name, content in _files(shared, table))
    return (*files, *machines(shared, table), *stubs(shared, where, heads or {}))


def _files(shared: Shared, table: dict[str, Any]) -> Iterator[tuple[str, str | bytes]]:
    """``(name below the catalog's folder, content)``."""
    catalog, grants = shared.catalog, shared.grants
    package = __package__.rpartition(".")[0]
    schema = resources.files(package).joinpath("data/catalog.schema.json").read_text(encoding="utf-8")
    yield "catalog.json", json.dumps(table, indent=1, ensure_ascii=False) + "\n"
    yield "catalog.schema.json", schema
    yield "matrix.csv", matrix_csv(catalog)
    yield "matrix-effective.csv", matrix_csv(catalog, grants)
    told = dict(feeds(shared))
    yield from told.items()
    wholes = ("catalog.json", "catalog.schema.json", "matrix.csv", "matrix-effective.csv")
    yield LLMS, llms(shared, (*wholes, *told))
    yield INVENTORY, inventory(shared)
    for name in sorted(bundles.SCRIPTS):
        yield f"assets/{name}", bundles.script(name)
    yield "assets/ask-data.js", ask_data(shared)
    yield STYLE, bundles.page_style("stub")
