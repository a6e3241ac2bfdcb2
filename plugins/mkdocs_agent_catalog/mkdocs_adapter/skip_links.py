"""Skip links past the navigation: the first stops of the keyboard on a page of the catalog.

Material has such a link on pages with a table of contents, and it leads past the title too. Other themes have
none.
"""

from __future__ import annotations

import re

from ..pages.render import CONTENT_ID
from ..text.i18n import load_translations

_THEME_LINK = re.compile(r'(<a href=")[^"]*("\s+class="md-skip">[^<]*</a>)')
_PLACE = re.compile(r'<div data-md-component="skip">|<body\b[^>]*>')


def add_skip_links(page: str, language: str) -> str:
    """``page`` with a link to what the catalog says on it, and one to its filter, which a script shows."""
    head, mark, rest = page.partition(f' id="{CONTENT_ID}"')
    if not mark:
        return page
    say = load_translations(language)
    to_filter = f'<a class="ac-skip" href="#{CONTENT_ID}" data-ac-box hidden>{say("Skip to the filter")}</a>'
    if _THEME_LINK.search(head):
        head = _THEME_LINK.sub(rf"\g<1>#{CONTENT_ID}\g<2>{to_filter}", head, count=1)
    elif places := list(_PLACE.finditer(head)):
        # Material exchanges what its own element holds when it loads a page without leaving the old one.
        place = places[-1].end()
        to_content = f'<a class="ac-skip" href="#{CONTENT_ID}">{say("Skip to the content")}</a>'
        head = head[:place] + to_content + to_filter + head[place:]
    return head + mark + rest
