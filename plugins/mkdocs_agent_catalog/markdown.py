"""Foreign Markdown to safe HTML: as GitHub would show it, with nothing in it that a browser runs.

The site's own Markdown extensions never see this text. Raw HTML shows as the text it is; what comes out
passes an allow-list.
"""

from __future__ import annotations

import html
import itertools
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

import comrak
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound

from .output import Heading
from .sanitizer import clean
from .text import slug, unique

# Stands for `<` while the parser runs: a line that begins with a tag would swallow the Markdown after it.
_LESS = "\uf8f0"
_TAG = re.compile(r"<(?<!\]\(<)(?!(?:https?|mailto|ftp):)(?=[A-Za-z/!?])")
_PRE = re.compile(r'(<pre><code(?: class="language-[^"]*")?>.*?</code></pre>)', re.S)
_PRE_PARTS = re.compile(r'<pre><code(?: class="language-([^"]*)")?>(.*)</code></pre>', re.S)
_HEADING = re.compile(r"<h([1-6])>(.*?)</h\1>", re.S)
_LINK = re.compile(r'<a href="([^"]*)"(?: title="([^"]*)")?>(.*?)</a>|<code>(.*?)</code>', re.S)
_IMAGE = re.compile(r'<img src="([^"]*)" alt="([^"]*)"(?: title="([^"]*)")? />')
_LINKED_IMAGE = re.compile(
    r'(<a href="[^"]*"(?: title="[^"]*")?>)((?:(?!</?a[ >]).)*?<img (?:(?!</?a[ >]).)*)</a>', re.S
)
_ALERT_TITLE = re.compile(r'(<p class="markdown-alert-title">)(Note|Tip|Important|Warning|Caution)(?=</p>)')
_ANY_TAG = re.compile(r"<[^>]*>")
_TABLE = re.compile("<table>")
_TASK = re.compile(r'<li><input type="checkbox"( checked="")? disabled="" />')
_DEEP = re.compile(r"[ \t]*+(?:>[ \t]*+|[-+*][ \t]++|\d{1,9}[.)][ \t]++){100}")
DEEPEST = 100
_DELIMITER = re.compile(r"(?m)^[ \t]*+[|:-][ \t|:-]*+$")
MOST_CELLS = 200_000
MOST_TILDES = 50_000
LARGEST_HIGHLIGHT = 50_000

Linker = Callable[[str], str | None]


@dataclass(frozen=True, slots=True)
class Rendered:
    """Safe HTML and the headings in it."""

    html: str
    headings: tuple[Heading, ...]


@cache
def _options() -> tuple[comrak.ExtensionOptions, comrak.RenderOptions]:
    extension, rendering = comrak.ExtensionOptions(), comrak.RenderOptions()
    for name in ("table", "strikethrough", "tasklist", "autolink"):
        setattr(extension, name, True)
    extension.alerts = True
    rendering.escape = True
    return extension, rendering


def render(text: str, prefix: str = "prompt-", top_level: int = 3, link: Linker | None = None) -> Rendered:
    """``text`` as HTML.

    Its highest heading becomes a ``top_level`` one; ids begin with ``prefix``; ``link`` is asked for the
    address of each inline code span. Text that nests without end is shown as it is.
    """
    if too_much(text):
        return Rendered(f"<pre><code>{html.escape(text)}</code></pre>", ())
    pieces = _PRE.split(_parse(text))
    headings = _headings(pieces[::2], prefix, top_level)
    anchors = {slug(heading.text): heading.id for heading in reversed(headings)}
    queue = iter(headings)
    tables = itertools.count(1)
    parts = [
        _code_block(part) if index % 2 else _numbered(_prose(part, anchors, queue, link), prefix, tables)
        for index, part in enumerate(pieces)
    ]
    return Rendered(clean("".join(parts)).replace(_LESS, "&lt;"), headings)


def too_much(text: str) -> bool:
    """Whether ``text`` nests without end, or has a table whose rows would be filled up to millions.

    Also one of so many tildes that the parser, which looks for the partner of each, would take minutes.
    """
    if text.count("~") > MOST_TILDES:
        return True
    lines = text.split("\n")
    if any(len(line) >= DEEPEST and _DEEP.match(line) for line in lines):
        return True
    widest = max((line.count("|") for line in _DELIMITER.findall(text)), default=0) if "|" in text else 0
    return widest * len(lines) > MOST_CELLS


def inline(text: str, link: Linker | None = None) -> str:
    """``text`` (a table's cell, a label) as safe inline HTML; several paragraphs become lines."""
    if not text.strip() or too_much(text):
        return html.escape(text)
    # A leading sign must not make a list or a heading of a cell.
    shown = _HEADING.sub(r"<p>\2</p>", _parse("\u2060" + text.strip()))
    parts = enumerate(_PRE.split(shown.replace("\u2060", "")))
    shown = "".join(_code_block(part) if n % 2 else _prose(part, {}, iter(()), link) for n, part in parts)
    shown = re.sub(r"</p>\s*<p>", "<br>", shown).strip()
    return clean(re.sub(r"</?p>", "", shown)).replace(_LESS, "&lt;")


def _parse(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\x00", "\ufffd").replace(_LESS, "\ufffd")
    extension, rendering = _options()
    out: str = comrak.render_markdown(
        _TAG.sub(_LESS, text), extension_options=extension, render_options=rendering
    )
    return out


def plain(fragment: str) -> str:
    """The text of an HTML fragment."""
    return html.unescape(_ANY_TAG.sub("", fragment)).replace(_LESS, "<").strip()


def _headings(prose: list[str], prefix: str, top_level: int) -> tuple[Heading, ...]:
    found = [(int(m[1]), m[2]) for part in prose for m in _HEADING.finditer(part)]
    if not found:
        return ()
    shift = top_level - min(level for level, _ in found)
    taken: dict[str, int] = {}
    out = []
    for level, content in found:
        words = re.sub(r"<img [^>]*alt=\"([^\"]*)\"[^>]*>", r"\1", content)
        id = unique(prefix + slug(plain(words)), taken, "_")
        out.append(Heading(min(level + shift, 6), id, plain(words)))
    return tuple(out)


def _prose(part: str, anchors: dict[str, str], queue: Iterator[Heading], link: Linker | None) -> str:
    if "markdown-alert" in part:
        # As the marker is written, so that the word is found by who looks for it.
        part = _ALERT_TITLE.sub(lambda m: m[1] + m[2].upper(), part)
    if "<img" in part:
        part = _LINKED_IMAGE.sub(lambda m: m[1] + _IMAGE.sub(_image_text, m[2]) + "</a>", part)
        part = _IMAGE.sub(_image, part)
    part = _LINK.sub(lambda match: _linked(match, anchors, link), part)
    if "<input" in part:
        part = _TASK.sub(_task, part)

    def heading(match: re.Match[str]) -> str:
        one = next(queue)
        return f'<h{one.level} id="{html.escape(one.id)}">{match[2]}</h{one.level}>'

    return _HEADING.sub(heading, part)


def _numbered(part: str, prefix: str, tables: Iterator[int]) -> str:
    """Each table in a region that scrolls; regions are landmarks, so each has a name of its own."""
    if "<table>" not in part:
        return part
    name = prefix.strip("-").capitalize()

    def opening(_: re.Match[str]) -> str:
        label = f"{name}, table {next(tables)}"
        return (
            f'<div class="ac-scroll" role="region" aria-label="{label}" tabindex="0"><table class="ac-table">'
        )

    return _TABLE.sub(opening, part).replace("</table>", "</table></div>")


def _task(match: re.Match[str]) -> str:
    state = ("done", ' checked=""') if match[1] else ("to do", "")
    return f'<li class="ac-task"><input type="checkbox" disabled="" aria-label="{state[0]}"{state[1]} />'


def _image(match: re.Match[str]) -> str:
    """An image is not loaded: a prompt must not call another host from a reader's browser."""
    return f'<a href="{match[1]}">{_image_text(match)}</a>'


def _image_text(match: re.Match[str]) -> str:
    return match[2] or match[3] or "image"


def _linked(match: re.Match[str], anchors: dict[str, str], link: Linker | None) -> str:
    if match[4] is not None:
        target = link(plain(match[4])) if link else None
        code = f"<code>{match[4]}</code>"
        return f'<a href="{html.escape(target)}">{code}</a>' if target else code
    url, label = html.unescape(match[1]).strip(), match[3]
    if re.match(r"(https?|mailto):", url, re.I):
        title = f' title="{match[2]}"' if match[2] else ""
        return f'<a href="{match[1]}"{title} rel="noopener noreferrer nofollow">{label}</a>'
    if url.startswith("#") and (found := anchors.get(slug(url[1:]))):
        return f'<a href="#{html.escape(found)}">{label}</a>'
    if link and (target := link(f"path:{url}")):
        return f'<a href="{html.escape(target)}">{label}</a>'
    # A path of the repository, or a scheme that is not followed: the words stay, the target is shown.
    return f'<span class="ac-unlinked" title="{html.escape(url[:300])}">{label}</span>'


def _code_block(part: str) -> str:
    match = _PRE_PARTS.fullmatch(part)
    if not match:
        return part
    code = html.unescape(match[2])
    language = html.unescape(match[1] or "").split(",")[0].strip()
    return f'<div class="highlight"><pre><code>{highlighted(code, language)}</code></pre></div>'


def highlighted(code: str, language: str) -> str:
    """``code`` as spans in the classes that the theme colours; escaped text for a language nobody knows."""
    shown = code.replace(_LESS, "<")
    if language and len(shown) <= LARGEST_HIGHLIGHT:
        lexer = _lexer(language.lower()[:40])
        if lexer is not None:
            out: str = highlight(shown, lexer, _formatter())
            return out
    return html.escape(shown)


@cache
def _formatter() -> HtmlFormatter[str]:
    # Made once: it works out a style sheet that nobody here asks for.
    return HtmlFormatter(nowrap=True)


@cache
def _lexer(language: str) -> Lexer | None:
    try:
        return get_lexer_by_name(language, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return None
