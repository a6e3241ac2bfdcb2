"""Reads the YAML data files of the package. Each is beside the module that uses it."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml

# libyaml reads ten times as fast, where it is there.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@cache
def load_table(path: Path) -> Any:
    """What the YAML file at ``path`` holds."""
    return yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER)
