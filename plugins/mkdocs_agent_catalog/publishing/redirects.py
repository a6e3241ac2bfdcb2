"""Pages that lead on: one at each address that the lock file remembers and that has no page now.

Each is a small page of its own: instant with and without scripts, with the address as a link for those whom
nothing leads on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from jinja2 import Template
from markupsafe import Markup

from ..addresses import urls
from ..addresses.urls import Where
from ..model.output import Output
from ..pages.registry import Shared, published_at, tombstones
from ..pages.render import environment

SCRIPT, STYLE = "assets/stub.js", "assets/stub.css"


def stubs(shared: Shared, where: Where, heads: Mapping[str, Callable[[], str]]) -> Iterator[Output]:
    """A page for each address that leads to another page, shown by others as that one is (``heads``)."""
    graves = tombstones(shared)
    template = environment(shared.templates, shared.say.tag).get_template("stub.html.jinja")
    for one in shared.catalog.ledger.now.entries:
        uri, anchor = published_at(one, graves)
        page = urls.url(where.uri(uri), where.directory_urls)
        for address in one.addresses:
            file = file_of(address)
            if file is None or address == page:
                continue
            href = urls.href_at(address, where.directory_urls)
            context = {
                "title": one.name,
                "lang": shared.say.tag,
                "href": href(where.uri(uri), anchor),
                "shown": where.absolute(uri, anchor),
                "script": href(where.uri(SCRIPT)),
                "style": href(where.uri(STYLE)),
                "gone": one.gone is not None,
            }
            head = heads.get(where.uri(uri), str)
            yield Output(file, one.name, partial(_stub, template, context, head), False)


def _stub(template: Template, context: dict[str, Any], head: Callable[[], str]) -> str:
    return template.render(head=Markup(head()), **context)


def file_of(address: str) -> str | None:
    """The file that a web server gives for ``address``; ``None`` for what is no page."""
    if address.endswith("/"):
        return f"{address}index.html"
    return address if address.endswith(".html") else None
