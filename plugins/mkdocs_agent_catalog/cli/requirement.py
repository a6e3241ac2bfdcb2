"""What a workflow has to install: this program, from where it was itself installed."""

from __future__ import annotations

import json
from importlib.metadata import PackageNotFoundError, distribution
from typing import Any
from urllib.parse import urlsplit, urlunsplit

PACKAGE = "mkdocs-agent-catalog"
# Stands for the address that nobody but the user knows. No program can take it for one.
UNKNOWN = f"{PACKAGE} @ git+https://ADDRESS-OF-ITS-REPOSITORY@COMMIT"


def find_requirement() -> str:
    """The requirement for pip: of this version, or of this commit where it came from a repository. It is
    ``UNKNOWN`` where it came from a folder, which no other machine has.

    Source: "Recording the Direct URL Origin of installed distributions", packaging.python.org.
    """
    try:
        package = distribution(PACKAGE)
        origin = json.loads(package.read_text("direct_url.json") or "null")
    except (PackageNotFoundError, OSError, ValueError):
        return UNKNOWN
    return f"{PACKAGE}=={package.version}" if origin is None else _describe_origin(origin)


def _describe_origin(origin: Any) -> str:
    table = origin if isinstance(origin, dict) else {}
    address = _remove_password(str(table.get("url", "")))
    version_control = table.get("vcs_info")
    if address.startswith("file:") or "://" not in address or "dir_info" in table:
        return UNKNOWN
    if not isinstance(version_control, dict):
        return f"{PACKAGE} @ {address}"
    commit = version_control.get("commit_id", "HEAD")
    folder = f"#subdirectory={table['subdirectory']}" if table.get("subdirectory") else ""
    return f"{PACKAGE} @ {version_control.get('vcs', 'git')}+{address}@{commit}{folder}"


def _remove_password(address: str) -> str:
    """``address`` without what gives access: only SSH needs the name of a user."""
    parts = urlsplit(address)
    if parts.scheme == "ssh":
        return address
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))


def write_argument(requirement: str) -> str:
    """``requirement`` as an argument of a shell."""
    return f'"{requirement}"' if " " in requirement else requirement
