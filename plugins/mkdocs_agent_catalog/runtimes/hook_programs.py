"""What may be shown of a hook: the name of the program that it runs, never the rest of its command line."""

from __future__ import annotations

import re
from typing import Any

from ..reading.masking import mask_text

PROGRAM_NAME = re.compile(r"[\w.+-]{1,40}")
_SCRIPT = re.compile(
    r"[\w.+-]{1,60}\.(?:py|sh|bash|zsh|js|mjs|cjs|ts|rb|pl|php|ps1|cmd|bat|exe)(?![\w.-])", re.I
)


def name_program(action: dict[Any, Any]) -> str:
    """The name of the script that a hook runs, else of its program, else what kind of hook it is."""
    command = action.get("command")
    kind = action.get("type")
    if not isinstance(command, str):
        return kind if isinstance(kind, str) and PROGRAM_NAME.fullmatch(kind) else "?"
    script = _SCRIPT.search(command)
    first = command.split()[0].strip("\"'").replace("\\", "/").rpartition("/")[2] if command.split() else ""
    name = script[0] if script else first if PROGRAM_NAME.fullmatch(first) and "=" not in first else "command"
    return mask_text(name)
