"""The options of the plugin, with MkDocs' own habits."""

from __future__ import annotations

import difflib
from pathlib import Path, PurePosixPath

from mkdocs.config import config_options as c
from mkdocs.config.base import Config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import ConfigurationError

from .build import Options
from .checks import CHECKS
from .dialects import DIALECTS
from .grants import DEFAULT_PROFILE
from .places import SourceRule
from .report import DEFAULT_LEVELS, LEVELS
from .rules import profiles


class AgentCatalogConfig(Config):
    """One attribute an option; each is documented in ``docs/options.md``."""

    sources = c.Optional(c.Type(list))
    exclude = c.ListOfItems(c.Type(str), default=[])
    path = c.Type(str, default="")
    nav = c.Type(bool, default=True)
    profile = c.Type(str, default=DEFAULT_PROFILE)
    custom_templates = c.Optional(c.Type(str))
    validation = c.Type(dict, default={})


def repository(config: MkDocsConfig) -> Path:
    """The folder of ``mkdocs.yml``, which may be given by a relative path or not be a file at all."""
    return Path(config.config_file_path).resolve().parent if config.config_file_path else Path.cwd()


def options(chosen: AgentCatalogConfig, config: MkDocsConfig) -> Options:
    """What the site chose, checked. Raises ``ConfigurationError`` with what is wrong and what was meant."""
    folder = chosen.path.strip("/")
    if any(part in ("..", ".") for part in PurePosixPath(folder).parts) or set(folder) & set('#?%\\:*<>|"'):
        raise ConfigurationError(
            f"agent-catalog: `path` is a folder of the site, such as `catalog`; `{chosen.path}` is none"
        )
    custom = None
    if chosen.custom_templates:
        custom = repository(config) / chosen.custom_templates
        if not custom.is_dir():
            raise ConfigurationError(
                f"agent-catalog: `custom_templates`: no folder `{chosen.custom_templates}`"
            )
    if chosen.profile not in profiles():
        known = ", ".join(profiles())
        raise ConfigurationError(f"agent-catalog: no profile `{chosen.profile}`; there are: {known}")
    return Options(
        path=folder,
        profile=chosen.profile,
        rules=None if chosen.sources is None else tuple(_rule(entry) for entry in chosen.sources),
        exclude=tuple(chosen.exclude),
        levels=_levels(chosen.validation),
        use_directory_urls=config.use_directory_urls,
        custom_templates=custom,
    )


def _rule(entry: object) -> SourceRule:
    if isinstance(entry, str):
        return SourceRule(entry)
    if not isinstance(entry, dict) or not isinstance(entry.get("path"), str):
        raise ConfigurationError(
            f"agent-catalog: an entry of `sources` is a path or has a `path`; `{entry}` is neither"
        )
    wrong = sorted(set(entry) - {"path", "label", "dialect"})
    if wrong:
        raise ConfigurationError(f"agent-catalog: `sources` knows no `{wrong[0]}`: path, label, dialect")
    dialect = entry.get("dialect")
    if dialect is not None and dialect not in DIALECTS:
        raise ConfigurationError(f"agent-catalog: no dialect `{dialect}`; there are: {', '.join(DIALECTS)}")
    label = entry.get("label")
    return SourceRule(entry["path"], str(label) if label is not None else None, dialect)


def _levels(chosen: dict[object, object]) -> dict[str, str]:
    levels = dict(DEFAULT_LEVELS)
    for check, level in chosen.items():
        name = str(check)
        if name not in CHECKS:
            close = difflib.get_close_matches(name, CHECKS, n=1)
            meant = f"; did you mean `{close[0]}`?" if close else ""
            raise ConfigurationError(f"agent-catalog: `validation` knows no check `{name}`{meant}")
        if level not in LEVELS:
            raise ConfigurationError(
                f"agent-catalog: `validation`: `{name}` is one of {', '.join(LEVELS)}, not `{level}`"
            )
        levels[name] = str(level)
    return levels
