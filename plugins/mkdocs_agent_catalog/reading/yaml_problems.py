"""What the YAML parser says of a file that it cannot read, as texts that a site translates."""

from __future__ import annotations

import re

from ..text.i18n import mark_for_translation as _
from ..text.i18n import say

_PROBLEMS = (
    _("mapping values are not allowed here"),
    _("mapping keys are not allowed here"),
    _("sequence entries are not allowed here"),
    _("could not find expected ':'"),
    _("found character {token} that cannot start any token"),
    _("found unexpected end of stream"),
    _("found unexpected document separator"),
    _("found unknown escape character {token}"),
    _("expected alphabetic or numeric character, but found {token}"),
    _("expected a comment or a line break, but found {token}"),
    _("expected <block end>, but found {token}"),
    _("expected ',' or ']', but got {token}"),
    _("expected ',' or '}}', but got {token}"),
    _("expected the node content, but found {token}"),
    _("found undefined tag handle {token}"),
    _("found undefined alias {token}"),
)


def _read_pattern(template: str) -> re.Pattern[str]:
    """What fits ``template``, whose place for a token is filled with something in quotes."""
    return re.compile(re.escape(template.format(token="\0")).replace("\0", "(?P<token>['‘\"].*['’\"])"))


_PATTERNS = {template: _read_pattern(template) for template in _PROBLEMS}


def say_problem(problem: str) -> str:
    """``problem``, of which the site has its own words if they are known."""
    for template, pattern in _PATTERNS.items():
        if match := pattern.fullmatch(problem):
            return say(template, **match.groupdict())
    return problem
