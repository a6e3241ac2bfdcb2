"""Strings that look like secrets: found, and masked before anything is published."""

from __future__ import annotations

import re
from bisect import bisect_right

from .model import Diagnostic, Span
from .words import marked as _
from .words import say

MASK = "•••"
# Forms that vendors document for their tokens; each has a part that nothing else begins with.
_FORMS: tuple[tuple[str, str], ...] = (
    (
        _("a private key"),
        r"-----BEGIN (?:[A-Z]+ ){0,3}PRIVATE KEY-----(?s:.){20,9000}?-----END [A-Z ]{0,20}KEY-----",
    ),
    (_("a private key"), r"-----BEGIN (?:[A-Z]+ ){0,3}PRIVATE KEY-----(?:\\n|[A-Za-z0-9+/=\s>]){40,}"),
    (_("an AWS access key"), r"(?:AKIA|ASIA)[0-9A-Z]{16}(?![0-9A-Z])"),
    (_("a GitHub token"), r"(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{50,})"),
    (_("a GitLab token"), r"glpat-[A-Za-z0-9_-]{20,}"),
    (_("an Anthropic key"), r"sk-ant-[A-Za-z0-9_-]{24,}"),
    (_("an OpenAI key"), r"sk-(?:(?:proj|svcacct|admin|or-v1)-[A-Za-z0-9_-]{20,}|[A-Za-z0-9]{32,})"),
    (_("a Slack token"), r"xox[abprs]-[A-Za-z0-9-]{20,}"),
    (_("a Google key"), r"AIza[0-9A-Za-z_-]{35}"),
    (_("a Stripe key"), r"[rs]k_live_[0-9A-Za-z]{20,}"),
    (_("an npm token"), r"npm_[A-Za-z0-9]{36}"),
    (_("a JSON web token"), r"eyJ[A-Za-z0-9_-]{10,}+\.eyJ[A-Za-z0-9_-]{10,}+\.[A-Za-z0-9_-]{10,}+"),
)
# Begun where a word begins: in the middle of other letters it is none, and none is tried from every place.
_ANY = re.compile(
    r"(?<![A-Za-z0-9-])(?:" + "|".join(f"(?P<k{n}>{form})" for n, (__, form) in enumerate(_FORMS)) + ")"
)
# The cheap test that spares most texts the patterns.
_HINT = re.compile(r"AKIA|ASIA|gh[pousr]_|github_pat_|glpat-|sk-|xox|AIza|k_live_|npm_|eyJ|PRIVATE KEY")


def mask(text: str, path: str) -> tuple[str, tuple[Diagnostic, ...]]:
    """``text`` with what looks like a secret masked, and a diagnostic for each, which does not quote it."""
    if not _HINT.search(text):
        return text, ()
    found = []
    starts = [0, *(found.end() for found in re.finditer("\n", text))]

    def hidden(match: re.Match[str]) -> str:
        kind = _FORMS[int((match.lastgroup or "k0")[1:])][0]
        if kind != "a private key" and not _random(match[0]):
            return match[0]
        line = bisect_right(starts, match.start())
        span = Span(path, line, match.start() - starts[line - 1] + 1)
        message = say("this looks like {kind}; it is masked here", kind=say(kind))
        hint = say("revoke it and keep it out of the repository; its history still has it")
        found.append(Diagnostic("secret_like", span, message, hint))
        # As many lines as before, so that places stay true.
        return MASK + "\n" * match[0].count("\n")

    return _ANY.sub(hidden, text), tuple(found)


def _random(text: str) -> bool:
    """Whether ``text`` is no placeholder: those repeat a letter, count, or say what they are."""
    tail = text[-20:]
    placeholder = re.search(r"example|x{4}|0{6}|1234567|abcdef", text, re.I)
    return placeholder is None and len(set(tail)) > 7 and bool(re.search(r"\d", text))
