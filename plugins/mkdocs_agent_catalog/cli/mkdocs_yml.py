"""Reads ``mkdocs.yml`` for the commands: with MkDocs' own reader, checked like the options of the plugin.

Nothing that the file names is imported or run: it may name plugins that are broken or not installed here.
"""

from __future__ import annotations

import posixpath
import re
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urljoin

import yaml
from mkdocs.exceptions import ConfigurationError
from mkdocs.utils.yaml import get_yaml_loader, yaml_load

from ..build import Options
from ..mkdocs_adapter.config import AgentCatalogConfig
from ..mkdocs_adapter.mistakes import find_mistakes
from ..settings import SettingError, SiteSettings, parse_options
from .starter import PLUGIN_LINES, find_mkdocs_yml


class Project(NamedTuple):
    """A repository and what its site chose."""

    repo: Path
    options: Options
    docs: str
    """The folder of the pages that people wrote."""


def read_project(repo: Path, profile: str | None) -> Project:
    """The project in ``repo``, with or without a ``mkdocs.yml``. ``profile`` wins over its option.

    Raises ``SettingError``.
    """
    file = find_mkdocs_yml(repo)
    table = _read_table(file)
    config = AgentCatalogConfig()
    config.load_dict(_find_options(table.get("plugins")))
    errors, warnings = config.validate()
    if problems := sorted(f"`{name}`: {problem}" for name, problem in (*errors, *warnings)):
        raise SettingError(f"mkdocs.yml: {'; '.join(problems)}")
    if profile:
        config.profile = profile
    docs = str(table.get("docs_dir") or "docs")
    site = SiteSettings(
        use_directory_urls=table.get("use_directory_urls") is not False,
        url=str(table.get("site_url") or ""),
        name=str(table.get("site_name") or ""),
        language=_find_language(table.get("theme")),
        edit_url=_find_edit_url(table, docs),
        repo_url=str(table.get("repo_url") or ""),
        config=file.name if file else "",
    )
    return Project(repo, parse_options(config, repo, site), docs)


def list_mistakes(repo: Path) -> list[str]:
    """What is wrong in the ``mkdocs.yml`` of ``repo`` without being an error. Raises ``SettingError``."""
    file = find_mkdocs_yml(repo)
    if file is None:
        return []
    text = file.read_text(encoding="utf-8", errors="replace")
    return [f"{file.name}: {mistake}" for mistake in find_mistakes(text, _read_table(file))]


def _find_language(theme: object) -> str:
    """The site's language: Material has an option ``language``, the themes of MkDocs ``locale``."""
    options = theme if isinstance(theme, dict) else {}
    return str(options.get("language") or options.get("locale") or "en")


def _find_edit_url(table: dict[str, Any], docs: str) -> str:
    """Where files of the repository are edited, with ``{path}`` in place of a path; empty unless the site
    says where pages below its folder ``docs`` are edited, by a whole address or one below its repository."""
    home, below = table.get("repo_url"), table.get("edit_uri")
    if not isinstance(below, str):
        return ""
    base = urljoin(f"{home.rstrip('/')}/" if isinstance(home, str) else "", below)
    path = posixpath.relpath("agent-catalog-path", docs)
    return urljoin(base, path).replace("agent-catalog-path", "{path}") if "://" in base else ""


def names_plugin(repo: Path) -> bool:
    """Whether the ``mkdocs.yml`` of ``repo`` names the plugin. Raises ``SettingError``."""
    return any(
        name == "agent-catalog"
        for entry in _list_plugins(_read_table(find_mkdocs_yml(repo)).get("plugins"))
        for name in entry
    )


def describe_plugin_lines(mkdocs_yml: Path) -> tuple[str, str]:
    """How the plugin is added to a ``mkdocs.yml`` that does not name it: what to do, and the lines."""
    lines = mkdocs_yml.read_text(encoding="utf-8", errors="replace").splitlines()
    number = next((i for i, line in enumerate(lines) if re.match(r"plugins\s*:", line)), None)
    if number is None:
        return f"Add to {mkdocs_yml.name}:", PLUGIN_LINES
    place = f"`plugins:` in {mkdocs_yml.name} (line {number + 1})"
    if "[" in lines[number]:
        return f"Add to the list after {place}:", "agent-catalog"
    below = (line for line in lines[number + 1 :] if line.strip() and not line.lstrip().startswith("#"))
    is_list = next(below, "-").lstrip().startswith("-")
    return f"Add one line below {place}:", "- agent-catalog" if is_list else "agent-catalog: {}"


def _list_plugins(plugins: object) -> list[dict[str, Any]]:
    """Each plugin with its options: MkDocs takes a list of names and mappings, or one mapping."""
    entries = [plugins] if isinstance(plugins, dict) else plugins if isinstance(plugins, list) else []
    return [entry if isinstance(entry, dict) else {str(entry): None} for entry in entries]


def _read_table(file: Path | None) -> dict[str, Any]:
    if not file:
        return {}
    loader = get_yaml_loader(yaml.SafeLoader)
    # Tags such as `!!python/name` and `!relative` are read over: what they stand for is no option of ours.
    loader.add_multi_constructor("", lambda loader, suffix, node: None)
    try:
        with file.open("rb") as stream:
            table = yaml_load(stream, loader)
    except (ConfigurationError, OSError, RecursionError, TypeError, ValueError) as error:
        raise SettingError(f"{file.name} cannot be read: {' '.join(str(error).split())}") from error
    return table if isinstance(table, dict) else {}


def _find_options(plugins: object) -> dict[str, Any]:
    """The options of the first catalog among ``plugins``."""
    for entry in _list_plugins(plugins):
        if "agent-catalog" in entry:
            chosen = entry["agent-catalog"] or {}
            if not isinstance(chosen, dict):
                raise SettingError(f"`agent-catalog` in mkdocs.yml holds options, not `{chosen}`")
            # MkDocs knows `enabled` for every plugin. What is checked needs no site.
            return {name: value for name, value in chosen.items() if name != "enabled"}
    return {}
