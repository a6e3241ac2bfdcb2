"""Writes all files of a site, and removes files of an earlier build."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote
from xml.sax.saxutils import escape

from ...addresses.urls import make_page_path
from ...build import BuiltCatalog, Options
from ...model.output import Body, Output
from ...pages import assets
from ...pages.registry import list_nav_sections
from ...pages.render import CONTENT_ID
from ...text.i18n import load_translations
from ..errors import UsageError
from .frame import MISSING, SCRIPT, SEARCH_DATA, STYLES, PageFrame, build_search_data

# What tells that a folder holds a site of ours, all of which may be written anew.
SIGN = "catalog.json"


def write_site(built: BuiltCatalog, options: Options, folder: Path) -> int:
    """Writes the catalog as a whole site into ``folder``. Returns the number of its pages.

    Raises ``UsageError`` for a folder that holds something else, ``OSError`` where it cannot be written,
    and ``jinja2.TemplateError`` for a broken template of the site's own.
    """
    if folder.is_dir() and any(folder.iterdir()) and not (folder / options.where.uri(SIGN)).is_file():
        raise UsageError(f"`{folder}` holds files and no catalog: name a folder that is empty or new")
    written = set()
    for path, content in list_site_files(built, options):
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        data = content if isinstance(content, bytes) else content.encode("utf-8", "xmlcharrefreplace")
        target.write_bytes(data)
        written.add(target)
    for file in [path for path in folder.rglob("*") if path.is_file() and path not in written]:
        file.unlink()
    for below in sorted((path for path in folder.rglob("*") if path.is_dir()), reverse=True):
        if not any(below.iterdir()):
            below.rmdir()
    return sum(output.is_page for output in built.outputs)


def list_site_files(built: BuiltCatalog, options: Options) -> Iterator[tuple[str, str | bytes]]:
    """Path below the site's root and content of each file."""
    where = options.where
    pages = [output for output in built.outputs if output.is_page]
    frame = PageFrame(options, list_nav_sections(built.shared))
    for output in built.outputs:
        if output.is_page:
            yield get_file_path(output.uri, where.directory_urls), frame.render(output)
        else:
            yield output.uri, output.content
    yield where.uri(STYLES[0]), assets.build_standalone_stylesheet("frame")
    yield where.uri(STYLES[1]), assets.build_stylesheet()
    yield where.uri(SCRIPT), assets.build_script("site.js")
    yield where.uri(SEARCH_DATA), build_search_data(pages, options)
    yield MISSING, _render_missing_page(frame, options)
    if where.site_url:
        yield "sitemap.xml", _build_sitemap(pages, options)


def get_file_path(uri: str, directory_urls: bool) -> str:
    """The file of the page at ``uri``, as a web server looks for it."""
    path = make_page_path(uri, directory_urls)
    return f"{path}index.html" if path.endswith("/") or not path else path


def _render_missing_page(frame: PageFrame, options: Options) -> str:
    """The page for addresses where nothing is. A server shows it at any depth: its links need the site's own
    address, and are only right at the top where that is not known."""
    say = load_translations(options.language)
    title, text = say("Page not found"), say("There is no page at this address.")
    body = Body(
        f'<div id="{CONTENT_ID}" class="ac-page"><h1>{escape(title)}</h1>\n<p>{escape(text)}</p></div>'
    )
    return frame.render(Output("404.md", title, body, True), MISSING)


def _build_sitemap(pages: list[Output], options: Options) -> str:
    paths = (quote(make_page_path(page.uri, options.use_directory_urls), safe="/.~") for page in pages)
    lines = [f"<url><loc>{escape(options.site_url + path)}</loc></url>" for path in paths]
    head = '<?xml version="1.0" encoding="UTF-8"?>'
    name = "http://www.sitemaps.org/schemas/sitemap/0.9"
    return "\n".join([head, f'<urlset xmlns="{name}">', *lines, "</urlset>", ""])
