"""Files of a preview that are written only when a browser requests them.

Nobody looks at thousands of pages after each edit. A build only notes the files of the catalog. The wrapper
around the app of MkDocs' server writes a file when it is requested for the first time.
"""

from __future__ import annotations

import os
import posixpath
import threading
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

import click
from markupsafe import Markup

from ..text.i18n import Translations
from .log_findings import describe_error, log

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    from mkdocs.livereload import LiveReloadServer

_ERROR_PAGE = Markup(
    '<!doctype html>\n<html lang="{}">\n<meta charset="utf-8">\n'
    '<meta name="color-scheme" content="light dark">\n<title>{}</title>\n'
    "<body>\n<h1>{}</h1>\n<pre>{}</pre>\n</body>\n</html>\n"
)
Write = Callable[[], object]


class OnDemandFiles:
    """What is not written yet, by address. Requests run in threads of their own."""

    def __init__(self) -> None:
        # Without live reload MkDocs never tells us of its server: then everything is written at once.
        self.is_served = _has_live_reload()
        self._lock = threading.Lock()
        self._pending: dict[str, Write] = {}
        self._requested: list[str] = []
        self._site_dir = ""
        self._words: Translations | None = None

    def start_build(self) -> None:
        """Waits for the file that is being written. After that, nothing is written until the build ends."""
        with self._lock:
            self._pending = {}

    def finish_build(self, pending: dict[str, Write], site_dir: str, words: Translations) -> None:
        """Takes the files of the build, and writes those that a browser is waiting for."""
        with self._lock:
            self._pending, self._site_dir, self._words = pending, site_dir, words
            for address in self._requested:
                self._write(address)

    def serve(self, server: LiveReloadServer) -> None:
        """Puts the wrapper around the app of ``server``."""
        self.is_served = True
        server.set_app(self.wrap(server.get_app(), server.mount_path))  # type: ignore[arg-type]
        _reload_missing_pages(server)

    def wrap(self, app: WSGIApplication, mount_path: str) -> WSGIApplication:
        """``app``, which finds each file of the catalog below ``mount_path``."""

        def respond(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
            address = _parse_address(environ["PATH_INFO"], mount_path)
            with self._lock:
                self._requested.append(address)
                self._write(address)
            try:
                # A build may begin now. The server waits for its end, and ``finish_build`` writes the file.
                return app(environ, start_response)
            finally:
                with self._lock:
                    self._requested.remove(address)

        return respond

    def _write(self, address: str) -> None:
        if address not in self._pending:
            # The server leads from a folder to its page.
            address = f"{address}/index.html".lstrip("/")
        write = self._pending.pop(address, None)
        if write is None:
            return
        try:
            write()
        except Exception as error:
            log.error("`%s` cannot be made: %s", address, describe_error(error))
            self._write_error(address, describe_error(error))

    def _write_error(self, address: str, message: str) -> None:
        if not address.endswith(".html") or self._words is None:
            return
        title = self._words("This page cannot be made")
        path = os.path.join(self._site_dir, address)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8", errors="xmlcharrefreplace") as file:
            file.write(_ERROR_PAGE.format(self._words.language, title, title, message))


def _reload_missing_pages(server: LiveReloadServer) -> None:
    """Has the page for wrong addresses reloaded after each build too: what is missing may be there then."""
    find_page = server.error_handler

    def add_script(code: int) -> bytes | None:
        page = find_page(code)
        return page and server._inject_js_into_html(page, server._visible_epoch)

    if hasattr(server, "_inject_js_into_html"):
        server.error_handler = add_script


def _parse_address(path: str, mount_path: str) -> str:
    """Where in the site the server looks for ``path``, which WSGI gives as Latin-1."""
    text = path.encode("latin-1").decode("utf-8", "ignore")
    if not f"{text}/".startswith(mount_path):
        return "/"
    below = text[len(mount_path) :] + ("index.html" if text.endswith("/") else "")
    return posixpath.normpath(f"/{below}").lstrip("/")


def _has_live_reload() -> bool:
    command = click.get_current_context(silent=True)
    return bool(command and command.params.get("livereload"))
