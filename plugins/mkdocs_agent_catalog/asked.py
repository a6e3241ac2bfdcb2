"""A preview makes what a browser asks for: nobody looks at thousands of pages after each edit.

What waits is written into the folder of the site when its address is asked for, and the server of MkDocs then
finds it there, as if it had been written with the rest. A build cleans that folder: while one is under way
nothing is written, and who asks meanwhile is answered from what is new.
"""

from __future__ import annotations

import gc
import posixpath
import threading
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import click
from markupsafe import Markup
from mkdocs.livereload import LiveReloadServer

from .alone import BUILD, EVENTS, Quiet, Site
from .entries import CatalogFile, CatalogPage, others
from .report import log, told
from .shell import Shell
from .words import Words

# So often a build may come between before somebody is told that there is no such page.
TRIES = 5
_FAILED = Markup(
    '<!doctype html>\n<html lang="{}">\n<meta charset="utf-8">\n'
    '<meta name="color-scheme" content="light dark">\n<title>{}</title>\n'
    "<body>\n<h1>{}</h1>\n<pre>{}</pre>\n</body>\n</html>\n"
)


class Later:
    """The job of who waits to be asked: it is nobody's to do before."""

    def claim(self) -> bool:
        return False


class Asked:
    """What can be asked for and is not made yet. ``start`` begins a build, ``defer`` says what it leaves
    out, ``finish`` or ``dismiss`` ends it. Requests come in threads of their own."""

    def __init__(self) -> None:
        # Without live reload a preview never comes to `serve`: then everything is made as ever.
        self.served = _reloads()
        self.lock = threading.Lock()
        self.turn = 0
        self.waits: dict[str, Callable[[], None]] = {}
        self.next: dict[str, Callable[[], None]] = {}
        self.quiet: Quiet | None = None

    def start(self) -> None:
        """From now on nothing is written: the folder is cleaned."""
        # What a build makes stays: who looks for garbage in it finds none, and takes a quarter of the time.
        gc.disable()
        self._put({})

    def defer(self, found: Iterable[CatalogFile], site: Site, say: Words) -> Asked | None:
        """Takes those of ``found`` out of the build that nobody else wants to see in it; ``None`` if it may
        not. What is wrong with a page is said in its place by ``say``."""
        if not self.served or others(site.config, "post_build"):
            return None
        alone = not any(others(site.config, event) for event in EVENTS)
        deferred: list[CatalogFile] = []
        for file in found:
            page = file.page
            shell = page.meta.get("template") if isinstance(page, CatalogPage) else None
            if page is None:
                self.next[file.dest_uri] = file.write
            elif alone and isinstance(page, CatalogPage) and isinstance(shell, Shell):
                self.next[file.dest_uri] = partial(_write, page, partial(site.write, page, shell), say)
            else:
                continue
            file.job = Later()
            deferred.append(file)
        self.quiet = Quiet({file.src_uri for file in deferred})
        BUILD.addFilter(self.quiet)
        return self

    def finish(self) -> None:
        """The site is built: what was left out may be asked for."""
        self._end(self.next)

    def dismiss(self) -> None:
        """The build failed: there is nothing to ask for."""
        self._end({})

    def _end(self, waits: dict[str, Callable[[], None]]) -> None:
        if self.quiet:
            BUILD.removeFilter(self.quiet)
        self.next = {}
        self._put(waits)
        gc.enable()

    def _put(self, waits: dict[str, Callable[[], None]]) -> None:
        with self.lock:
            self.waits = waits
            self.turn += 1

    def make(self, uri: str) -> int:
        """Writes what is at ``uri``, or at the folder of that name, if it waits. The turn in which it did."""
        with self.lock:
            make = self.waits.pop(uri, None) or self.waits.pop(f"{uri}/index.html".lstrip("/"), None)
            if make:
                try:
                    make()
                except Exception as error:
                    log.error("`%s` cannot be made: %s", uri, told(error))
            return self.turn

    def serve(self, server: LiveReloadServer) -> None:
        """Has the requests to ``server`` come by."""
        self.served = True
        server.set_app(self.app(server.get_app(), server.mount_path))  # type: ignore[arg-type]

    def app(self, inner: WSGIApplication, mount: str) -> WSGIApplication:
        """``inner``, which serves the site below ``mount``, with what it would not find."""

        def answer(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
            uri = _uri(environ["PATH_INFO"], mount)
            found: Iterable[bytes] = ()
            for left in reversed(range(TRIES)):
                turn = -1 if uri is None else self.make(uri)
                missed: list[tuple[Any, ...]] = []

                def hold(status: str, *rest: Any, missed: list[tuple[Any, ...]] = missed) -> Any:
                    if not status.startswith("404"):
                        return start(status, *rest)
                    missed.append((status, *rest))
                    return lambda text: None

                found = inner(environ, hold)
                # A build came between, which took away what was made or had not yet told what it left out.
                if missed and (turn in (-1, self.turn) or not left):
                    start(*missed[0])
                    break
                if not missed:
                    break
            return found

        return answer


def _uri(path: str, mount: str) -> str | None:
    """Where in the site the server looks for ``path``, which comes in the way of WSGI."""
    text = path.encode("latin-1").decode("utf-8", "ignore")
    if not f"{text}/".startswith(mount):
        return None
    below = text[len(mount) :] + ("index.html" if text.endswith("/") else "")
    return posixpath.normpath(f"/{below}").lstrip("/")


def _write(page: CatalogPage, write: Callable[[], None], say: Words) -> None:
    """Writes ``page``, or what is wrong with it, which the next build takes away again."""
    try:
        write()
    except Exception as error:
        log.error("the page `%s` cannot be made: %s", page.file.src_uri, told(error))
        title = say("This page cannot be made")
        page.file.put(_FAILED.format(say.tag, title, title, told(error)).encode())


def _reloads() -> bool:
    """Whether the command that runs has the server of MkDocs tell us of itself."""
    command = click.get_current_context(silent=True)
    return bool(command and command.params.get("livereload"))
