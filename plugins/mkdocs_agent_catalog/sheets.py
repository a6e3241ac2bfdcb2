"""The tables of facts that come with the package: ``data/*.yaml``."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Any

import yaml

# libyaml reads ten times as fast, where it is there.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@cache
def sheet(name: str) -> Any:
    """What the table called ``name`` holds, as YAML gives it."""
    text = resources.files(__package__).joinpath(f"data/{name}.yaml").read_text(encoding="utf-8")
    return yaml.load(text, Loader=_LOADER)
