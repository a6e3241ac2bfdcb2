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

from ...text.i18n import marked as _
from ...text.strings import one_line

Form = Callable[[str, str], str]

# Without these no address needs an escape in any of the syntaxes; `__` and `~~` are markup of wikis.
_HAZARDS = re.compile(r"""[\s"'()*<>\[\]\\^`{|}+$!]|(?<=_)_|_$|(?<=~)~""")
_SIGNS = re.compile(r"[!-/:-@\[-`{-~]")
_IN_WORDS = "_/"


def forms(text: str, address: str) -> list[tuple[str, str]]:
    """The link to ``address`` that is called ``text``, in each syntax: ``(name of the syntax, link)``."""
    shown, target = one_line(text) or address, plain(address)
    return [(name, form(shown, target)) for name, form in FORMS.items()]


def plain(address: str) -> str:
    """``address`` without characters that are markup anywhere: each as ``%`` and its number."""
    return _HAZARDS.sub(lambda m: quote(m[0], safe="") if m[0] not in "_~" else f"%{ord(m[0]):02X}", address)


def markdown(text: str, address: str) -> str:
    return f"[{referenced(text)}]({address})"


def link(text: str, address: str) -> str:
    """HTML, and the storage format of Confluence, which is XML."""
    return f'<a href="{html.escape(address)}">{html.escape(text)}</a>'


def pictures(images: list[tuple[str, str]], address: str) -> tuple[str, str]:
    """``images`` (alternative text and address) that lead to ``address``: as Markdown and as HTML."""
    target = plain(address)
    shown = [(one_line(alt), plain(image)) for alt, image in images]
    markdowns = (f"[![{referenced(alt)}]({image})]({target})" for alt, image in shown)
    tags = (f'<img src="{html.escape(image)}" alt="{html.escape(alt)}">' for alt, image in shown)
    return " ".join(markdowns), " ".join(f'<a href="{html.escape(target)}">{tag}</a>' for tag in tags)


def atlassian(text: str, address: str) -> str:
    return f"[{referenced(text)}|{address}]"


def mediawiki(text: str, address: str) -> str:
    return f"[{address} {referenced(text)}]"


def restructured(text: str, address: str) -> str:
    """A link without a name: two of the same text do not get into each other's way."""
    escaped = re.sub(r"([\\`<>*|_:])", r"\\\1", text)
    return f"`{escaped} <{address}>`__"


def asciidoc(text: str, address: str) -> str:
    """The address is passed through: it may hold signs that are markup in a text."""
    return f"link:++{address}++[{referenced(text, '-')}]"


FORMS: dict[str, Form] = {
    "Markdown": markdown,
    "HTML": link,
    _("Confluence (storage format)"): link,
    _("Confluence, Jira (wiki markup)"): atlassian,
    "MediaWiki": mediawiki,
    "reStructuredText": restructured,
    "AsciiDoc": asciidoc,
}


def referenced(text: str, alone: str = ".-") -> str:
    """``text`` with signs as numeric references, but for those that are no markup.

    Such are ``_`` and ``/`` within a word, and those of ``alone`` that have no other sign beside them.
    """

    def shown(match: re.Match[str]) -> str:
        sign, at = match[0], match.start()
        before, after = text[at - 1 : at], text[at + 1 : at + 2]
        within = before.isalnum() and after.isalnum()
        single = not _SIGNS.match(before) and not _SIGNS.match(after)
        kept = (sign in _IN_WORDS and within) or (sign in alone and single)
        return sign if kept else f"&#{ord(sign)};"

    return _SIGNS.sub(shown, text)
