"""What is published beside the pages: data for machines, scripts, and what is made to be taken along."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from functools import cache, partial
from typing import Any

from ..model.output import Content, Output
from ..pages import assets
from ..pages.finder.task_answers import answers
from ..pages.registry import Shared, ask_data, is_cut
from ..text.data_files import DATA
from .catalog_json import as_data, matrix_csv
from .feeds import feeds
from .item_files import machines
from .llms_txt import NAME as LLMS
from .llms_txt import llms
from .redirects import STYLE, stubs
from .sphinx_inventory import NAME as INVENTORY
from .sphinx_inventory import inventory

__all__ = ["exports"]

Made = Content | Callable[[], Content]


def exports(shared: Shared, heads: Mapping[str, Callable[[], str]] | None = None) -> tuple[Output, ...]:
    """The files beside the pages. ``heads``: what is in the head of a page that leads on to another, by its
    uri."""
    where, table = shared.where, cache(partial(as_data, shared))
    files = (Output(where.uri(name), name, made, False) for name, made in _files(shared, table))
    return (*files, *machines(shared, table), *stubs(shared, where, heads or {}))


def _files(shared: Shared, table: Callable[[], dict[str, Any]]) -> Iterator[tuple[str, Made]]:
    """``(name below the catalog's folder, content or what makes it)``."""
    catalog, grants = shared.catalog, shared.grants
    yield "catalog.json", lambda: _lines(table())
    yield "catalog.schema.json", _schema
    yield "matrix.csv", partial(matrix_csv, catalog)
    yield "matrix-effective.csv", partial(matrix_csv, catalog, grants)
    told = dict(feeds(shared))
    yield from told.items()
    wholes = ("catalog.json", "catalog.schema.json", "matrix.csv", "matrix-effective.csv")
    yield LLMS, partial(llms, shared, (*wholes, *told))
    yield INVENTORY, partial(inventory, shared)
    for name in sorted(assets.SCRIPTS):
        yield f"assets/{name}", assets.script(name)
    yield "assets/ask-data.js", partial(ask_data, shared)
    if is_cut(shared):
        yield "assets/ask-agents.js", partial(answers, shared)
    yield STYLE, assets.page_style("stub")


def _lines(table: dict[str, Any]) -> str:
    """``table`` as JSON with a line for each entry of a list: quick to write, and to compare."""
    parts = []
    for key, value in table.items():
        entries = value if isinstance(value, list) and value else ()
        shown = ",\n".join(json.dumps(one, ensure_ascii=False) for one in entries)
        whole = f"[\n{shown}\n]" if entries else json.dumps(value, ensure_ascii=False)
        parts.append(f"{json.dumps(key)}: {whole}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _schema() -> str:
    return (DATA / "catalog.schema.json").read_text(encoding="utf-8")
