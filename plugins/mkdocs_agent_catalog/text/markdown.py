"""Converts untrusted Markdown to safe HTML, as GitHub shows it, with nothing that a browser would run.

The site's own Markdown extensions never see this text. The parser gives events, such as "a link begins";
they are walked once and written as HTML. Raw HTML is shown as text. The result passes an allow-list.
"""

from __future__ import annotations

import html
import itertools
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import pyromark

from ..model.output import Heading
from .i18n import ENGLISH, Translations
from .i18n import mark_for_translation as _
from .sanitizer import sanitize
from .strings import make_slug, make_unique

# How a table in a text is called, by what the text is.
_TABLES = {
    "prompt": _("Prompt, table {n}"),
    "skill": _("Skill, table {n}"),
    "description": _("Description, table {n}"),
}
# Stands for `<` while the parser runs: a line that begins with a tag would swallow the Markdown after it.
_LESS = "\uf8f0"
_TAG = re.compile(r"<(?<!\]\(<)(?!(?:https?|mailto|ftp):)(?=[A-Za-z/!?])")
_DEEP = re.compile(r"[ \t]*+(?:>[ \t]*+|[-+*][ \t]++|\d{1,9}[.)][ \t]++){100}")
DEEPEST = 100
_DELIMITER = re.compile(r"(?m)^[ \t]*+[|:-][ \t|:-]*+$")
MOST_CELLS = 200_000
MOST_TILDES = 50_000
LARGEST_HIGHLIGHT = 50_000

_OPTIONS = (
    pyromark.Options.ENABLE_TABLES
    | pyromark.Options.ENABLE_STRIKETHROUGH
    | pyromark.Options.ENABLE_TASKLISTS
    | pyromark.Options.ENABLE_GFM
)
# An address without brackets, as GitHub links it: a web address or an e-mail's.
_DOMAIN = r"[A-Za-z0-9_-]++(?:\.[A-Za-z0-9_-]++)++"
_ADDRESS = re.compile(
    rf"(?<![\w/.+-])(?:(?P<web>(?:https?://|www\.){_DOMAIN}[^\s<]*+)|(?P<mail>[\w.+-]{{1,64}}+@{_DOMAIN}(?<=[A-Za-z])))"
)
_AFTER_ADDRESS = "?!.,:*_~'\";"
_BREAKS = {"SoftBreak": "\n", "HardBreak": "<br>\n", "Rule": "<hr>\n"}
# What begins a tag that has nothing to say but its name, and what ends it. Each but those in a line of text
# stands on lines of its own.
_INLINE_STARTS = {"Emphasis": "<em>", "Strong": "<strong>", "Strikethrough": "<del>"}
_BLOCK_STARTS = {"Paragraph": "<p>", "Item": "<li>"}
_ENDS = {
    "Emphasis": "</em>",
    "Strong": "</strong>",
    "Strikethrough": "</del>",
    "Paragraph": "</p>\n",
    "Item": "</li>\n",
    "TableRow": "</tr>\n",
}
# After one of these a block needs no new line.
_LINE_BEGINS = ("\n", "<li>", '<li class="ac-task">')
# A line of words and commas: Markdown has nothing to say about it.
_PLAIN = re.compile(r"[A-Za-z][A-Za-z ,;()']*+[.]?")

# Those above it are the page's own.
TOP_LEVEL = 3

Linker = Callable[[str], str | None]
Event = Any
"""A name, or a dictionary with one key, the kind of the event."""


@dataclass(frozen=True, slots=True)
class RenderedBody:
    """Safe HTML and the headings in it."""

    html: str
    headings: tuple[Heading, ...]


def render_body(
    text: str,
    prefix: str = "prompt-",
    link: Linker | None = None,
    highlight_code: bool = True,
    language: Translations = ENGLISH,
) -> RenderedBody:
    """``text`` as HTML.

    Its highest heading becomes one of level 3; ids begin with ``prefix``; ``link`` is asked for the
    address of each inline code span; ``highlight_code`` says whether code blocks are coloured; labels are in
    ``language``. Text that nests without end is shown as it is.
    """
    if exceeds_limits(text):
        return RenderedBody(f"<pre><code>{html.escape(text)}</code></pre>", ())
    events = _parse(text)
    headings = _find_headings(events, prefix)
    writer = _Writer(link, headings, _TABLES.get(prefix.strip("-"), _("Table {n}")), highlight_code, language)
    return RenderedBody(sanitize(writer.write(events)), headings)


def render_inline(text: str, link: Linker | None = None) -> str:
    """``text`` (a table's cell, a label) as safe inline HTML; several paragraphs become lines."""
    if not text.strip() or _PLAIN.fullmatch(text) or exceeds_limits(text):
        return html.escape(text)
    # A leading sign must not make a list or a heading of a cell.
    name = _Writer(link).write(_parse("\u2060" + text.strip())).replace("\u2060", "")
    name = name.replace("</p>\n<p>", "<br>").replace("<p>", "").replace("</p>", "")
    return sanitize(name.strip())


def exceeds_limits(text: str) -> bool:
    """Whether ``text`` nests without end, or has a table whose rows would be filled up to millions.

    Also one of so many tildes that a parser, which looks for the partner of each, could take minutes.
    """
    if text.count("~") > MOST_TILDES:
        return True
    lines = text.split("\n")
    if any(len(line) >= DEEPEST and _DEEP.match(line) for line in lines):
        return True
    widest = max((line.count("|") for line in _DELIMITER.findall(text)), default=0) if "|" in text else 0
    return widest * len(lines) > MOST_CELLS


def _parse(text: str) -> list[Event]:
    """The parser's events: a name, or a dictionary with one key, the kind of the event."""
    text = text.replace("\r\n", "\n").replace("\x00", "\ufffd").replace(_LESS, "\ufffd")
    return list(pyromark.events(_TAG.sub(_LESS, text), options=_OPTIONS))


def _unmask(text: str) -> str:
    return text.replace(_LESS, "<")


def _escape(text: str) -> str:
    return html.escape(_unmask(text))


def _escape_text(text: str) -> str:
    """``text`` for a place where quotes mean nothing."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace(_LESS, "&lt;")


def _find_headings(events: list[Event], prefix: str) -> tuple[Heading, ...]:
    """The headings among ``events``, with the levels and the ids that they get on the page."""
    levels: list[int] = []
    texts: list[str] = []
    for number, event in enumerate(events):
        if type(event) is dict and type(tag := event.get("Start")) is dict and "Heading" in tag:
            levels.append(int(tag["Heading"]["level"][1:]))
            texts.append(_unmask(_read_heading_text(events, number + 1)))
    shift = TOP_LEVEL - min(levels, default=1)
    taken: dict[str, int] = {}
    return tuple(
        Heading(
            min(level + shift, 6), make_unique(prefix + make_slug(text.strip()), taken, "_"), text.strip()
        )
        for level, text in zip(levels, texts, strict=True)
    )


def _read_heading_text(events: list[Event], begin: int) -> str:
    """The text of the heading whose events begin at the index ``begin``."""
    text = ""
    for event in itertools.islice(events, begin, None):
        if type(event) is dict:
            ((kind, value),) = event.items()
            if kind in ("Text", "Code", "InlineHtml"):
                text += value
            elif kind == "End" and type(value) is dict and "Heading" in value:
                break
        elif event == "SoftBreak":
            text += "\n"
    return text


class _Writer:
    """Writes events as HTML. Without ``headings`` a heading is written as a paragraph."""

    def __init__(
        self,
        link: Linker | None,
        headings: tuple[Heading, ...] | None = None,
        table: str = "",
        highlight_code: bool = True,
        language: Translations = ENGLISH,
    ) -> None:
        self.say = language
        self.link = link
        self.highlight_code = highlight_code
        self.headings = None if headings is None else iter(headings)
        self.anchors = {make_slug(heading.text): heading.id for heading in reversed(headings or ())}
        self.table = table
        self.table_numbers = itertools.count(1)
        self.parts: list[str] = []
        self.closing: list[str] = []
        """The end tags of the open headings, links and quotes, the innermost last."""
        self.links_open = 0
        self.item = 0
        """Where in ``parts`` the last list item begins."""
        self.alignments: tuple[str, ...] = ()
        self.cell, self.column = "td", 0
        self.code: list[str] | None = None
        """The text of the code block that is being read."""
        self.language = ""
        self.images: list[tuple[str, str]] = []
        """The addresses and titles of the open images."""
        self.image_text = ""

    def write(self, events: list[Event]) -> str:
        """``events`` as HTML."""
        append = self.parts.append
        for event in events:
            value: Any
            if type(event) is str:
                kind, value = event, ""
            else:
                ((kind, value),) = event.items()
            if self.images:
                self._write_within_image(kind, value)
            elif kind == "Text":
                if self.code is not None:
                    self.code.append(value)
                elif self.links_open or not ("://" in value or "www." in value or "@" in value):
                    append(_escape_text(value))
                else:
                    self._write_linked_text(_unmask(value))
            elif kind == "Start":
                if value in _BLOCK_STARTS if type(value) is str else False:
                    self._start_line()
                    if value == "Item":
                        self.item = len(self.parts)
                    append(_BLOCK_STARTS[value])
                else:
                    self._start(value)
            elif kind == "End":
                if value in _ENDS if type(value) is str else False:
                    append(_ENDS[value])
                else:
                    self._write_end(value)
            elif kind == "Code":
                self._write_inline_code(_unmask(value))
            elif kind == "TaskListMarker":
                self._write_task(value)
            elif kind in _BREAKS:
                if kind == "Rule":
                    self._start_line()
                append(_BREAKS[kind])
            else:
                # Raw HTML is shown as the text that it is.
                append(_escape_text(value))
        return "".join(self.parts)

    def _write_within_image(self, kind: str, value: Any) -> None:
        """Of an image only the text is read that stands for it."""
        if kind in ("Start", "End"):
            name, details = (value, None) if type(value) is str else next(iter(value.items()))
            if name == "Image" and kind == "Start":
                self._start_link_or_image(name, details)
            elif name == "Image":
                self._close_image()
        else:
            self.image_text += _unmask(value) if kind in ("Text", "Code", "InlineHtml") else " "

    def _start(self, tag: Any) -> None:
        name, details = (tag, None) if type(tag) is str else next(iter(tag.items()))
        if name in _INLINE_STARTS:
            self.parts.append(_INLINE_STARTS[name])
        elif name in ("Link", "Image"):
            self._start_link_or_image(name, details)
        elif name == "TableCell":
            alignment = self.alignments[self.column] if self.column < len(self.alignments) else "None"
            self.column += 1
            self.parts.append(f"<{self.cell}>" if alignment == "None" else self._align_cell(alignment))
        else:
            self._start_line()
            self._start_block(name, details)

    def _start_link_or_image(self, name: str, details: Any) -> None:
        address = details["dest_url"]
        if details["link_type"] == "Email":
            address = f"mailto:{address}"
        if name == "Link":
            self._open_link(address, details["title"])
        else:
            self.images.append((address, details["title"]))

    def _align_cell(self, alignment: str) -> str:
        return f'<{self.cell} align="{alignment.lower()}">'

    def _start_block(self, name: str, details: Any) -> None:
        if name == "TableRow":
            self.column = 0
            self.parts.append("<tr>")
        elif name == "Heading":
            heading = next(self.headings) if self.headings else None
            tag = f"h{heading.level}" if heading else "p"
            self.parts.append(f'<{tag} id="{html.escape(heading.id)}">' if heading else "<p>")
            self.closing.append(f"</{tag}>\n")
        elif name == "List":
            start = f' start="{details}"' if details is not None and details != 1 else ""
            self.parts.append("<ul>\n" if details is None else f"<ol{start}>\n")
        elif name == "CodeBlock":
            self.code = []
            words = (details["Fenced"] if isinstance(details, dict) else "").split()
            self.language = words[0].split(",")[0] if words else ""
        elif name == "BlockQuote":
            self._start_quote(details)
        elif name == "Table":
            self.alignments = details
            self.parts.append(self._open_table())
        elif name == "TableHead":
            self.cell, self.column = "th", 0
            self.parts.append("<thead>\n<tr>\n")

    def _start_quote(self, alert: str | None) -> None:
        self.parts.append("<blockquote>\n")
        self.closing.append("</blockquote>\n")
        if alert:
            # The title is written as in the source, so that a search for that word finds it.
            self.parts[-1] = (
                f'<div class="markdown-alert markdown-alert-{alert.lower()}">\n'
                f'<p class="markdown-alert-title">{alert.upper()}</p>\n'
            )
            self.closing[-1] = "</div>\n"

    def _open_table(self) -> str:
        """A region that scrolls. Regions are landmarks, so each has a name of its own."""
        if self.headings is None:
            return "<table>\n"
        label = html.escape(self.say(self.table).format(n=next(self.table_numbers)))
        return (
            f'<div class="ac-scroll" role="region" aria-label="{label}" tabindex="0">'
            '<table class="ac-table">\n'
        )

    def _write_end(self, tag: Any) -> None:
        name, details = (tag, None) if type(tag) is str else next(iter(tag.items()))
        if name == "TableCell":
            self.parts.append(f"</{self.cell}>\n")
        elif name in ("Heading", "BlockQuote"):
            self.parts.append(self.closing.pop())
        elif name == "Link":
            self._close_link()
        elif name == "List":
            self.parts.append("</ol>\n" if details else "</ul>\n")
        elif name == "CodeBlock":
            self._close_code_block()
        elif name == "TableHead":
            self.cell = "td"
            self.parts.append("</tr>\n</thead>\n<tbody>\n")
        elif name == "Table":
            if self.parts[-1].endswith("<tbody>\n"):
                self.parts[-1] = self.parts[-1].removesuffix("<tbody>\n")
            else:
                self.parts.append("</tbody>\n")
            self.parts.append("</table>\n" if self.headings is None else "</table></div>\n")

    def _start_line(self) -> None:
        if self.parts and not self.parts[-1].endswith(_LINE_BEGINS):
            self.parts.append("\n")

    def _write_linked_text(self, text: str) -> None:
        """``text`` whose bare addresses are links."""
        begin = 0
        for match in _ADDRESS.finditer(text):
            address = match[0]
            # A closing bracket belongs to the address only if it opens there.
            while address[-1] in _AFTER_ADDRESS or (
                address[-1] == ")" and address.count(")") > address.count("(")
            ):
                address = address[:-1]
            scheme = "mailto:" if match["mail"] else "http://" if address.startswith("www.") else ""
            self.parts.append(html.escape(text[begin : match.start()]))
            self._open_link(scheme + address, "")
            self.parts.append(html.escape(address))
            self._close_link()
            begin = match.start() + len(address)
        self.parts.append(html.escape(text[begin:]))

    def _write_inline_code(self, code: str) -> None:
        target = self.link(code.strip()) if self.link and not self.links_open else None
        text = f"<code>{_escape_text(code)}</code>"
        self.parts.append(f'<a href="{html.escape(target)}">{text}</a>' if target else text)

    def _write_task(self, done: bool) -> None:
        self.parts[self.item] = '<li class="ac-task">'
        label, checked = (_("done"), ' checked=""') if done else (_("to do"), "")
        self.parts.append(f'<input type="checkbox" disabled="" aria-label="{self.say(label)}"{checked}> ')

    def _open_link(self, address: str, title: str) -> None:
        self.links_open += 1
        opening, closing = self._link_tags(_unmask(address).strip(), title)
        self.parts.append(opening)
        self.closing.append(closing)

    def _close_link(self) -> None:
        self.links_open -= 1
        self.parts.append(self.closing.pop())

    def _link_tags(self, address: str, title: str) -> tuple[str, str]:
        if re.match(r"(https?|mailto):", address, re.I):
            text = f' title="{_escape(title)}"' if title else ""
            return f'<a href="{html.escape(address)}"{text} rel="noopener noreferrer nofollow">', "</a>"
        if address.startswith("#") and (anchor := self.anchors.get(make_slug(address[1:]))):
            return f'<a href="#{html.escape(anchor)}">', "</a>"
        if self.link and (target := self.link(f"path:{address}")):
            return f'<a href="{html.escape(target)}">', "</a>"
        # A path of the repository, or a scheme that is not followed: the words stay, the target is shown.
        return f'<span class="ac-unlinked" title="{html.escape(address[:300])}">', "</span>"

    def _close_image(self) -> None:
        """An image is not loaded: a prompt must not call another host from a reader's browser."""
        address, title = self.images.pop()
        if self.images:
            return
        text = html.escape(self.image_text or _unmask(title) or "image")
        self.image_text = ""
        if self.links_open:
            self.parts.append(text)
        else:
            self._open_link(address, "")
            self.parts.append(text)
            self._close_link()

    def _close_code_block(self) -> None:
        text = _unmask("".join(self.code or ()))
        code = highlight_code(text, self.language) if self.highlight_code else _escape_text(text)
        self.code = None
        self.parts.append(f'<div class="highlight"><pre><code>{code}</code></pre></div>\n')


def highlight_code(code: str, language: str) -> str:
    """``code`` as spans in the classes that the theme colours; escaped text for a language nobody knows."""
    if language and len(code) <= LARGEST_HIGHLIGHT and (lexer := _find_lexer(language.lower()[:40])):
        import pygments

        out: str = pygments.highlight(code, lexer, _make_formatter())
        return out
    return html.escape(code)


# Pygments is imported where a site has its code coloured: many do not.
@cache
def _make_formatter() -> Any:
    from pygments.formatters import HtmlFormatter

    # Made once: it works out a style sheet that nobody here asks for.
    return HtmlFormatter(nowrap=True)


@cache
def _find_lexer(language: str) -> Any:
    """The lexer of ``language``; ``None`` if there is none."""
    from pygments.lexers import get_lexer_by_name
    from pygments.util import ClassNotFound

    try:
        return get_lexer_by_name(language, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return None
