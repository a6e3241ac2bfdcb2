"""Checks whether a site, built by any program, contains its catalog."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from ...build import Options
from ...model.definitions import Diagnostic, Span
from ...model.output import Output
from ...text.i18n import say
from .frame import STYLES
from .write_site import get_file_path

# Every page of a catalog has it in its HTML, whatever program made the page.
SIGN = b"ac-page"


def inspect_site(outputs: Iterable[Output], options: Options, folder: Path, path: str) -> list[Diagnostic]:
    """What of the catalog's pages and style sheet is not in ``folder``, a site that was built; ``path`` is
    how findings name the folder."""
    pages = [output.uri for output in outputs if output.is_page]
    missing = [uri for uri in pages if not _has_page(folder, uri)]
    hint = say("build it with the plugin, or write the pages with `agent-catalog build` or `export`")
    if missing and len(missing) == len(pages):
        return [Diagnostic("incomplete_site", Span(path), say("the site has no page of the catalog"), hint)]
    findings = []
    if missing:
        message = say(
            "{number} of {total} pages of the catalog are not on the site, the first: `{uri}`",
            number=len(missing),
            total=len(pages),
            uri=missing[0],
        )
        findings.append(Diagnostic("incomplete_site", Span(path), message, hint))
    if not any(folder.rglob("agent-catalog*.css")):
        message = say("the site has no style sheet of the catalog")
        hint, lines = say("write in mkdocs.yml:"), ("extra_css:", f"  - {options.where.uri(STYLES[1])}")
        findings.append(Diagnostic("incomplete_site", Span(path), message, hint, lines))
    return findings


def _has_page(folder: Path, uri: str) -> bool:
    """Whether the page is at one of the two addresses that sites give it."""
    for directory_urls in (True, False):
        try:
            if SIGN in (folder / get_file_path(uri, directory_urls)).read_bytes():
                return True
        except OSError:
            continue
    return False
