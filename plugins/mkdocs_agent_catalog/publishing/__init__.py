"""What is published beside the pages: data for programs, scripts, redirects, and files to embed in other
sites."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from functools import cache, partial
from pathlib import Path
from typing import Any

from ..model.output import Content, Output
from ..pages import assets
from ..pages.finder.other_agents import list_ask_files
from ..pages.finder.task_answers import build_other_answers, build_task_answers
from ..pages.finder.task_index import build_task_index
from ..pages.page import CatalogContext
from .bill_of_materials import NAME as BILL_OF_MATERIALS
from .bill_of_materials import build_bill_of_materials
from .catalog_json import SCHEMA as CATALOG_SCHEMA
from .catalog_json import build_catalog_data, list_catalog_csvs, write_matrix_csv
from .feeds import build_feeds
from .former_places import list_former_outputs
from .history_json import NAME as HISTORY
from .history_json import SCHEMA as HISTORY_SCHEMA
from .history_json import build_history_data
from .item_files import list_item_files
from .llms_txt import NAME as LLMS
from .llms_txt import build_llms_txt
from .redirects import STYLE, list_redirect_pages
from .skills_index import build_skills_index
from .sphinx_inventory import NAME as INVENTORY
from .sphinx_inventory import build_inventory

__all__ = ["export_files", "list_former_outputs"]

Made = Content | Callable[[], Content]


def export_files(
    shared: CatalogContext, heads: Mapping[str, Callable[[], str]] | None = None
) -> tuple[Output, ...]:
    """The files beside the pages. ``heads``: what is in the head of a page that leads on to another, by its
    uri."""
    where, table = shared.where, cache(partial(build_catalog_data, shared))
    files = (Output(where.uri(name), name, function, False) for name, function in _list_files(shared, table))
    return (*files, *list_item_files(shared, table), *list_redirect_pages(shared, where, heads or {}))


def _list_files(shared: CatalogContext, table: Callable[[], dict[str, Any]]) -> Iterator[tuple[str, Made]]:
    """``(name below the catalog's folder, content or what makes it)``."""
    yield "catalog.json", lambda: _format_lines(table())
    yield CATALOG_SCHEMA, partial(_read_schema, CATALOG_SCHEMA)
    yield "matrix.csv", partial(write_matrix_csv, shared, False)
    yield "matrix-effective.csv", partial(write_matrix_csv, shared, True)
    yield from list_catalog_csvs(shared)
    if shared.timeline:
        history = cache(partial(build_history_data, shared, shared.timeline))
        yield HISTORY, lambda: _format_lines(history())
        yield HISTORY_SCHEMA, partial(_read_schema, HISTORY_SCHEMA)
    messages = dict(build_feeds(shared))
    yield from messages.items()
    yield BILL_OF_MATERIALS, partial(build_bill_of_materials, shared)
    wholes = ("catalog.json", CATALOG_SCHEMA, BILL_OF_MATERIALS, "matrix.csv", "matrix-effective.csv")
    yield LLMS, partial(build_llms_txt, shared, (*wholes, *messages))
    yield INVENTORY, partial(build_inventory, shared)
    yield from build_skills_index(shared).items()
    for name in sorted(assets.SCRIPTS.keys() - {assets.SITE_SCRIPT}):
        yield f"assets/{name}", assets.build_script(name)
    for name in assets.PAGE_STYLES:
        yield f"assets/{name}.css", assets.build_stylesheet(name)
    yield "assets/ask-data.js", partial(build_task_index, shared)
    yield "assets/ask-agents.js", partial(build_task_answers, shared)
    yield "assets/ask-others.js", partial(build_other_answers, shared)
    yield from list_ask_files(shared)
    yield STYLE, assets.build_standalone_stylesheet("stub")


def _format_lines(table: dict[str, Any]) -> str:
    """``table`` as JSON with a line for each entry of a list: quick to write, and to compare."""
    dump, parts = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode, []
    for key, value in table.items():
        entries = value if isinstance(value, list) and value else ()
        text = ",\n".join(map(dump, entries))
        whole = f"[\n{text}\n]" if entries else dump(value)
        parts.append(f"{dump(key)}:{whole}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _read_schema(name: str) -> str:
    return (Path(__file__).parent / name).read_text(encoding="utf-8")
