"""``agent-catalog serve``: shows the catalog of a folder in the browser. Writes nothing into the folder."""

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
from mkdocs.commands.serve import serve
from mkdocs.exceptions import Abort, BuildError, ConfigurationError

from .mkdocs_yml import names_plugin
from .starter import find_remote, make_mkdocs_yml

# So many ports after the wanted one are tried.
MOST_PORTS = 20


class _LastingFile(io.BytesIO):
    """A ``mkdocs.yml`` in memory. MkDocs closes the file and reads it again for each build."""

    def close(self) -> None:
        """Stays open."""


def serve_catalog(repo: Path, host: str, port: int, open_in_browser: bool) -> int:
    """Serves the catalog of ``repo`` until it is interrupted: by its own ``mkdocs.yml`` where that names the
    plugin, else by one that stands in no file. Returns the exit code."""
    free = find_free_port(host, port)
    if free is None:
        print(f"agent-catalog: no port from {port} on is free on {host}", file=sys.stderr)
        return 2
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s: %(message)s", stream=sys.stderr)
    os.chdir(repo)
    with tempfile.TemporaryDirectory(prefix="agent-catalog-") as empty:
        chosen: dict[str, Any] = {"dev_addr": f"{host}:{free}"}
        if not names_plugin(repo):
            text = make_mkdocs_yml(repo, find_remote(repo), "docs")
            chosen |= {"config_file": _LastingFile(text.encode()), "docs_dir": empty}
        print(f"The catalog of {repo} is served at http://{host}:{free}/ (Ctrl+C ends it)", flush=True)
        # MkDocs' own command says by this context that pages are reloaded after each edit.
        with click.Context(click.Command("serve")) as context:
            context.params["livereload"] = True
            try:
                serve(livereload=True, open_in_browser=open_in_browser, **chosen)
            except (Abort, BuildError, ConfigurationError) as error:
                print(f"agent-catalog: {error}", file=sys.stderr)
                return 2
    return 0


def find_free_port(host: str, wanted: int) -> int | None:
    """The first port from ``wanted`` on that nobody listens at; None if there is none among the next few."""
    for port in range(wanted, min(wanted + MOST_PORTS, 65536)):
        with socket.socket() as attempt:
            attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                attempt.bind((host, port))
            except OSError:
                continue
            return port
    return None
