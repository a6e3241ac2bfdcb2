"""Templates to outputs. A site's own folder can override each template, whole or block by block."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from ..addresses.urls import href_from
from ..model.output import Body, Output
from ..text.i18n import ENGLISH, Words, words
from ..text.strings import sentence_case
from .assets import SCRIPTS
from .page import Page

CARDS = "assets/cards.js"
PACKAGE = Path(__file__).parents[1] / "templates"


def ticks(text: str) -> Markup:
    """``text`` (a message) with what stands in back-ticks as code; everything is escaped."""
    parts = re.split(r"`([^`]+)`", text)
    shown = (f"<code>{html.escape(p)}</code>" if n % 2 else html.escape(p) for n, p in enumerate(parts))
    return Markup("".join(shown))


def cells(found: Iterable[Mapping[str, str]]) -> Markup:
    """The cells of a row of the matrix (state, sign, words, shown): few of them differ."""
    made = (_cell(one["state"], one["sign"], one["words"], one["shown"]) for one in found)
    return Markup("".join(made))


@lru_cache(maxsize=4096)
def _cell(state: str, sign: str, words: str, shown: str) -> Markup:
    if state == "none":
        return Markup("<td></td>")
    small = Markup("<small>{}</small>").format(shown) if shown else ""
    cell = Markup('<td class="ac-cell ac-cell--{}" aria-label="{}">{}{}</td>')
    return cell.format(state, words, sign, small)


def _called(macro: Callable[..., Markup], *of: Any) -> Markup:
    return macro(*of)


class _Environment(jinja2.Environment):
    """Most of what templates look into are dictionaries: their keys come before what else they have."""

    def getattr(self, obj: Any, attribute: str) -> Any:
        if type(obj) is dict and attribute in obj:
            return obj[attribute]
        return super().getattr(obj, attribute)


class _Spoken(jinja2.BaseLoader):
    """Templates in which our words are said already: on most pages they are the same."""

    def __init__(self, loader: jinja2.BaseLoader, said: Words) -> None:
        self.loader, self.said = loader, said

    def get_source(self, environment: jinja2.Environment, template: str) -> tuple[str, Any, Any]:
        source, *rest = self.loader.get_source(environment, template)
        return _SAID.sub(self._filled, source), *rest  # type: ignore[return-value]

    def _filled(self, found: re.Match[str]) -> str:
        """The words, with what each of their values is written as in its place."""
        values = dict(one.split("=") for one in found[2].split(", ") if one)
        words = _VALUE.sub(lambda one: f"{{{{ {values.get(one[1], '%')} }}}}", self.said(found[1]))
        # What lacks a value, or has a sign of its own, is said when the template is rendered.
        return found[0] if "%" in words else words


# Values that are a name and no more, such as `n=found|length`.
_SAID = re.compile(r'\{\{ _\("([^"\\{}]*)"((?:, \w+=[\w.|]+)*)\) \}\}')
_VALUE = re.compile(r"%\((\w+)\)s")


@cache
def environment(custom: Path | None, language: str = "en") -> jinja2.Environment:
    """The templates: the site's own first, ours below ``_base/`` for those that extend them.

    In them ``_("...")`` and ``{% trans %}`` say our words in ``language``, ``say(...)`` a text that
    comes from the code, ``words_of("finder")`` those of a script. ``once(macro, ...)`` is what the macro
    gives, made once for the same values.
    """
    said = words(language)
    ours = jinja2.FileSystemLoader(PACKAGE)
    own = [jinja2.FileSystemLoader(custom)] if custom else []
    made = _Environment(
        loader=_Spoken(jinja2.ChoiceLoader([*own, ours, jinja2.PrefixLoader({"_base": ours})]), said),
        autoescape=True,
        # Only the site's own may change while it is previewed.
        auto_reload=custom is not None,
        extensions=["jinja2.ext.i18n"],
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=False,
    )
    made.install_gettext_callables(said, said.many, newstyle=True)  # type: ignore[attr-defined]
    made.globals["say"] = said
    made.globals["once"] = lru_cache(maxsize=4096)(_called)
    made.globals["words_of"] = lambda script: said.script(*SCRIPTS[f"{script}.js"])
    # As a filter it is called without a detour through the context of a template.
    made.filters["say"] = said
    made.filters["cells"] = cells
    made.filters["ticks"] = ticks
    made.filters["sentence_case"] = sentence_case
    return made


def render(
    page: Page, use_directory_urls: bool, templates: Path | None = None, path: str = "", said: Words = ENGLISH
) -> Output:
    """``page`` as an output whose uri is below ``path``; what it holds is made when it is asked for.

    That raises ``jinja2.TemplateError`` for a broken template of the site's own.
    """
    href = href_from(page.uri, use_directory_urls)

    def made() -> Body:
        context = page.context(href)
        template = environment(templates, said.tag).get_template(page.template)
        content = template.render(page=page, href=href, **context)
        content += f'\n<script defer src="{href(CARDS)}"></script>\n'
        return Body(content, context.get("headings", ()))

    return Output(
        uri=f"{path}/{page.uri}" if path else page.uri,
        title=page.title,
        made=made,
        is_page=True,
        source=page.source,
        search=page.search,
        description=page.description,
        wide=page.wide,
        subject=page.subject,
    )
