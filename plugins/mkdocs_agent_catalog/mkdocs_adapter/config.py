"""The options of the plugin as MkDocs reads them. ``settings.py`` validates them."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import urljoin

from mkdocs.config import config_options as c
from mkdocs.config.base import Config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import ConfigurationError

from .. import settings
from ..build import Options
from ..model.address_lock import NAME as LOCK
from ..runtimes import DEFAULT_PROFILE
from .mistakes import explain_unknown_option


class AgentCatalogConfig(Config):
    """One attribute an option; each is documented in ``docs/options.md``."""

    sources = c.Optional(c.Type(list))
    exclude = c.Optional(c.ListOfItems(c.Type(str)))
    path = c.Type(str, default="")
    nav = c.Type(bool, default=True)
    profile = c.Type(str, default=DEFAULT_PROFILE)
    custom_templates = c.Optional(c.Type(str))
    validation = c.Type(dict, default={})
    catalogs = c.Optional(c.Type(list))
    suppress = c.Type(list, default=[])
    lock = c.Type(str, default=LOCK)
    policy = c.Type(str, default="")
    reviews = c.Type(str, default="")
    update_lock = c.Type(bool, default=False)
    feeds = c.Type(bool, default=True)
    history = c.Choice((False, True, "authors"), default=False)
    embeds = c.Type(bool, default=False)
    theme_cache = c.Type(bool, default=True)

    def validate(self) -> tuple[list[tuple[str, Exception]], list[tuple[str, str]]]:
        """As MkDocs does it; what it calls unrecognised, with the place where it belongs."""
        failed, warnings = super().validate()
        options = self._schema_keys
        return failed, [
            (name, warning if name in options else explain_unknown_option(name, self.get(name), options))
            for name, warning in warnings
        ]


def find_repository_root(config: MkDocsConfig) -> Path:
    """The folder of ``mkdocs.yml``, which may be given by a relative path or not be a file at all."""
    return Path(config.config_file_path).resolve().parent if config.config_file_path else Path.cwd()


def load_options(chosen: AgentCatalogConfig, config: MkDocsConfig) -> Options:
    """What the site chose, checked. Raises ``ConfigurationError`` with what is wrong and what was meant."""
    site = settings.SiteSettings(
        config.use_directory_urls,
        _get_language(config),
        config.site_url or "",
        config.site_name or "",
        find_edit_url(config),
        config.repo_url or "",
        config=Path(config.config_file_path).name if config.config_file_path else "",
        highlight_code=highlights_code(config),
    )
    try:
        return settings.parse_options(chosen, find_repository_root(config), site)
    except settings.SettingError as error:
        raise ConfigurationError(f"agent-catalog: {error}") from error


def find_edit_url(config: MkDocsConfig) -> str:
    """Where the site has its files edited, as MkDocs makes it of its settings, with ``{path}`` in place of
    the path of a file in the repository; empty if it says nothing, or asks for more than a path."""
    template = config.edit_uri_template or ""
    if not (template or config.edit_uri) or "path_noext" in template or "!" in template:
        return ""
    path = os.path.relpath(find_repository_root(config) / _MARK, config.docs_dir).replace(os.sep, "/")
    address = template.replace("{path}", path) if template else f"{config.edit_uri}{path}"
    base = config.repo_url or ""
    if not base and not template and "://" in address:
        return urljoin(config.edit_uri or "", path).replace(_MARK, "{path}")
    if base and not address.startswith(("?", "#")):
        base = f"{base.rstrip('/')}/"
    return urljoin(base, address).replace(_MARK, "{path}") if base or "://" in address else ""


_MARK = "agent-catalog-path"
# The Markdown extensions that colour code, by all names that they can be listed under.
_HIGHLIGHTERS = {"codehilite", "markdown.extensions.codehilite"} | {
    f"{name}{ending}"
    for name in ("pymdownx.highlight", "pymdownx.superfences", "pymdownx.extra")
    for ending in ("", ":HighlightExtension", ":SuperFencesCodeExtension", ":ExtraExtension")
}


def highlights_code(config: MkDocsConfig) -> bool:
    """Whether the site's own code blocks are coloured when it is built."""
    used = [name for name in config.markdown_extensions if name in _HIGHLIGHTERS]
    settings_of = [config.mdx_configs.get(name) or {} for name in used]
    return bool(used) and all(table.get("use_pygments", True) for table in settings_of)


def _get_language(config: MkDocsConfig) -> str:
    """The site's language: Material has an option ``language``, the themes of MkDocs ``locale``."""
    theme = config.theme
    return str(theme.get("language") or theme.get("locale") or "en")
