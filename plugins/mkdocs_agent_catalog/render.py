"""Templates to outputs. A site's own folder can override each template, whole or block by block."""

from __future__ import annotations

import html
import re
from functools import cache
from pathlib import Path

import jinja2
from markupsafe import Markup

from .bundles import SCRIPTS
from .output import Output
from .pages import Page
from .text import sentence_case
from .urls import href_from
from .words import ENGLISH, Words, words

CARDS = "assets/cards.js"
PACKAGE = Path(__file__).parent / "templates"


def ticks(text: str) -> Markup:
    """``text`` (a message) with what stands in back-ticks as code; everything is escaped."""
    parts = re.split(r"`([^`]+)`", text)
    shown = (f"<code>{html.escape(p)}</code>" if n % 2 else html.escape(p) for n, p in enumerate(parts))
    return Markup("".join(shown))


@cache
def environment(custom: Path | None, language: str = "en") -> jinja2.Environment:
    """The templates: the site's own first, ours below ``_base/`` for those that extend them.

    In them ``_("...")`` and ``{% trans %}`` say our words in ``language``, ``say(...)`` a text that
    comes from the code, ``words_of("finder")`` those of a script.
    """
    ours = jinja2.FileSystemLoader(PACKAGE)
    own = [jinja2.FileSystemLoader(custom)] if custom else []
    made = jinja2.Environment(
        loader=jinja2.ChoiceLoader([*own, ours, jinja2.PrefixLoader({"_base": ours})]),
        autoescape=True,
        extensions=["jinja2.ext.i18n"],
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=False,
    )
    said = words(language)
    made.install_gettext_callables(said, said.many, newstyle=True)  # type: ignore[attr-defined]
    made.globals["say"] = said
    made.globals["words_of"] = lambda script: said.script(*SCRIPTS[f"{script}.js"])
    made.filters["ticks"] = ticks
    made.filters["sentence_case"] = sentence_case
    return made


def render(
    page: Page, use_directory_urls: bool, templates: Path | None = None, path: str = "", said: Words = ENGLISH
) -> Output:
    """``page`` as an output whose uri is below ``path``.

    Raises ``jinja2.TemplateError`` for a broken template of the site's own.
    """
    href = href_from(page.uri, use_directory_urls)
    context = page.context(href)
    content = (
        environment(templates, said.tag).get_template(page.template).render(page=page, href=href, **context)
    )
    content += f'\n<script defer src="{href(CARDS)}"></script>\n'
    anchors = frozenset(html.unescape(found) for found in re.findall(r'\sid="([^"]+)"', content))
    return Output(
        uri=f"{path}/{page.uri}" if path else page.uri,
        title=page.title,
        content=content,
        is_page=True,
        headings=context.get("headings", ()),
        anchors=anchors,
        source=page.source,
        search=page.search,
        description=page.description,
        wide=page.wide,
        subject=page.subject,
    )
