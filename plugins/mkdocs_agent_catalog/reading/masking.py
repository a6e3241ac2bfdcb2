"""Finds text that looks like a secret, and masks it before anything else sees it.

``mask`` is for a text that has a place (its findings are diagnostics), ``masked`` for any other. Two ways
lead to a secret: the form of a token (``secret_patterns.py``), and its place (beside ``password:``, in the
address ``postgres://user:…@host``), where a value counts that looks drawn by lot.

Own code, as no library fits (measured in November 2026): detect-secrets, last released in May 2024, reads
line by line, takes 15 to 119 ms for an average agent and finds 1,300 strings of high entropy in each;
CredSweeper is alive, but takes 10 ms and brings forty packages, among them a neural network. This takes less
than one millisecond, and time grows with the text's length only.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ..model.definitions import Diagnostic, Span
from ..text.i18n import TranslatableText, say
from ..text.strings import make_searchable
from .secret_patterns import compile_pattern, list_hints

MASK = "•••"
SHORTEST = 16
"""So long is any word of a text that holds a token by its form."""
_LINE = re.compile(r"\r\n?|\n")
_JSON_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|([^u]))")


@dataclass(frozen=True, slots=True, order=True)
class _Found:
    start: int
    end: int
    kind: TranslatableText


def mask_and_report(text: str, path: str) -> tuple[str, tuple[Diagnostic, ...]]:
    """``text`` with what looks like a secret masked, and a diagnostic for each, which does not quote it.

    The lines stay as many as they were, so that places stay true.
    """
    founds = _merge_spans(text)
    if not founds:
        return text, ()
    starts = [0, *(line.end() for line in _LINE.finditer(text))]
    notes = []
    for item in founds:
        line = bisect_right(starts, item.start)
        span = Span(path, line, item.start - starts[line - 1] + 1)
        notes.append(make_diagnostic(span, item.kind))
    return _remove_spans(text, founds), tuple(notes)


def make_diagnostic(span: Span, kind: TranslatableText) -> Diagnostic:
    """The diagnostic for a secret at ``span``."""
    message = say("this looks like {kind}; it is masked here", kind=kind)
    hint = say("revoke it and keep it out of the repository; its history still has it")
    return Diagnostic("secret_like", span, message, hint)


def decode_json_escapes(text: str) -> str:
    """``text``, which is JSON, with each character that needs no escape as itself: escapes hide secrets.

    Some writers escape ``/`` (PHP) or ``+`` (.NET).
    """
    return _JSON_ESCAPE.sub(_decode_json_escape, text) if "\\" in text else text


def _decode_json_escape(match: re.Match[str]) -> str:
    char = chr(int(match[1], 16)) if match[1] else match[2]
    return char if (match[1] or char == "/") and char.isprintable() and char not in '"\\' else match[0]


def mask_text(text: str) -> str:
    """``text`` with what looks like a secret masked."""
    return _remove_spans(text, _merge_spans(text))


def mask_nested(value: Any) -> Any:
    """``value``, as YAML or JSON gave it, with what looks like a secret masked in its texts and keys."""
    if isinstance(value, str):
        return mask_text(value)
    if isinstance(value, dict):
        return {mask_nested(key): mask_nested(item) for key, item in value.items()}
    return [mask_nested(item) for item in value] if isinstance(value, list) else value


def _remove_spans(text: str, founds: list[_Found]) -> str:
    parts, at = [], 0
    for item in founds:
        parts += [text[at : item.start], MASK + "\n" * len(_LINE.findall(text[item.start : item.end]))]
        at = item.end
    return "".join([*parts, text[at:]])


def _merge_spans(text: str) -> list[_Found]:
    """What is found, in order; what overlaps is one."""
    merged: list[_Found] = []
    for item in sorted([*_match_patterns(text), *_match_url_passwords(text), *_match_assignments(text)]):
        if merged and item.start < merged[-1].end:
            last = merged[-1]
            merged[-1] = _Found(last.start, max(last.end, item.end), last.kind)
        else:
            merged.append(item)
    return merged


def _match_patterns(text: str) -> Iterator[_Found]:
    # Most texts have few long words, and no token but an armoured one has a blank in it. A pattern is tried
    # only if a hint of it is in these words, and first with them alone: this is far cheaper.
    long_words = " ".join([word for word in text.split() if len(word) >= SHORTEST])
    # All hints are ASCII, and text that is nothing else is searched faster.
    plain_words = long_words.replace("\\_", "_").encode("ascii", "replace").decode("ascii")
    patterns = [p for hint, p in list_hints() if hint in (text if p.armoured else plain_words)]
    for pattern in dict.fromkeys(patterns):
        compiled = compile_pattern(pattern.expression)
        if not pattern.armoured and not compiled.search(long_words):
            continue
        vendor = pattern.vendor
        kind = say("a token or key of {vendor}", vendor=vendor) if vendor else say(pattern.kind)
        for match in compiled.finditer(text):
            group = "k" if "k" in compiled.groupindex else 0
            if _is_key(match[group]) if pattern.armoured else _is_token(match[group]):
                yield _Found(*match.span(group), kind)


_USER = re.compile(r"://([^\s/\"'`<>@:]{0,256}):([^\s\"'`<>@]{3,256})@(?=[\w\[])")
_TOKEN = re.compile(r"://([^\s/\"'`<>@:]{16,256})@(?=[\w\[])")
# A password that is made of nothing but words such as these says that it is none.
_NO_PASSWORD = re.compile(
    r"(?:p(?:a|@|%40)ss(?:w[o0]rd|wd)?|pwd|pw|secret|token|example|test(?:ing)?|change[_-]?me|dummy|your|my|user(?:name)?|"
    r"secure|strong|super|some|this|hunter2|redacted|placeholder|hidden|foo|bar|baz|demo|sample|prod|staging|"
    r"postgres(?:ql)?|mysql|mongo(?:db)?|redis|root|admin|guest|dev|local(?:host)?|key|here|db|app|api|the|"
    r"x{3,}|[-_.]|\d{1,4}(?!\d))+|\W+|.*[${}<>•*].*|.*%(?![0-9a-f]{2}).*|.*\.\.\..*|(.)\1+|1234.*|\d{2,5}(?:/.*)?",
    re.I,
)


def _match_url_passwords(text: str) -> Iterator[_Found]:
    """Passwords in addresses, which are one for certain unless they say that they are none."""
    if "://" not in text or "@" not in text:
        return
    for match in _USER.finditer(text):
        if not _NO_PASSWORD.fullmatch(match[2]):
            yield _Found(*match.span(2), say("a password in an address"))
    for match in _TOKEN.finditer(text):
        if _is_random(match[1], 16):
            yield _Found(*match.span(1), say("a password in an address"))


# What stands beside a secret, in small letters. Only where one stands is more asked.
_NAMES = (
    *(
        "passw",
        "passphrase",
        "pass",
        "pwd",
        "secret",
        "token",
        "key",
        "bearer",
        "authoriz",
        "credential",
        "cred",
    ),
    *("dsn", "jwt", "cookie", "_auth", "basic ", "sig=", "signature=", " -u ", "--user "),
    *("senha", "contraseña", "contrasena", "clave", "kennwort", "mot de passe", "motdepasse", "wachtwoord"),
    *("hasło", "пароль", "密码", "密碼", "口令", "パスワード", "비밀번호"),
)
_ASCII_NAMES = tuple(name for name in _NAMES if name.isascii())
# Letters without which no other name is there, and those whose small form is an ASCII letter.
_FOREIGN = "\u212a\u0130ñÑłŁпП密口パ비"
_PASSWORDS = frozenset(
    (
        *("passw", "passphrase", "pass", "pwd", "secret", "senha", "contraseña", "contrasena", "kennwort"),
        *(
            "mot de passe",
            "motdepasse",
            "wachtwoord",
            "hasło",
            "пароль",
            "密码",
            "密碼",
            "口令",
            "パスワード",
        ),
        "비밀번호",
    )
)
# Names that are also the beginning of other words.
_WHOLE = frozenset({"pass", "cred", "dsn", "jwt", "cookie", "clave"})
_WORD_END = re.compile(r"(?:ie)?s?(?![a-z])")
_OF_TWO = (" -u ", "--user ")  # Followed by `user:password`.
JUDGED = 100
"""So many characters of a value are looked at."""
_FURTHER = re.compile(r"[^\s\"'`<>\\]*")
_BESIDE = re.compile(r"(?:api|access|private|auth|account|signing|encryption|master|license|service)[ _-]?$")
_ENVIRONMENT = re.compile(r"(?:[A-Z0-9]_|[?&])$")
# The rest of the name, a sign of what follows, a scheme, and the value: in quotes, or up to a blank or `;`.
_REST = re.compile(
    r"(?P<rest>[\w.-]{0,32})(?P<close>[\"'`*\\\])}]{0,4})"
    r"(?P<sign>[ \t]*(?:=>|:=|[:=|>]|->|(?<=[\"'`]),(?=[ \t]*[\"'`]))[ \t]*"
    r"(?:[|>][+-]?[ \t]*(?:\r\n?|\n)\s{1,40})?|[ \t]+(?:is[ \t:]+)?)"
    r"(?:[bBrRuUfF]{1,2}(?=[\"']))?[\"'`*\\(\[{]{0,4}(?:(?:bearer|basic|token|bot|ssws|apikey)[ :=]+[\"'`]?)?"
    r"(?P<value>(?<=\")[^\"\n]{8,@}|(?<=')[^'\n]{8,@}|(?<=`)[^`\n]{8,@}|[^\s\"'`<>;]{8,@})".replace(
        "@", str(JUDGED)
    ),
    re.I,
)
_NO_NAME = re.compile(
    r"(?:^|[_-])(?:id|name|uri|path|file|count|limit|hash|ref|arn|type|length|policy)s?$", re.I
)


def _match_assignments(text: str) -> Iterator[_Found]:
    """Values beside a name such as ``password``, when they look drawn by lot."""
    small, names = _lower(text)
    for name in names:
        at = small.find(name)
        while at >= 0:
            end = at + len(name)
            if _is_secret(small, text, name, at):
                match = _REST.match(text, end - (name[-1] in " ="))
                if match and (span := _find_value(text, match, name)):
                    yield _Found(*span, say("a secret beside its name"))
                    end = max(end, span[1])
            at = small.find(name, end)


def _lower(text: str) -> tuple[str, tuple[str, ...]]:
    """``text`` in small letters, each at its place, and the names that may stand in it."""
    if not any(sign in text for sign in _FOREIGN):
        return make_searchable(text), _ASCII_NAMES
    small = text.lower()
    if len(small) != len(text):  # A letter of some script has a small form of two.
        small = "".join(c.lower() if c.isascii() else c for c in text)
    return small, _NAMES


def _is_secret(small: str, text: str, name: str, at: int) -> bool:
    """Whether what stands before it leaves ``name`` the name of a secret: there are keys of many kinds."""
    if "public" in small[max(0, at - 10) : at]:
        return False
    if name in _WHOLE:
        is_inside = text[at - 1 : at].isalpha() and not text[at].isupper()
        return not is_inside and bool(_WORD_END.match(small, at + len(name)))
    return name != "key" or bool(
        _BESIDE.search(small, max(0, at - 14), at) or _ENVIRONMENT.search(text, max(0, at - 2), at)
    )


def _find_value(text: str, match: re.Match[str], name: str) -> tuple[int, int] | None:
    if _NO_NAME.search(match["rest"]) or (name in _OF_TWO and ":" not in match["value"]):
        return None
    start, end = match.span("value")
    # A text within JSON has `\\n` for a new line.
    value = re.split(r"\\[nrt]", match["value"])[0].rstrip("\\")
    if text[start - 1] not in "\"'`" and not value.endswith("..."):
        value = value.rstrip(",;)}]|.*")
        if re.match(r"[^&]*&[\w.-]+=", value):  # One of several parts of an address.
            value = value.partition("&")[0]
    if _PATTERN.search(value) or _ARGUMENT.fullmatch(value) or _is_type_name(value, match):
        return None
    if name not in _PASSWORDS and _NAMES_OF_CODE.fullmatch(value):
        return None
    # Without a sign between, it may be any word of a sentence, unless the name is that of an option.
    is_option = text[: match.start()].rpartition("\n")[2].rpartition(" ")[2].startswith("--")
    least = 8 if is_option or match["sign"].strip(" \t") not in ("", "is") else 12
    # Behind a sign, the value of a password is a password, unless it reads like words.
    most_english = 0 if name in _PASSWORDS and least == 8 else -2
    if not _is_random(value.partition(":")[2] if name in _OF_TWO else value, least, most_english):
        return None
    rest = _FURTHER.match(text, end) if len(value) == JUDGED else None
    return start, rest.end() if rest else start + len(value)


# A regular expression, such as `AKIA[0-9A-Z]{16}`, and no value.
_PATTERN = re.compile(r"\[[^\]]*\w-\w[^\]]*\]|\{\d+(?:,\d*)?\}|\\[sdwbSDW]|\.[*+]|\(\?|\[\^")
# An argument of a call, such as `rfc2822=True`.
_ARGUMENT = re.compile(r"[A-Za-z_]\w*=(?:True|False|None|true|false|null|\d{1,4})")
# Names of a program within each other, such as `Number.Float`: words that begin with a capital letter.
_NAMES_OF_CODE = re.compile(r"@(?:\.@){1,4}".replace("@", "(?:[A-Z](?=[a-z]{0,3}[aeiou])[a-z]{2,}){1,3}"))
_HUMP = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
# The name of a type, in a module or not, and the signs that may follow it in a declaration.
_TYPE = re.compile(r"(?:[a-z_]+\.){0,3}(?P<name>[A-Z][A-Za-z]+)(?:V?\d)?(?:[)\]}?&|=:,;\[({].*)?")


def _is_type_name(value: str, match: re.Match[str]) -> bool:
    """Whether an unquoted value behind a colon is the name of a type, such as ``JWTPayload``."""
    named = _TYPE.fullmatch(value)
    if match["sign"].strip() != ":" or named is None or named["name"].isupper():
        return False
    return len(named["name"]) >= 3.5 * len(_HUMP.findall(named["name"]))


# What placeholders say of themselves.
_NO_TOKEN = re.compile(r"example|your|placeholder|replace|goes.?here|x{4}|0{6}|1234567|abcdef|\.{3}|…", re.I)
_NO_VALUE = re.compile(
    r"example|your|change[_-]?me|placeholder|dummy|sample|redacted|replace|insert|foobar|x{4}|0{6}|12345|abcdef"
    r"|abc123|p[a@]ss[wp]|550e8400|deadbeef|dXNlcjpwYXNz|dXNlcm5hbWU6|QWxhZGRpbjpv|\.{3}|…|•"
    r"|^[$@&]\w+$|^[{(]|\$\{|\{\{|\$\(|[(){}\[\]]$|\w\(|://|^--?[a-z]+(?:-[a-z]+)*$|\s",
    re.I,
)
# The pairs of letters that make up five sixths of English: what is drawn by lot has few of them.
_PAIRS = frozenset(
    re.findall(
        "..",
        "thheineranreonatenndtiesorteofedisitalarsttontngsehaasouiolevecomedehiriroicneearace"
        "lichllbemasiomurcaeltalansdifohopeecprnoctusacotiltrlyncetutsssorsunlowageiewheewiem"
        "adolrtpowenaulnitsmoowpaimmiaishirsuidosiviaamficivipligtuevldrympfeblabghtyopwosaay"
        "exkefrooavagifapgrodbosprddoucbueiovbyrmepttocfaefcurnscgidayocrcldugaquueeypickpt",
    )
)
_RUNS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")
_SIGNS = re.compile(r"(?<=\w)[!#$%&*^~+?]")
_MIXED = re.compile(r"(?=[A-Za-z]\d|\d[A-Za-z])")


def _is_key(text: str) -> bool:
    """Whether the armour holds a key, and not dots or a word in its place."""
    body = re.sub(r"-----[A-Z0-9 ]+-----|\\[nr]", " ", text)
    longest = max((len(word) for word in re.findall(r"[A-Za-z0-9+/=-]+", body)), default=0)
    return longest >= 32 and ("..." not in body or len(body) > 400)


def _is_token(text: str) -> bool:
    """Whether ``text`` is no placeholder: those repeat a letter, count, or say what they are."""
    tail = text[-32:]
    if _NO_TOKEN.search(text) or len(set(tail)) <= 7:
        return False
    mixed = any(c.islower() for c in tail) and any(c.isupper() for c in tail)
    return mixed or any(c.isdigit() for c in text[-24:]) or _score_english(tail) < 0


def _score_english(text: str) -> float:
    """How much more likely ``text`` was written than drawn by lot: what its pairs of letters say."""
    number = 0.0
    for run in _RUNS.findall(text):
        if len(run) < 3:
            number -= 1.1  # Few words are so short.
            continue
        small = run.lower()
        number += sum(1.3 if small[at : at + 2] in _PAIRS else -1.6 for at in range(len(small) - 1))
    return number - 0.8 * len(_MIXED.findall(text)) - len(_SIGNS.findall(text))


def _is_random(value: str, least: int, most_english: float = -2) -> bool:
    """Whether ``value``, of at least so many characters, looks drawn by lot and not written."""
    if len(value) < least or not value.isascii() or _NO_VALUE.search(value) or len(set(value)) < 6:
        return False
    letters, digits = sum(c.isalpha() for c in value), sum(c.isdigit() for c in value)
    if re.fullmatch(r"[0-9a-fA-F-]{16,}|[0-9a-f]{12,}", value):
        return digits > 0 and letters > 0
    if letters * 5 < len(value) or (not digits and (value.islower() or value.isupper() or len(value) < 12)):
        return False
    return _score_english(value) < most_english
