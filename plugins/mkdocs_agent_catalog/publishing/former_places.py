"""The catalog at the places where it was published before: a page leads on, data is there again.

Programs that read data follow no page that leads on, so each file is copied. What is only needed by pages
(scripts and styles) is not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

from ..addresses.former_places import list_former_addresses
from ..addresses.urls import SiteLocation, make_page_path
from ..model.output import Output
from ..pages.page import CatalogContext
from .redirects import get_output_path, make_redirect

_ASSETS = "assets/"


def list_former_outputs(
    shared: CatalogContext, outputs: Iterable[Output], heads: Mapping[str, Callable[[], str]]
) -> Iterator[Output]:
    """The files at former places that ``outputs`` (all that is published) do not have already."""
    where, outputs = shared.where, tuple(outputs)
    taken = {get_published_path(output, where) for output in outputs}
    for address, output in list_moved_outputs(shared, outputs):
        file = get_output_path(address) if output.is_page else address
        if file is None or file in taken:
            continue
        taken.add(file)
        if output.is_page:
            yield from make_redirect(shared, address, output.title, _get_inner_uri(output, where), "", heads)
        else:
            yield replace(output, uri=file)


def list_moved_outputs(shared: CatalogContext, outputs: Iterable[Output]) -> Iterator[tuple[str, Output]]:
    """Each former address below the site's root, and the page or file that was there."""
    where = shared.where
    for output in outputs if shared.former_places else ():
        uri = _get_inner_uri(output, where)
        is_ours = output.uri == where.uri(uri) and not uri.startswith(_ASSETS)
        # What else is HTML (cards, frames, pages that lead on) has links that hold only where it is.
        if is_ours and (output.is_page or not uri.endswith(".html")):
            for place in shared.former_places:
                for address in list_former_addresses(place, where, uri):
                    yield address, output


def get_published_path(output: Output, where: SiteLocation) -> str:
    """The file of the site that ``output`` becomes."""
    if not output.is_page:
        return output.uri
    path = make_page_path(output.uri, where.directory_urls)
    return get_output_path(path) or f"{path}index.html"


def _get_inner_uri(output: Output, where: SiteLocation) -> str:
    """The uri within the folder of the catalog."""
    return output.uri.removeprefix(f"{where.path}/") if where.path else output.uri
