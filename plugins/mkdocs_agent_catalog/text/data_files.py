"""Reads the YAML data files of the package, which are beside the modules that use them."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml

DATA = Path(__file__).parents[1] / "data"
# libyaml reads ten times as fast, where it is there.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@cache
def load_table(path: Path) -> Any:
    """What the YAML file at ``path`` holds."""
    return yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER)


def load_data(name: str) -> Any:
    """What ``data/<name>.yaml`` holds."""
    return load_table(DATA / f"{name}.yaml")
