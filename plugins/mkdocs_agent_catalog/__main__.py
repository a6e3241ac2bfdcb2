"""The command ``agent-catalog``: the catalog's findings and proofs without a site."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from .build import Options, find, read
from .explain import explain
from .formats import FORMATS
from .grants import Grants
from .rules import profiles
from .settings import SettingError, options

ORDER = ("info", "warn", "error")
FOUND, USAGE = 1, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command; returns 0, 1 when there is something to report, or 2 when it was called wrongly."""
    chosen = _parser().parse_args(arguments)
    repo = Path(chosen.repository).resolve()
    if not repo.is_dir():
        print(f"agent-catalog: no folder `{chosen.repository}`", file=sys.stderr)
        return USAGE
    try:
        settings = options(_configured(repo, chosen), repo)
    except SettingError as error:
        print(f"agent-catalog: {error}", file=sys.stderr)
        return USAGE
    return _check(repo, settings, chosen) if chosen.command == "check" else _explain(repo, settings, chosen)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="agent-catalog", description="Checks and explains agent definitions."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--repository", "-C", default=".", help="the folder of mkdocs.yml (default: here)")
    common.add_argument("--profile", choices=list(profiles()), help="the runtime whose rules apply")
    check = commands.add_parser("check", parents=[common], help="what is wrong in the definitions")
    check.add_argument("paths", nargs="*", help="report on these files and folders only")
    check.add_argument("--format", choices=list(FORMATS), default="text")
    check.add_argument("--fail-on", choices=["error", "warn", "info", "never"], default="warn")
    check.add_argument("--output", help="write to this file instead of the terminal")
    proof = commands.add_parser("explain", parents=[common], help="what an agent may use, and why")
    proof.add_argument("agent", help="its name, its id or its file")
    proof.add_argument("tool", nargs="?", help="one tool, such as Bash or mcp__docs__find")
    return parser


def _configured(repo: Path, chosen: argparse.Namespace) -> dict[str, Any]:
    """The plugin's options in ``mkdocs.yml``, if there is one; the command's own come before them."""
    found: dict[str, Any] = {}
    for entry in _plugins(repo / "mkdocs.yml"):
        if isinstance(entry, dict) and "agent-catalog" in entry:
            found = dict(entry["agent-catalog"] or {})
            break
    found.pop("custom_templates", None)  # No page is made here.
    return {**found, **({"profile": chosen.profile} if chosen.profile else {})}


def _plugins(file: Path) -> list[Any]:
    """The list of plugins; tags that only MkDocs knows (`!ENV`, `!!python/name`) are read over."""

    class Loader(yaml.SafeLoader):
        """Of its own, so that nobody else's loader learns to read over tags."""

    Loader.add_multi_constructor("", lambda loader, suffix, node: None)
    try:
        table = yaml.load(file.read_text(encoding="utf-8"), Loader)
    except OSError:
        return []
    except yaml.YAMLError as error:
        raise SettingError(f"mkdocs.yml cannot be read: {str(error).splitlines()[0]}") from error
    plugins = table.get("plugins") if isinstance(table, dict) else None
    if isinstance(plugins, dict):
        return [{name: value} for name, value in plugins.items()]
    return plugins if isinstance(plugins, list) else []


def _check(repo: Path, settings: Options, chosen: argparse.Namespace) -> int:
    found = [d for d in find(repo, settings).diagnostics if settings.levels[d.check] != "ignore"]
    if chosen.paths:
        wanted = [Path(path).resolve() for path in chosen.paths]
        found = [d for d in found if any((repo / d.span.path).resolve().is_relative_to(w) for w in wanted)]
    said = FORMATS[chosen.format](found, settings.levels)
    if chosen.output:
        Path(chosen.output).write_text(said + "\n", encoding="utf-8")
    elif said:
        print(said)
    if chosen.fail_on == "never":
        return 0
    loud = ORDER[ORDER.index(chosen.fail_on) :]
    return FOUND if any(settings.levels[d.check] in loud for d in found) else 0


def _explain(repo: Path, settings: Options, chosen: argparse.Namespace) -> int:
    said = explain(read(repo, settings), Grants(settings.profile), chosen.agent, chosen.tool)
    if said is None:
        print(f"agent-catalog: no agent `{chosen.agent}`", file=sys.stderr)
        return USAGE
    print(said)
    return 0


if __name__ == "__main__":
    sys.exit(main())
