"""HTML of foreign text: what is on the list stays, everything else goes.

Nearly all of it is made of a few tags that Markdown has, each in one spelling. Such HTML is read once, sign
by sign and tag by tag, and passes as it is; anything else goes through the sanitizer, which parses it and
writes it anew. What passes is what the sanitizer would write, which the tests compare.
"""

from __future__ import annotations

import re
from functools import cache

import nh3

_HEADINGS = {f"h{level}" for level in range(1, 7)}
_WORDS = {"a", "br", "code", "del", "em", "s", "span", "strong"}
_BLOCKS = {"blockquote", "div", "hr", "input", "li", "ol", "p", "pre", "ul"}
_TABLE = {"table", "tbody", "td", "th", "thead", "tr"}
ATTRIBUTES = {
    "a": {"href", "title", "rel", "class"},
    "code": {"class"},
    "div": {"class", "tabindex", "role", "aria-label"},
    "input": {"type", "checked", "disabled", "aria-label"},
    "li": {"class"},
    "ol": {"start"},
    "p": {"class"},
    "pre": {"class"},
    "span": {"class", "title"},
    "table": {"class"},
    "td": {"align"},
    "th": {"align"},
    **{heading: {"id"} for heading in _HEADINGS},
}
# No address but one that every browser and parser reads alike: below this site, or a plain host's name.
_HOST = r"https?://(?:[A-Za-z0-9]++(?:-[A-Za-z0-9]++)*+\.)++[A-Za-z]{2,20}+(?=[/?#\"])"
_ADDRESS = rf"(?:{_HOST}|\.\./|#)[\w/.:#?=%~+,;-]*+"
_LABEL = r"[^<>&\"\xa0]*+"
# Neither what HTML reads as something else (U+0000, U+000D, U+FEFF) nor what is written as an entity.
_TEXT = r"[^<>&\0\r\ufeff\xa0]++|&(?:amp|lt|gt|quot|#39|#x27);"
_KNOWN = re.compile(
    # Most tags are those of code in colours: each is read with its end.
    rf"(?:{_TEXT}"
    rf'|<span class="[\w -]*+"(?: title="{_LABEL}")?+>(?:{_TEXT}|<code>(?:{_TEXT})*+</code>)*+</span>'
    r"|</?(?:li|ul|p|strong|em|del|ol|pre|code|div|blockquote|table|thead|tbody|tr|th|td|h[1-6]|a)>"
    r'|<(?:div|p|li|table) class="[\w -]*+">|<h[1-6] id="[\w-]*+">'
    rf'|<a href="{_ADDRESS}"(?: rel="[a-z ]*+")?>|<t[hd] align="[a-z]++">|<ol start="\d++">|<[bh]r(?: /)?>'
    rf'|<div class="[\w -]*+" role="region" aria-label="{_LABEL}" tabindex="0">'
    rf'|<input type="checkbox" disabled="" aria-label="{_LABEL}"(?: checked="")? />)*+'
)
_PAIRED = re.compile(r"</?(?!span|br|hr|input)[a-z]++[1-6]?+")
_OPENING = {f"</{name}": f"<{name}" for name in _HEADINGS | _WORDS | _BLOCKS | _TABLE}
_SPELLED = (("&quot;", '"'), ("&#39;", "'"), ("&#x27;", "'"), (" />", ">"))


@cache
def _cleaner() -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=_HEADINGS | _WORDS | _BLOCKS | _TABLE,
        attributes=ATTRIBUTES,
        url_schemes={"http", "https", "mailto"},
        link_rel=None,
        strip_comments=True,
    )


def clean(html: str) -> str:
    """``html`` without anything that is not on the list. Never raises."""
    if _KNOWN.fullmatch(html) and _nested(html):
        for long, short in _SPELLED:
            html = html.replace(long, short)
        return html
    return parsed(html)


def parsed(html: str) -> str:
    """The same by way of the sanitizer, whatever ``html`` is made of."""
    return _cleaner().clean(html)


def _nested(html: str) -> bool:
    """Whether each tag is closed within the one that holds it, so that nothing ends what is around it."""
    outside: list[str] = []
    for tag in _PAIRED.findall(html):
        opening = _OPENING.get(tag)
        if opening is None:
            outside.append(tag)
        elif not outside or outside.pop() != opening:
            return False
    return not outside
