"""Renders templates. A site can replace each template, as a whole or block by block."""

from __future__ import annotations

import hashlib
import html
import io
import json
import os
import re
import sys
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from functools import cache, lru_cache
from importlib.util import cache_from_source
from pathlib import Path
from typing import Any

import jinja2
from jinja2.bccache import Bucket
from jinja2.ext import InternationalizationExtension
from markupsafe import Markup

from ..addresses.urls import make_linker
from ..model.output import Body, Output
from ..text import i18n, strings
from ..text.i18n import ENGLISH, Translations, load_translations
from ..text.strings import capitalize_sentence
from .assets import SCRIPTS
from .page import Page

PACKAGE = Path(__file__).parent / "templates"
CARDS = "assets/cards.js"
# Where the first stop of the keyboard leads.
CONTENT_ID = "ac-content"


def format_backticks(text: str) -> Markup:
    """``text`` (a message) with what stands in back-ticks as code; everything is escaped."""
    parts = re.split(r"`([^`]+)`", text)
    texts = (f"<code>{html.escape(p)}</code>" if n % 2 else html.escape(p) for n, p in enumerate(parts))
    return Markup("".join(texts))


def render_cells(tables: Iterable[Mapping[str, str]]) -> Markup:
    """The cells of a row of the matrix (state, sign, words, entries, can): few of them differ."""
    markups = (
        _render_cell(table["state"], table["sign"], table["words"], table["entries"], table["can"])
        for table in tables
    )
    return Markup("".join(markups))


@lru_cache(maxsize=4096)
def _render_cell(state: str, sign: str, words: str, entries: str, can: str) -> Markup:
    if state == "none":
        return Markup("<td></td>")
    classes = " ".join(f"ac-cell--{word}" for word in state.split()) + (f" ac-can--{can}" if can else "")
    # What stands behind the sign is told by the proof; without a script, by the browser.
    title = Markup(' title="{}"').format(entries) if entries else ""
    label = f"{words}: {entries}" if entries else words
    return Markup('<td class="ac-cell {}" aria-label="{}"{}>{}</td>').format(classes, label, title, sign)


def _call_macro(macro: Callable[..., Markup], *values: Any) -> Markup:
    return macro(*values)


class _Environment(jinja2.Environment):
    """Templates are given dictionaries: their keys come first, which is the quicker way too."""

    def getattr(self, obj: Any, attribute: str) -> Any:
        return obj[attribute] if type(obj) is dict and attribute in obj else super().getattr(obj, attribute)


class _TranslateConstants(InternationalizationExtension):
    """Translates ``{{ _("...") }}`` when a template is read, not on each page; other calls as ever."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        return _CALL.sub(self._translate, source)

    def _translate(self, match: re.Match[str]) -> str:
        text, text_with_values = match.groups()
        translation = self.environment.filters["say"](text or text_with_values)
        literal = json.dumps(translation, ensure_ascii=False)
        return f"{{{{ {literal}|safe" + ("|format(" if text_with_values else "")


# `{{ _("...")`, or the beginning of `{{ _("...", name=value)`.
_CALL = re.compile(r'\{\{ _\((?:"([^"\\%]+)"\)|"([^"\\]+)", (?=\w+=))')


@cache
def load_environment(custom: Path | None, language: str = "en") -> jinja2.Environment:
    """The templates: the site's own first, ours below ``_base/`` for those that extend them.

    In them ``_("...")`` and ``{% trans %}`` say our words in ``language``, ``say(...)`` a text that
    comes from the code, ``words_of("finder")`` those of a script. ``once(macro, ...)`` is what the macro
    gives, made once for the same values.
    """
    translations = load_translations(language)
    ours = jinja2.FileSystemLoader(PACKAGE)
    own = [jinja2.FileSystemLoader(custom)] if custom else []
    environment = _Environment(
        loader=jinja2.ChoiceLoader([*own, ours, jinja2.PrefixLoader({"_base": ours})]),
        autoescape=True,
        # Only the site's own may change while it is previewed.
        auto_reload=custom is not None,
        extensions=[_TranslateConstants],
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=False,
        bytecode_cache=CompiledTemplates(translations, __file__),
    )
    environment.install_gettext_callables(translations, translations.ngettext, newstyle=True)  # type: ignore[attr-defined]
    environment.globals["say"] = translations
    environment.globals["once"] = lru_cache(maxsize=4096)(_call_macro)
    translate = translations.translate_script
    environment.globals["words_of"] = cache(lambda script: translate(*SCRIPTS[f"{script}.js"]))
    # As a filter it is called without a detour through the context of a template.
    environment.filters["say"] = translations
    environment.filters["cells"] = render_cells
    environment.filters["ticks"] = format_backticks
    environment.filters["sentence_case"] = capitalize_sentence
    return environment


def render_page(
    page: Page,
    use_directory_urls: bool,
    templates: Path | None = None,
    path: str = "",
    translations: Translations = ENGLISH,
) -> Output:
    """``page`` as an output whose uri is below ``path``; what it holds is made when it is asked for.

    That raises ``jinja2.TemplateError`` for a broken template of the site's own.
    """
    href = make_linker(page.uri, use_directory_urls)

    def built() -> Body:
        context = page.context(href)
        template = load_environment(templates, translations.language).get_template(page.template)
        content = template.render(page=page, href=href, **context)
        content = content.replace('<div class="ac-page', f'<div id="{CONTENT_ID}" class="ac-page', 1)
        content += f'\n<script defer src="{href(CARDS)}"></script>\n'
        return Body(content, context.get("headings", ()))

    return Output(
        uri=f"{path}/{page.uri}" if path else page.uri,
        title=page.title,
        made=built,
        is_page=True,
        source=page.source,
        search=page.search,
        description=page.description,
        wide=page.wide,
        subject=page.subject,
    )


class CompiledTemplates(jinja2.BytecodeCache):
    """Keeps the package's own templates compiled, with the words of ``translations``, in the folder beside
    them where Python keeps its modules: to compile them takes longer than to build a small site. The filters
    that they call are in the file ``renderer``."""

    def __init__(self, translations: Translations, renderer: str) -> None:
        self.language = translations.language
        # What a filter makes of a constant stands in the compiled template: of our texts the translation.
        code = b"".join(Path(name).read_bytes() for name in (renderer, i18n.__file__, strings.__file__))
        stamp = f"{jinja2.__version__} {translations.digest} ".encode() + code
        self.stamp = hashlib.sha256(stamp).hexdigest()

    def get_source_checksum(self, source: str) -> str:
        return hashlib.sha256(f"{self.stamp}{source}".encode()).hexdigest()

    def get_cache_key(self, name: str, filename: str | None = None) -> str:
        """The file; empty for a template of the site's own."""
        if filename is None or Path(filename).parent != PACKAGE:
            return ""
        with suppress(NotImplementedError):
            return cache_from_source(str(PACKAGE / f"{name}-{self.language}.py"))
        return ""

    def load_bytecode(self, bucket: Bucket) -> None:
        with suppress(OSError):
            content = Path(bucket.key).read_bytes() if bucket.key else b""
            try:
                bucket.load_bytecode(io.BytesIO(content))
            except Exception:  # Whatever a damaged file is read as.
                bucket.reset()

    def dump_bytecode(self, bucket: Bucket) -> None:
        if not bucket.key or sys.dont_write_bytecode:
            return
        path = Path(bucket.key)
        part = path.with_name(f"{path.name}.{os.getpid()}")
        with suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True)
            part.write_bytes(bucket.bytecode_to_string())
            os.replace(part, path)
