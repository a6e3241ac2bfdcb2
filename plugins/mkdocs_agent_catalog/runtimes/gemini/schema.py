"""The schema by which Gemini CLI loads a file. Finds the first word that it refuses.

Source: @google/gemini-cli-core 0.61.0, its loader of agents. It reads YAML 1.2, and its schema is strict: a
number where a text belongs keeps the file from loading as well as an unknown key does.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any

import yaml

from ...reading.masking import MASK
from ...text.i18n import say
from ...text.strings import replace_surrogates
from ..value_checks import Check, are_named_texts, are_texts, is_flag, is_some_text, is_text

MCP_NAME = re.compile(r"mcp_([A-Za-z0-9.:-]+)_(\w*[A-Za-z0-9.:-][\w.:-]*|\*)", re.A)
_FRONTMATTER = re.compile(r"---\r?\n(.*?)\r?\n---", re.S)
NAME = re.compile(r"[a-z0-9_-]+")
_URL = re.compile(r"([a-z][a-z\d+.-]*):([/\\]*)([^/\\?#]*)", re.I)
_SCHEMES_WITH_HOST = frozenset({"http", "https", "ws", "wss", "ftp"})


class _Loader(yaml.SafeLoader):
    """YAML as the vendor's parser reads it: no `yes` and `no`, no numbers in base 60, no key twice."""

    yaml_implicit_resolvers = {}  # noqa: RUF012

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [key.value for key, _value in node.value if key.tag != "tag:yaml.org,2002:merge"]
        if len(keys) > len(set(map(str, keys))):
            raise yaml.constructor.ConstructorError(None, None, "a key stands twice", node.start_mark)
        return super().construct_mapping(node, deep)


def _read_number(loader: yaml.SafeLoader, node: yaml.ScalarNode) -> float:
    text = str(loader.construct_scalar(node)).replace("_", "").lower()
    if text.endswith((".inf", ".nan")):
        return float(text.replace(".", ""))
    try:
        return float(int(text, 0) if re.match(r"[-+]?0[box]", text) else text)
    except OverflowError:
        return math.inf


_NUMBER = (
    r"^(?:[-+]?0b[01_]+|[-+]?0x[\da-fA-F_]+|[-+]?0o[0-7_]+|[-+]?\d[\d_]*(?:\.[\d_]*)?(?:[eE][-+]?\d+)?"
    r"|\.[\d_]+(?:[eE][-+]?\d+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))(?<!_)$"
)
_DATE = r"^\d{4}-(?:\d\d-\d\d|\d\d?-\d\d?(?:[Tt]|[ \t]+)\d\d?:\d\d:\d\d.*)$"
_RESOLVERS = (
    ("null", r"^(?:~|null|Null|NULL|)$"),
    ("bool", r"^(?:true|True|TRUE|false|False|FALSE)$"),
    ("number", _NUMBER),
    ("date", _DATE),
    ("merge", r"^<<$"),
)
for _kind, _pattern in _RESOLVERS:
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_kind}", re.compile(_pattern, re.A), None)
_Loader.add_constructor("tag:yaml.org,2002:number", _read_number)
# A date is no text, and no key may hold one.
_Loader.add_constructor("tag:yaml.org,2002:date", lambda loader, node: (node.value,))


@lru_cache(maxsize=8)
def find_fault(text: str, is_tool: Callable[[str], bool]) -> str:
    """What keeps the file ``text`` from loading: a key, a tool or a value; empty if nothing does."""
    match = _FRONTMATTER.match(text)
    if MASK in (match[1] if match else text).split("\n"):
        return ""  # What stood there is hidden, whole lines of it.
    if not match:
        return say("its frontmatter does not open with a line that is `---` and nothing else")
    try:
        # The vendor's parser takes tabs between words.
        values = yaml.load(re.sub(r"(?<=\S)\t", " ", match[1]), _Loader)
    except (
        yaml.YAMLError,
        ValueError,
        TypeError,
        LookupError,
        AttributeError,
        ArithmeticError,
        RecursionError,
    ):
        # The parser itself fails in these ways on a tag such as `!!bool` before something else.
        return say("its frontmatter is not valid YAML")
    entries = values if isinstance(values, list) else [values]
    faults = (_find_fault_of(entry, is_tool, isinstance(values, list)) for entry in entries)
    return next(filter(None, faults), "")


def is_remote(values: Mapping[Any, Any]) -> bool:
    """Whether the keys are those of an agent that runs elsewhere."""
    return values.get("kind") == "remote" or ("kind" not in values and bool(_CARDS & values.keys()))


def _find_fault_of(values: object, is_tool: Callable[[str], bool], is_listed: bool) -> str:
    if not isinstance(values, dict):
        return say("its frontmatter holds no keys")
    if values.get("kind", "local") not in ("local", "remote") or (
        is_listed and values.get("kind") == "local"
    ):
        return say("its `{key}` is none that is known", key="kind")
    remote = is_listed or is_remote(values)
    checks = _REMOTE if remote else _LOCAL
    unknown = [str(key) for key in values if key not in checks]
    if unknown:
        return say("its key `{key}` is not known", key=replace_surrogates(unknown[0]).replace("`", ""))
    name = values.get("name")
    if not isinstance(name, str) or not (NAME.fullmatch(name) or MASK in name):
        return say("its name is missing, or has other letters than a to z, digits, `-` and `_`")
    if not remote and not values.get("description"):
        return say("it has no description")
    tools = values.get("tools")
    for tool in tools if isinstance(tools, list) else ():
        if isinstance(tool, str) and not is_tool(tool):
            return say("the tool `{tool}` is not known", tool=replace_surrogates(tool))
    wrong = next((key for key in values if not checks[key](values[key])), None)
    if wrong is not None:
        return say("its `{key}` is not what the key may hold", key=wrong)
    if remote and len(_CARDS & values.keys()) != 1:
        return say("it needs one of `agent_card_url` and `agent_card_json`")
    return ""


# What a key may hold.


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and not math.isnan(value)


def _is_count(value: Any) -> bool:
    return _is_number(value) and value > 0 and math.isfinite(value) and value == int(value)


def _is_url(value: object) -> bool:
    if not isinstance(value, str) or MASK in value:
        return isinstance(value, str)
    match = _URL.match(value.strip())
    if not match or match[1].lower() not in _SCHEMES_WITH_HOST:
        return bool(match)
    return bool(match[3]) and not re.search(r"[\s<>^|%]", match[3])


def _is_json(value: object) -> bool:
    if not isinstance(value, str) or MASK in value:
        return isinstance(value, str)
    try:
        json.loads(value, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        return False
    return True


def _refuse_constant(name: str) -> None:
    raise ValueError(name)


def _fits(value: object, checks: Mapping[str, Check], needed: tuple[str, ...] = ()) -> bool:
    """Whether ``value`` holds the ``needed`` keys, and fitting values under those that it has. Other keys are
    passed over."""
    if not isinstance(value, dict) or not all(key in value for key in needed):
        return False
    return all(checks[key](value[key]) for key in value if key in checks)


_OAUTH: Mapping[str, Check] = {
    **dict.fromkeys(("client_id", "client_secret", "token_param_name"), is_text),
    **dict.fromkeys(("scopes", "audiences"), are_texts),
    **dict.fromkeys(
        ("authorization_url", "token_url", "issuer", "redirect_uri", "registration_url"), _is_url
    ),
}
_AUTH: Mapping[str, tuple[Mapping[str, Check], tuple[str, ...]]] = {
    "apiKey": ({"key": is_some_text, "name": is_text}, ("key",)),
    "http": (dict.fromkeys(("scheme", "token", "username", "password", "value"), is_some_text), ("scheme",)),
    "google-credentials": ({"scopes": are_texts}, ()),
    "oauth": (_OAUTH, ()),
}


def _is_auth(value: object) -> bool:
    if not isinstance(value, dict) or str(value.get("type")) not in _AUTH:
        return False
    if not _fits(value, *_AUTH[value["type"]]):
        return False
    if value["type"] != "http" or value.get("value"):
        return True
    needed = {"Bearer": ("token",), "Basic": ("username", "password")}.get(value["scheme"], ("value",))
    return all(value.get(key) for key in needed)


def _is_server_auth(value: object) -> bool:
    is_known = isinstance(value, dict) and value.get("type") in ("google-credentials", "oauth")
    return is_known and _is_auth(value)


_SERVER: Mapping[str, Check] = {
    **dict.fromkeys(("command", "cwd", "url", "http_url", "tcp", "description"), is_text),
    **dict.fromkeys(("args", "include_tools", "exclude_tools"), are_texts),
    **dict.fromkeys(("env", "headers"), are_named_texts),
    "type": lambda value: value in ("sse", "http"),
    "timeout": _is_number,
    "trust": is_flag,
    "auth": _is_server_auth,
}


def _are_servers(value: object) -> bool:
    return isinstance(value, dict) and all(_fits(server, _SERVER) for server in value.values())


_CARDS = frozenset({"agent_card_url", "agent_card_json"})
_SHARED: Mapping[str, Check] = dict.fromkeys(("kind", "name", "description", "display_name"), is_text)
_LOCAL: Mapping[str, Check] = {
    **_SHARED,
    "tools": are_texts,
    "mcp_servers": _are_servers,
    "model": is_text,
    "temperature": _is_number,
    **dict.fromkeys(("max_turns", "timeout_mins"), _is_count),
}
_REMOTE: Mapping[str, Check] = {
    **_SHARED,
    "agent_card_url": _is_url,
    "agent_card_json": _is_json,
    "auth": _is_auth,
}


def list_own_servers(values: Mapping[str, Any]) -> Iterator[tuple[str, bool]]:
    """The MCP servers that a file brings, each with whether it gives only a part of its tools."""
    servers = values.get("mcp_servers")
    for name, server in servers.items() if isinstance(servers, dict) else ():
        if isinstance(server, dict):
            yield name, not {"include_tools", "exclude_tools"}.isdisjoint(server)
