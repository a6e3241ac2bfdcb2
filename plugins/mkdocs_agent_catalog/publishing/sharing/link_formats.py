"""A link in the syntax of those who receive it: Markdown, HTML and what wikis read.

Names are hostile: what could be markup becomes a character reference (or is escaped, where there are none),
so that each form is one link, with the text that was given. Sources of the syntaxes:

* Markdown: spec.commonmark.org 0.31, "Links", "Entity and numeric character references".
* Confluence: confluence.atlassian.com, "Confluence Storage Format" (links) and "Confluence Wiki Markup".
* MediaWiki: mediawiki.org, "Help:Links" (external links) and "Help:Formatting" (character references).
* reStructuredText: docutils.sourceforge.io, "Markup Specification" (embedded URIs, escaping mechanism).
* AsciiDoc: docs.asciidoctor.org, "Link macro" (troubleshooting) and "Replacements".
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from urllib.parse import quote

from ...text.i18n import mark_for_translation as _
from ...text.strings import strip_to_one_line

Form = Callable[[str, str], str]

# Without these no address needs an escape in any of the syntaxes; `__` and `~~` are markup of wikis.
_HAZARDS = re.compile(r"""[\s"'()*<>\[\]\\^`{|}+$!]|(?<=_)_|_$|(?<=~)~""")
_SIGNS = re.compile(r"[!-/:-@\[-`{-~]")
_IN_WORDS = "_/"


def format_link(text: str, address: str) -> list[tuple[str, str]]:
    """The link to ``address`` that is called ``text``, in each syntax: ``(name of the syntax, link)``."""
    word, target = strip_to_one_line(text) or address, escape_url(address)
    return [(name, form(word, target)) for name, form in FORMS.items()]


def escape_url(address: str) -> str:
    """``address`` without characters that are markup anywhere: each as ``%`` and its number."""
    return _HAZARDS.sub(lambda m: quote(m[0], safe="") if m[0] not in "_~" else f"%{ord(m[0]):02X}", address)


def format_markdown(text: str, address: str) -> str:
    return f"[{escape_to_references(text)}]({address})"


def link(text: str, address: str) -> str:
    """HTML, and the storage format of Confluence, which is XML."""
    return f'<a href="{html.escape(address)}">{html.escape(text)}</a>'


def format_images(images: list[tuple[str, str]], address: str) -> tuple[str, str]:
    """``images`` (alternative text and address) that lead to ``address``: as Markdown and as HTML."""
    target = escape_url(address)
    texts = [(strip_to_one_line(alt), escape_url(image)) for alt, image in images]
    markdowns = (f"[![{escape_to_references(alt)}]({image})]({target})" for alt, image in texts)
    tags = (f'<img src="{html.escape(image)}" alt="{html.escape(alt)}">' for alt, image in texts)
    return " ".join(markdowns), " ".join(f'<a href="{html.escape(target)}">{tag}</a>' for tag in tags)


def format_confluence(text: str, address: str) -> str:
    return f"[{escape_to_references(text)}|{address}]"


def format_mediawiki(text: str, address: str) -> str:
    return f"[{address} {escape_to_references(text)}]"


def format_rst(text: str, address: str) -> str:
    """A link without a name: two of the same text do not get into each other's way."""
    escaped = re.sub(r"([\\`<>*|_:])", r"\\\1", text)
    return f"`{escaped} <{address}>`__"


def format_asciidoc(text: str, address: str) -> str:
    """The address is passed through: it may hold signs that are markup in a text."""
    return f"link:++{address}++[{escape_to_references(text, '-')}]"


FORMS: dict[str, Form] = {
    "Markdown": format_markdown,
    "HTML": link,
    _("Confluence (storage format)"): link,
    _("Confluence, Jira (wiki markup)"): format_confluence,
    "MediaWiki": format_mediawiki,
    "reStructuredText": format_rst,
    "AsciiDoc": format_asciidoc,
}


def escape_to_references(text: str, alone: str = ".-") -> str:
    """``text`` with signs as numeric references, but for those that are no markup.

    Such are ``_`` and ``/`` within a word, and those of ``alone`` that have no other sign beside them.
    """

    def visible(match: re.Match[str]) -> str:
        sign, at = match[0], match.start()
        before, after = text[at - 1 : at], text[at + 1 : at + 2]
        within = before.isalnum() and after.isalnum()
        single = not _SIGNS.match(before) and not _SIGNS.match(after)
        is_match = (sign in _IN_WORDS and within) or (sign in alone and single)
        return sign if is_match else f"&#{ord(sign)};"

    return _SIGNS.sub(visible, text)
