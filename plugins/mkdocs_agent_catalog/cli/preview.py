"""``agent-catalog serve``: the catalog of a folder in the browser. Nothing is written into the folder."""

from __future__ import annotations

import io
import logging
import os
import socket
import sys
import tempfile
from pathlib import Path
from typing import Any

import click
from mkdocs.commands import serve as serve_command
from mkdocs.exceptions import Abort, BuildError, ConfigurationError
from mkdocs.livereload import LiveReloadServer

from ..history.remote import find_remote, find_top
from .errors import UsageError
from .mkdocs_yml import names_plugin
from .starter import make_mkdocs_yml

DEFAULT_PORT = 8000
# So many ports after it are tried where nobody asked for a certain one.
MOST_PORTS = 20


class _LastingFile(io.BytesIO):
    """A ``mkdocs.yml`` in memory. MkDocs closes the file and reads it again for each build."""

    def close(self) -> None:
        """Stays open."""


class _TellingServer(LiveReloadServer):
    """Says where the site is as soon as it answers there, below what the first build had to say."""

    def serve_forever(self, poll_interval: float = 0.5) -> None:
        print(f"Open {self.url} (Ctrl+C ends it)", flush=True)
        # From now on each save says how many findings are new and how many are solved.
        logging.getLogger("mkdocs.plugins.agent_catalog").setLevel(logging.INFO)
        super().serve_forever(poll_interval)


def serve_catalog(repo: Path, host: str, port: int | None, open_in_browser: bool) -> None:
    """Serves the catalog of ``repo`` until it is interrupted: by its own ``mkdocs.yml`` where that names the
    plugin, else by one that stands in no file. Raises ``UsageError``."""
    free = find_free_port(host, port)
    if free is None:
        last = DEFAULT_PORT + MOST_PORTS - 1
        taken = f"port {port} is" if port else f"the ports {DEFAULT_PORT} to {last} are"
        raise UsageError(f"{taken} not free on {host}: name another one with --port")
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s: %(message)s", stream=sys.stderr)
    os.chdir(repo)
    print(f"Reading the definitions in {repo} ...", flush=True)
    if (top := find_top(repo)) != repo:
        print(f"Only those of this folder, as its repository is {top}: add -C {top} to read all.", flush=True)
    with tempfile.TemporaryDirectory(prefix="agent-catalog-") as empty:
        chosen: dict[str, Any] = {"dev_addr": f"{host}:{free}"}
        if not names_plugin(repo):
            text = make_mkdocs_yml(repo, find_remote(repo), "docs")
            # The preview is at the top of its address, wherever the site may be once.
            chosen |= {"config_file": _LastingFile(text.encode()), "docs_dir": empty, "site_url": ""}
        serve_command.LiveReloadServer = _TellingServer  # type: ignore[attr-defined]
        # MkDocs' own command says by this context that pages are reloaded after each edit.
        with click.Context(click.Command("serve")) as context:
            context.params["livereload"] = True
            try:
                serve_command.serve(livereload=True, open_in_browser=open_in_browser, **chosen)
            except (Abort, BuildError, ConfigurationError) as error:
                raise UsageError(str(error)) from error


def find_free_port(host: str, wanted: int | None) -> int | None:
    """The port ``wanted``, or without one the first of the usual ports, if nobody listens there; or None."""
    for port in [wanted] if wanted else range(DEFAULT_PORT, DEFAULT_PORT + MOST_PORTS):
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        with socket.socket(family) as attempt:
            attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                attempt.bind((host, port))
            except OSError:
                continue
            return port
    return None
