"""Writes findings to the log, each at the level that the site configured."""

from __future__ import annotations

import logging
import os
import traceback
from collections import Counter

import jinja2

from ..addresses.urls import make_page_path
from ..build import BuiltCatalog, Options
from ..checks.registry import DEFAULT_LEVELS, LEVELS
from ..model.definitions import Diagnostic
from ..text.strings import make_line_printable, make_printable

log = logging.getLogger("mkdocs.plugins.agent_catalog")
_NUMBERS = {"error": logging.ERROR, "warn": logging.WARNING, "info": logging.INFO}


# So many findings are told one by one; the rest is counted.
MOST_LOGGED, MOST_LOGGED_AT_SAVE, MOST_SKIPPED = 10, 2, 5


def log_findings(
    site: BuiltCatalog, options: Options, earlier: frozenset[Diagnostic] | None
) -> frozenset[Diagnostic]:
    """Logs what was found: the heaviest one by one, the rest as counts with the place where it all stands.

    ``earlier`` is what the build before found, ``None`` for the first one; after that only what is new is
    told. Gives what was found. What is counted is logged at its level too, so that a strict build stops.
    """
    levels = {**DEFAULT_LEVELS, **options.levels}
    findings = [item for item in site.diagnostics if item.get_level(levels) != "ignore"]
    findings.sort(key=lambda item: (LEVELS.index(item.get_level(levels)), item.span))
    problems_page = make_page_path(options.where.uri("problems.md"), options.use_directory_urls)
    if earlier is None:
        _log_first(site, findings, levels, problems_page)
    else:
        new = [item for item in findings if item not in earlier]
        solved = len(earlier.difference(findings))
        if new or solved:
            same = len(findings) - len(new)
            log.info("%d new, %d solved, %d as before", len(new), solved, same)
        for item in new[:MOST_LOGGED_AT_SAVE]:
            log_finding(item, levels)
        _log_rest(new[MOST_LOGGED_AT_SAVE:], levels, f"all are at `{problems_page}` on the site")
    return frozenset(findings)


def _log_first(
    site: BuiltCatalog, findings: list[Diagnostic], levels: dict[str, str], problems_page: str
) -> None:
    heavy = [item for item in findings if item.get_level(levels) != "info"]
    for item in heavy[:MOST_LOGGED]:
        log_finding(item, levels)
    rest, place = heavy[MOST_LOGGED:], f"all are at `{problems_page}` on the site"
    _log_rest(rest, levels, place)
    notes = findings[len(heavy) :]
    if notes:
        noun = "note" if len(notes) == 1 else "notes"
        log.info("%d %s: %s; %s", len(notes), noun, _count_checks(notes), place)
    places = Counter(os.path.dirname(s.path) for s in site.catalog.skipped if s.cause == "other place")
    if places:
        text = "%d %s beside agents, skills or commands %s not read, such as in %s"
        words = ("file", "is") if places.total() == 1 else ("files", "are")
        log.info(text, places.total(), *words, make_line_printable(min(places)))
    skipped = [item for item in site.catalog.skipped if item.cause != "other place"]
    for file in skipped[:MOST_SKIPPED]:
        log.info("%s", make_line_printable(f"{file.path}: skipped: {file.reason}"))
    if len(skipped) > MOST_SKIPPED:
        log.info("%d more files are skipped; `%s` says why", len(skipped) - MOST_SKIPPED, problems_page)


def _log_rest(rest: list[Diagnostic], levels: dict[str, str], place: str) -> None:
    """Counts the findings that are not told one by one, and says where they are."""
    if rest:
        level = _NUMBERS[rest[0].get_level(levels)]
        log.log(level, "%d more: %s; %s", len(rest), _count_checks(rest), place)


def _count_checks(findings: list[Diagnostic]) -> str:
    return ", ".join(
        f"{number} {check}" for check, number in Counter(f.check for f in findings).most_common()
    )


def log_finding(diagnostic: Diagnostic, levels: dict[str, str]) -> None:
    """Logs one finding at its level."""
    level = diagnostic.get_level(levels)
    if level != "ignore":
        log.log(_NUMBERS[level], "%s", make_printable(str(diagnostic)))


def describe_error(error: Exception) -> str:
    """An error of a template with its file and line, any other with its kind."""
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        if frame.filename.endswith(".jinja"):
            return f"{frame.filename}:{frame.lineno}: {error}"
    line = f"{error.filename}:{error.lineno}: " if isinstance(error, jinja2.TemplateSyntaxError) else ""
    return f"{line}{type(error).__name__}: {error}"
