"""The frame around a page of such a site: head, header with search, navigation, table of contents."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from ...addresses.urls import Href, make_linker_at, make_page_path
from ...build import Options
from ...model.output import Output
from ...pages.assets import SITE_SCRIPT
from ...pages.home import HOME
from ...pages.registry import NavSection, find_nav_uri
from ...pages.render import load_environment
from ...text.i18n import load_translations

STYLES = ("assets/frame.css", "assets/agent-catalog.css")
SCRIPT, SEARCH_DATA = f"assets/{SITE_SCRIPT}", "assets/search-data.js"
MISSING = "404.html"


@dataclass(frozen=True, slots=True)
class PageFrame:
    """What all pages of a site have around them."""

    options: Options
    sections: tuple[NavSection, ...]

    def render(self, output: Output, address: str | None = None) -> str:
        """The whole HTML of the page ``output``. Its links lead on from ``address``: where it is not given,
        from the page's own."""
        where = self.options.where
        here = make_page_path(output.uri, where.directory_urls) if address is None else address
        href = make_linker_at(here, where.directory_urls)
        body = output.body
        return (
            load_environment(self.options.custom_templates, self.options.language)
            .get_template("frame.html.jinja")
            .render(
                title=output.title,
                description=output.description,
                lang=self.options.language,
                site_name=where.site_name,
                canonical=where.site_url + here if where.site_url else "",
                head=Markup(output.head),
                styles=[href(where.uri(style)) for style in STYLES],
                script=href(where.uri(SCRIPT)),
                data=href(where.uri(SEARCH_DATA)),
                root=href(MISSING).removesuffix(MISSING),
                home=href(where.uri(HOME)),
                sections=self._build_sections(output.uri, href),
                headings=[heading for heading in body.headings if heading.level > 1],
                body=Markup(body.html),
                wide=output.wide,
            )
        )

    def _build_sections(self, here: str, href: Href) -> list[dict[str, Any]]:
        """The navigation: its sections, each with its pages. The one that ``here`` belongs to is marked."""
        where = self.options.where
        inner = here.removeprefix(where.uri(""))
        current = find_nav_uri(inner, {page.uri for section in self.sections for page in section.pages})
        return [
            {
                "title": section.title,
                "pages": [
                    {
                        "title": page.title,
                        "href": href(where.uri(page.uri)),
                        "is_here": page.uri == current,
                        "is_exact": page.uri == inner,
                    }
                    for page in section.pages
                ],
            }
            for section in self.sections
        ]


def build_search_data(outputs: Iterable[Output], options: Options) -> str:
    """A script with what the search knows of each page: address, kind, title, text, other words, weight."""
    say, rows = load_translations(options.language), []
    for output in outputs:
        kind = say(output.subject[0].capitalize()) if output.subject else ""
        address = make_page_path(output.uri, options.use_directory_urls)
        for entry in output.search:
            target = f"{address}#{entry.anchor}" if entry.anchor else address
            rows.append([target, kind, entry.title, entry.text, entry.words, round(entry.boost, 2)])
    return f"window.acSearchData = {json.dumps(rows, ensure_ascii=False, separators=(',', ':'))};\n"
