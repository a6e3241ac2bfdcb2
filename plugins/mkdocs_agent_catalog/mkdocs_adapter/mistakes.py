"""Mistakes in ``mkdocs.yml`` that MkDocs accepts, or reports without saying where the lines belong."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ..checks.registry import CHECKS
from ..model.definitions import write_options
from ..text.suggestions import suggest

_OPTIONS_OF_OURS = {"sources", "suppress", "custom_templates"}
_PLUGINS = re.compile(r"^plugins[ \t]*:", re.M)


def find_mistakes(text: str, table: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with the file whose content is ``text``, read as ``table``."""
    lines = [text.count("\n", 0, match.start()) + 1 for match in _PLUGINS.finditer(text)]
    if len(lines) > 1:
        places = ", ".join(map(str, lines))
        yield f"`plugins` is there {len(lines)} times (lines {places}) and only the last counts: join them"
    own = table.get("validation")
    values = {**table, **(own if isinstance(own, Mapping) else {})}
    for name in values:
        if name in CHECKS or name in _OPTIONS_OF_OURS:
            yield f"`{name}` belongs to the plugin. Write:\n{_show_place(name, values[name])}"


def explain_unknown_option(name: str, value: object, options: Iterable[str]) -> str:
    """What to say of an option ``name`` that the plugin does not have."""
    if name in CHECKS:
        return f"it is a check, and belongs below `validation`. Write:\n{_show_place(name, value)}"
    meant = suggest(name, options)
    return "the plugin has no such option" + (f"; did you mean `{meant}`?" if meant else "")


def _show_place(name: str, value: object) -> str:
    level = value if isinstance(value, str) and name in CHECKS else "ignore"
    lines = ("validation:", f"  {name}: {level}") if name in CHECKS else (f"{name}: ...",)
    return "\n".join(("", *write_options(*lines)))
