"""Diagnostics on the log, each at the level that the site chose."""

from __future__ import annotations

import logging
import os
import traceback
from collections import Counter

import jinja2

from ..build import BuiltCatalog
from ..model.definitions import Diagnostic
from ..text.strings import make_line_printable, make_printable

log = logging.getLogger("mkdocs.plugins.agent_catalog")
_NUMBERS = {"error": logging.ERROR, "warn": logging.WARNING, "info": logging.INFO}


def log_findings(site: BuiltCatalog, levels: dict[str, str]) -> None:
    """Logs everything found and skipped. A strict build stops on warnings and errors."""
    for diagnostic in site.diagnostics:
        log_finding(diagnostic, levels)
    places = Counter(os.path.dirname(s.path) for s in site.catalog.skipped if s.cause == "other place")
    if places:
        text = "%d Markdown files in %d folders for agents, skills or commands are not read, such as %s"
        log.info(text, places.total(), len(places), make_line_printable(min(places)))
    for skipped in site.catalog.skipped:
        if skipped.cause != "other place":
            log.info("%s", make_line_printable(f"{skipped.path}: skipped: {skipped.reason}"))


def log_finding(diagnostic: Diagnostic, levels: dict[str, str]) -> None:
    """Logs one finding at its level."""
    level = levels.get(diagnostic.check, "warn")
    if level != "ignore":
        log.log(_NUMBERS[level], "%s", make_printable(str(diagnostic)))


def describe_error(error: Exception) -> str:
    """An error of a template with its file and line, any other with its kind."""
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        if frame.filename.endswith(".jinja"):
            return f"{frame.filename}:{frame.lineno}: {error}"
    line = f"{error.filename}:{error.lineno}: " if isinstance(error, jinja2.TemplateSyntaxError) else ""
    return f"{line}{type(error).__name__}: {error}"
