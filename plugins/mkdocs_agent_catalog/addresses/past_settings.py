"""How a site was published at an earlier commit: what its ``mkdocs.yml`` said of addresses then.

It is read without MkDocs and forgives everything: what cannot be read is as it is today.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from ..history.log import list_versions
from ..reading.paths import SourceRule
from ..text.strings import replace_surrogates

PLUGIN = "agent-catalog"
MOST_BYTES = 1_000_000
MOST_VERSIONS = 30
"""So many versions of ``mkdocs.yml`` count for the addresses of other repositories."""


@dataclass(frozen=True, slots=True)
class PublishSettings:
    """The options that decide what is published and at which addresses. ``config`` is the file that they are
    read from, relative to the repository; empty where there is none."""

    path: str = ""
    directory_urls: bool = True
    rules: tuple[SourceRule, ...] | None = None
    exclude: tuple[str, ...] = ()
    config: str = ""
    others: tuple[str, ...] = ()
    """The folders of other catalogs on the site of today: what was published there was theirs."""


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """Reads over tags such as ``!!python/name``: none of them says anything of addresses."""


_Loader.add_multi_constructor("", lambda loader, suffix, node: None)


def read_past_settings(root: Path, today: PublishSettings) -> PublishSettings | None:
    """The settings of the checkout at ``root``, by those of ``today``; ``None`` where no catalog was
    published: there was no ``mkdocs.yml``, or it did not name the plugin."""
    if not today.config:
        return today
    try:
        file = root / today.config
        text = file.read_text(encoding="utf-8") if file.stat().st_size <= MOST_BYTES else ""
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError):
        return today
    return _parse_settings(text, today)


def list_past_settings(repo: Path, today: PublishSettings) -> tuple[PublishSettings, ...]:
    """The settings under which the catalog was published before, the newest first, without those of
    ``today``. Never raises."""
    versions = list_versions(repo, today.config, MOST_VERSIONS) if today.config else []
    texts = (text for text in versions if len(text) <= MOST_BYTES)
    settings = dict.fromkeys(filter(None, (_parse_settings(text, today) for text in texts)))
    return tuple(past for past in settings if past != today)


def list_catalog_paths(root: Path, config: str) -> set[str]:
    """The ``path`` of each catalog that the file ``config`` names today. Never raises."""
    try:
        table = yaml.load((root / config).read_text(encoding="utf-8"), Loader=_Loader) if config else None
    except (OSError, yaml.YAMLError, RecursionError, ValueError, TypeError):
        return set()
    catalogs = _list_catalogs(table.get("plugins")) if isinstance(table, dict) else []
    return {_read_path(options) for options in catalogs}


@lru_cache(maxsize=256)
def _parse_settings(text: str, today: PublishSettings) -> PublishSettings | None:
    try:
        table = yaml.load(text, Loader=_Loader)
    except (yaml.YAMLError, RecursionError, ValueError, TypeError):
        return today
    if not isinstance(table, dict):
        return today
    form = table.get("use_directory_urls", True)
    today = replace(today, directory_urls=form if isinstance(form, bool) else today.directory_urls)
    chosen = _list_catalogs(table.get("plugins"))
    if not chosen:
        # A file that this one inherits from may name the plugins.
        return today if "INHERIT" in table or "plugins" not in table else None
    chosen = [options for options in chosen if _read_path(options) not in today.others]
    if not chosen:
        return None
    mine = next((options for options in chosen if _read_path(options) == today.path), chosen[0])
    return replace(
        today,
        path=_read_text(mine.get("path"), "" if "path" not in mine else today.path).strip("/"),
        rules=_read_rules(mine["sources"]) if isinstance(mine.get("sources"), list) else None,
        exclude=tuple(text for text in mine.get("exclude") or () if isinstance(text, str))
        if isinstance(mine.get("exclude"), list)
        else (),
    )


def _list_catalogs(plugins: Any) -> list[dict[Any, Any]]:
    """The options of each catalog among the plugins, which are a list or a map."""
    entries = [plugins] if isinstance(plugins, dict) else plugins if isinstance(plugins, list) else []
    catalogs: list[dict[Any, Any]] = []
    for entry in entries:
        if entry == PLUGIN:
            catalogs.append({})
        elif isinstance(entry, dict) and PLUGIN in entry:
            options = entry[PLUGIN]
            catalogs.append(options if isinstance(options, dict) else {})
    return catalogs


def _read_path(options: dict[Any, Any]) -> str:
    return _read_text(options.get("path"), "").strip("/")


def _read_text(value: object, default: str) -> str:
    return replace_surrogates(value) if isinstance(value, str) else default


def _read_rules(entries: list[Any]) -> tuple[SourceRule, ...]:
    rules = []
    for entry in entries:
        if isinstance(entry, str):
            rules.append(SourceRule(entry))
        elif isinstance(entry, dict) and isinstance(entry.get("path"), str):
            label, dialect = entry.get("label"), entry.get("dialect")
            rules.append(
                SourceRule(
                    entry["path"],
                    str(label) if label is not None else None,
                    dialect if isinstance(dialect, str) else None,
                )
            )
    return tuple(rules)
