"""Strings that look like secrets: found, and masked before anything is published."""

from __future__ import annotations

import re

from .model import Diagnostic, Span

MASK = "•••"
# Forms that vendors document for their tokens; each has a part that nothing else begins with.
_FORMS: tuple[tuple[str, str], ...] = (
    ("an AWS access key", r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"),
    ("a GitHub token", r"\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{50,})\b"),
    ("a GitLab token", r"\bglpat-[A-Za-z0-9_-]{20,}"),
    ("an Anthropic key", r"\bsk-ant-[A-Za-z0-9_-]{24,}"),
    ("an OpenAI key", r"\bsk-(?:proj-)?[A-Za-z0-9]{20,}[A-Za-z0-9_-]*\b"),
    ("a Slack token", r"\bxox[abprs]-[A-Za-z0-9-]{20,}"),
    ("a Google key", r"\bAIza[0-9A-Za-z_-]{35}\b"),
    ("a Stripe key", r"\b[rs]k_live_[0-9A-Za-z]{20,}\b"),
    ("an npm token", r"\bnpm_[A-Za-z0-9]{36}\b"),
    ("a JSON web token", r"\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}"),
    ("a private key", r"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----[A-Za-z0-9+/=\s]{40,}"),
)
_ANY = re.compile("|".join(f"(?P<k{number}>{form})" for number, (_, form) in enumerate(_FORMS)))
# The cheap test that spares most texts the patterns.
_HINT = re.compile(r"AKIA|ASIA|gh[pousr]_|github_pat_|glpat-|sk-|xox|AIza|k_live_|npm_|eyJ|PRIVATE KEY")


def mask(text: str, path: str) -> tuple[str, tuple[Diagnostic, ...]]:
    """``text`` with what looks like a secret masked, and a diagnostic for each, which does not quote it."""
    if not _HINT.search(text):
        return text, ()
    found = []

    def hidden(match: re.Match[str]) -> str:
        if not _random(match[0]):
            return match[0]
        kind = _FORMS[int((match.lastgroup or "k0")[1:])][0]
        start = text.rfind("\n", 0, match.start()) + 1
        span = Span(path, text.count("\n", 0, match.start()) + 1, match.start() - start + 1)
        hint = "revoke it and keep it out of the repository; its history still has it"
        found.append(Diagnostic("secret_like", span, f"this looks like {kind}; it is masked here", hint))
        # As many lines as before, so that places stay true.
        return MASK + "\n" * match[0].count("\n")

    return _ANY.sub(hidden, text), tuple(found)


def _random(text: str) -> bool:
    """Whether ``text`` is no placeholder: those repeat one letter, or say what they are."""
    tail = text[-20:]
    placeholder = re.search(r"example|x{4}|0{6}|1234567|abcdef|your|token|secret|placeholder", text, re.I)
    return placeholder is None and len(set(tail)) > 7 and bool(re.search(r"\d", text))
