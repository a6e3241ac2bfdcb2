"""Validates the plain values of ``mkdocs.yml`` and turns them into ``Options``. Does not import MkDocs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from .build import Options
from .checks.registry import DEFAULT_LEVELS, LEVELS
from .checks.suppressions import Suppression
from .model.address_lock import NAME as LOCK
from .model.other_catalogs import CatalogSource
from .model.policy import NAME as POLICY
from .model.repositories import Repository
from .model.reviews import NAME as REVIEWS
from .reading.other_catalogs import is_web_address
from .reading.paths import SourceRule
from .runtimes import DEFAULT_PROFILE, RUNTIMES, list_profiles
from .text.suggestions import suggest


class SettingError(ValueError):
    """An option has a value that means nothing; the message says what is wrong and what was meant."""


@dataclass(frozen=True, slots=True)
class SiteSettings:
    """What the site itself says in ``mkdocs.yml``, outside the plugin's options."""

    use_directory_urls: bool = True
    language: str = "en"
    url: str = ""
    name: str = ""
    edit_url: str = ""
    """Where a file of the repository is edited, with ``{path}`` in place of its path."""
    repo_url: str = ""
    """The web address of the repository."""
    config: str = ""
    """The name of the file that all this is from, beside the definitions; empty where there is none."""
    highlight_code: bool = True
    """Whether the site colours code on its own pages."""


def parse_options(chosen: Mapping[str, Any], repo: Path, site: SiteSettings) -> Options:
    """The options that ``chosen`` means: every name in ``AgentCatalogConfig``, each with a value of its type.

    Raises ``SettingError``.
    """
    sources = chosen["sources"]
    return Options(
        path=_parse_folder(chosen["path"]),
        profile=_parse_profile(chosen["profile"] or DEFAULT_PROFILE),
        rules=None if sources is None else tuple(_parse_rule(entry) for entry in sources),
        exclude=tuple(chosen["exclude"] or ()),
        levels=_parse_levels(chosen["validation"]),
        chosen_levels=frozenset(map(str, chosen["validation"])),
        catalogs=_parse_catalogs(chosen["catalogs"] or ()),
        suppress=tuple(_parse_suppression(entry) for entry in chosen["suppress"]),
        lock=_parse_lock(chosen["lock"] or LOCK),
        policy=_parse_yaml_file("policy", chosen["policy"] or "", POLICY),
        reviews=_parse_yaml_file("reviews", chosen["reviews"] or "", REVIEWS),
        update_lock=chosen["update_lock"],
        use_directory_urls=site.use_directory_urls,
        site_url=f"{site.url.rstrip('/')}/" if site.url else "",
        site_name=site.name,
        edit_url=site.edit_url,
        repo_url=site.repo_url,
        language=site.language,
        custom_templates=_parse_templates(chosen["custom_templates"], repo),
        feeds=chosen["feeds"],
        history=bool(chosen["history"]),
        authors=chosen["history"] == "authors",
        embeds=chosen["embeds"],
        highlight_code=site.highlight_code,
        config=site.config,
    )


def _parse_folder(path: str) -> str:
    folder = path.strip("/")
    if any(part in ("..", ".") for part in PurePosixPath(folder).parts) or set(folder) & set('#?%\\:*<>|"'):
        raise SettingError(f"`path` is a folder of the site, such as `catalog`; `{path}` is none")
    return folder


def _parse_lock(name: object) -> str:
    parts = PurePosixPath(str(name)).parts
    if not isinstance(name, str) or not name.endswith(".json") or ".." in parts or name.startswith("/"):
        raise SettingError(f"`lock` is a JSON file beside mkdocs.yml, such as `{LOCK}`; `{name}` is none")
    return str(PurePosixPath(name))


def _parse_yaml_file(option: str, name: str, usual: str) -> str:
    parts = PurePosixPath(name).parts
    if name and (not name.endswith((".yml", ".yaml")) or ".." in parts or name.startswith("/")):
        what = f"`{option}` is a YAML file beside mkdocs.yml, such as `{usual}`"
        raise SettingError(f"{what}; `{name}` is none")
    return str(PurePosixPath(name)) if name else ""


def _parse_profile(name: object) -> str:
    if name not in list_profiles():
        raise SettingError(f"no profile `{name}`; there are: {', '.join(list_profiles())}")
    return str(name)


def _parse_templates(folder: object, repo: Path) -> Path | None:
    if not folder:
        return None
    if not (repo / str(folder)).is_dir():
        raise SettingError(f"`custom_templates`: no folder `{folder}`")
    return repo / str(folder)


def _parse_rule(entry: object) -> SourceRule:
    if isinstance(entry, str):
        return SourceRule(entry)
    if not isinstance(entry, dict) or not isinstance(entry.get("path"), str):
        raise SettingError(f"an entry of `sources` is a path or has a `path`; `{entry}` is neither")
    wrong = sorted(set(entry) - {"path", "label", "dialect", "repository"})
    if wrong:
        raise SettingError(f"`sources` knows no `{wrong[0]}`: path, label, dialect, repository")
    dialect = entry.get("dialect")
    if dialect is not None and dialect not in RUNTIMES:
        raise SettingError(f"no dialect `{dialect}`; there are: {', '.join(RUNTIMES)}")
    label = entry.get("label")
    repository = _parse_repository(entry) if "repository" in entry else None
    return SourceRule(entry["path"], str(label) if label is not None else None, dialect, repository)


def _parse_repository(entry: Mapping[Any, Any]) -> Repository:
    """What a source says of the repository that it is in."""
    table, path = entry["repository"] or {}, entry["path"]
    if set(path) & set("*?["):
        raise SettingError(f"`repository` needs a `path` without wildcards, not `{path}`")
    keys = {"url", "branch", "edit_url"}
    if not isinstance(table, dict) or not all(isinstance(value, str) for value in table.values()):
        raise SettingError(f"`repository` has texts for url, branch, edit_url; not `{entry['repository']}`")
    if wrong := sorted(map(str, set(table) - keys)):
        raise SettingError(f"`repository` knows no `{wrong[0]}`: url, branch, edit_url")
    for key in ("url", "edit_url"):
        if not re.fullmatch(r"(https?://[^/?#@\s]+(/[^\s]*)?)?", table.get(key, "")):
            raise SettingError(f"`repository`: `{key}` is a web address without a user and a password")
    if "{path}" not in table.get("edit_url", "{path}"):
        raise SettingError("`repository`: `edit_url` has `{path}` in place of the path of a file")
    return Repository(
        url=table.get("url", "").rstrip("/"),
        branch=table.get("branch", ""),
        edit_url=table.get("edit_url", ""),
    )


def _parse_catalogs(entries: Iterable[object]) -> tuple[CatalogSource, ...]:
    sources = tuple(_parse_catalog(entry) for entry in entries)
    for key in ("id", "path"):
        values = [getattr(source, key) for source in sources]
        if twice := next((value for value in values if values.count(value) > 1), ""):
            raise SettingError(f"`catalogs`: `{twice}` stands there twice")
    return sources


def _parse_catalog(entry: object) -> CatalogSource:
    keys = {"id", "from", "url", "label"}
    is_table = isinstance(entry, dict) and {"id", "from"} <= set(entry) <= keys
    if not isinstance(entry, dict) or not is_table or not all(isinstance(v, str) for v in entry.values()):
        raise SettingError(f"an entry of `catalogs` has `id`, `from` and maybe `url`, `label`; not `{entry}`")
    id, path, url = entry["id"], entry["from"], entry.get("url", "")
    if not re.fullmatch(r"[a-z0-9]([a-z0-9-]{0,60}[a-z0-9])?", id):
        raise SettingError(f"`catalogs`: an `id` has small letters, digits and `-`; not `{id}`")
    parts = PurePosixPath(path).parts
    if not path.endswith(".json") or ".." in parts or path.startswith("/") or set(path) & set('\\:*?"<>|'):
        raise SettingError(f"`catalogs`: `from` is a JSON file below the folder of mkdocs.yml; not `{path}`")
    if url and not (url.startswith("https://") and is_web_address(url)):
        raise SettingError(
            f"`catalogs`: `url` begins with https:// and has no user and password; not `{url}`"
        )
    return CatalogSource(id, str(PurePosixPath(path)), url, entry.get("label", ""))


def _parse_suppression(entry: object) -> Suppression:
    if not isinstance(entry, dict) or set(entry) != {"check", "path", "reason"}:
        raise SettingError(f"an entry of `suppress` has `check`, `path` and `reason`, each; not `{entry}`")
    check, path, reason = (str(entry[key]).strip() for key in ("check", "path", "reason"))
    if not reason or not path:
        raise SettingError(f"`suppress`: `{check}` has no reason or no path")
    return Suppression(_check("suppress", check), path, reason)


def _check(option: str, name: str) -> str:
    if name not in DEFAULT_LEVELS:
        raise SettingError(f"`{option}` knows no check `{name}`{_suggest_check(name, DEFAULT_LEVELS)}")
    return name


def _suggest_check(name: str, known: Iterable[str]) -> str:
    meant = suggest(name, known)
    return f"; did you mean `{meant}`?" if meant else ""


def _parse_levels(chosen: Mapping[Any, Any]) -> dict[str, str]:
    levels = dict(DEFAULT_LEVELS)
    for check, level in chosen.items():
        name = _check("validation", str(check))
        if level not in LEVELS:
            raise SettingError(f"`validation`: `{name}` is one of {', '.join(LEVELS)}, not `{level}`")
        levels[name] = str(level)
    return levels
