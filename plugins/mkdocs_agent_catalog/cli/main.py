"""The command ``agent-catalog``: the catalog's findings and proofs without a site."""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml
from jinja2 import TemplateError

from ..addresses.history import MOST_BYTES
from ..build import Options, check_catalog, load_catalog
from ..checks.curated_lists import compare_list
from ..checks.suppressions import apply_suppressions
from ..model.catalog import Catalog
from ..model.definitions import Diagnostic
from ..permissions.decisions import PermissionResolver
from ..reading import disk
from ..runtimes import list_profiles
from ..settings import SettingError, SiteSettings, parse_options
from ..text.strings import make_printable
from .explain import explain_access
from .report_formats import FORMATS
from .update_lock import LockUpdateError, plan_lock_update
from .wiki_links.find_links import UnreadableError, read_texts
from .wiki_links.report import FORMATS as VERDICTS
from .wiki_links.report import judge_links, load_resolver

ORDER = ("info", "warn", "error")
FOUND, USAGE = 1, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command; returns 0, 1 when there is something to report, or 2 when it was called wrongly."""
    chosen = _build_parser().parse_args(arguments)
    repo = Path(chosen.repository).resolve()
    if not repo.is_dir():
        print(f"agent-catalog: no folder `{chosen.repository}`", file=sys.stderr)
        return USAGE
    try:
        table, site = _configured(repo, chosen)
        settings = parse_options(table, repo, site)
    except SettingError as error:
        print(f"agent-catalog: {error}", file=sys.stderr)
        return USAGE
    commands = {"check": _check, "check-links": _check_links, "explain": _explain, "links": _update_links}
    return commands[chosen.command](repo, settings, chosen)


def _build_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="agent-catalog", description="Checks and explains agent definitions."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--repository", "-C", default=".", help="the folder of mkdocs.yml (default: here)")
    common.add_argument("--profile", choices=list(list_profiles()), help="the runtime whose rules apply")
    check = commands.add_parser("check", parents=[common], help="what is wrong in the definitions")
    check.add_argument("paths", nargs="*", help="report on these files and folders only")
    check.add_argument("--format", choices=list(FORMATS), default="text")
    check.add_argument("--fail-on", choices=["error", "warn", "info", "never"], default="warn")
    check.add_argument("--against", action="append", default=[], metavar="FILE", help="a list kept by hand")
    check.add_argument("--output", help="write to this file instead of the terminal")
    links = commands.add_parser("links", parents=[common], help="the lock file of addresses: what changed")
    links.add_argument("--update", action="store_true", help="write it")
    links.add_argument(
        "--replaced-by",
        action="append",
        default=[],
        metavar="OLD=NEW",
        help="NEW replaces OLD, which is gone",
    )
    exported = commands.add_parser("check-links", parents=[common], help="what a wiki's links lead to now")
    exported.add_argument("files", nargs="+", help="exported pages, folders of them, or -")
    exported.add_argument("--format", choices=list(VERDICTS), default="text")
    exported.add_argument("--site-url", help="the site's address (default: `site_url` of mkdocs.yml)")
    exported.add_argument("--strict", action="store_true", help="links that are led on count too")
    exported.add_argument("--quiet", "-q", action="store_true", help="leave out the links that are right")
    proof = commands.add_parser("explain", parents=[common], help="what an agent may use, and why")
    proof.add_argument("agent", help="its name, its id or its file")
    proof.add_argument("tool", nargs="?", help="one tool, such as Bash or mcp__docs__find")
    return parser


# What only the pages need; what it takes may be missing where definitions are checked.
LOOKS = ("custom_templates",)
NAMES = (
    "sources",
    "exclude",
    "path",
    "nav",
    "profile",
    "validation",
    "suppress",
    "lock",
    "feeds",
    "embeds",
    "theme_cache",
    *LOOKS,
)


def _configured(repo: Path, chosen: argparse.Namespace) -> tuple[dict[str, Any], SiteSettings]:
    """What ``mkdocs.yml`` says, if there is one: the plugin's options, and of the site itself.

    The command's own options come before them.
    """
    file = next((repo / name for name in ("mkdocs.yml", "mkdocs.yaml") if (repo / name).is_file()), None)
    table = _settings(file) if file else {}
    ours = [
        entry["agent-catalog"] or {}
        for entry in _plugins(table)
        if isinstance(entry, dict) and "agent-catalog" in entry
    ]
    result = ours[0] if ours else {}
    if not isinstance(result, dict):
        raise SettingError(f"`agent-catalog` in mkdocs.yml holds options, not `{result}`")
    wrong = sorted(set(map(str, result)) - set(NAMES))
    if wrong:
        raise SettingError(f"mkdocs.yml: no option `{wrong[0]}`; there are: {', '.join(NAMES)}")
    texts = {name for name in LOOKS if result.get(name) and (repo / str(result[name])).is_dir()}
    options = {name: value for name, value in result.items() if name not in LOOKS or name in texts}
    site = SiteSettings(
        use_directory_urls=table.get("use_directory_urls") is not False,
        url=str(table.get("site_url") or ""),
        name=str(table.get("site_name") or ""),
        docs=str(table.get("docs_dir") or "docs"),
    )
    return {**options, **({"profile": chosen.profile} if chosen.profile else {})}, site


def _settings(file: Path, depth: int = 0) -> dict[str, Any]:
    """The settings in ``file``, with those of the one that it inherits from below them.

    Tags that only MkDocs knows are read over; `!ENV` is looked up as MkDocs does.
    """
    try:
        table = yaml.load(file.read_text(encoding="utf-8"), _loader())
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise SettingError(f"{file.name} cannot be read: {str(error).splitlines()[0]}") from error
    if not isinstance(table, dict):
        return {}
    if isinstance(table.get("INHERIT"), str) and depth < 10:
        return {**_settings(file.parent / table["INHERIT"], depth + 1), **table}
    return table


def _plugins(table: dict[str, Any]) -> list[Any]:
    plugins = table.get("plugins")
    if isinstance(plugins, dict):
        return [{name: value} for name, value in plugins.items()]
    return plugins if isinstance(plugins, list) else []


def _loader() -> type[yaml.SafeLoader]:
    class Loader(yaml.SafeLoader):
        """Of its own, so that nobody else's loader learns to read over tags."""

    def env(loader: yaml.SafeLoader, node: yaml.Node) -> Any:
        if isinstance(node, yaml.SequenceNode):
            *names, default = loader.construct_sequence(node)
            return next((os.environ[name] for name in names if name in os.environ), default)
        return os.environ.get(str(node.value))

    Loader.add_constructor("!ENV", env)
    Loader.add_multi_constructor("", lambda loader, suffix, node: None)
    return Loader


def _check(repo: Path, settings: Options, chosen: argparse.Namespace) -> int:
    findings = check_catalog(repo, settings)
    diagnostics = [d for d in findings.diagnostics if settings.levels[d.check] != "ignore"]
    if chosen.paths:
        wanted = [_find_file(repo, path) for path in chosen.paths]
        lost = next((path for path, where in zip(chosen.paths, wanted, strict=True) if where is None), None)
        if lost is not None:
            print(f"agent-catalog: no file or folder `{lost}`", file=sys.stderr)
            return USAGE
        diagnostics = [
            d
            for d in diagnostics
            if any((repo / d.span.path).resolve().is_relative_to(w) for w in wanted if w)
        ]
    try:
        diagnostics += _compare_lists(repo, findings.catalog, settings, chosen)
    except (OSError, UnicodeDecodeError) as error:
        print(f"agent-catalog: what `--against` names cannot be read: {error}", file=sys.stderr)
        return USAGE
    message = FORMATS[chosen.format](diagnostics, settings.levels)
    if chosen.output:
        try:
            disk.write(Path(chosen.output), message + "\n")
        except OSError as error:
            print(f"agent-catalog: `{chosen.output}` cannot be written: {error.strerror}", file=sys.stderr)
            return USAGE
    elif message:
        print(message)
    if chosen.fail_on == "never":
        return 0
    loud = ORDER[ORDER.index(chosen.fail_on) :]
    return FOUND if any(settings.levels[d.check] in loud for d in diagnostics) else 0


def _compare_lists(
    repo: Path, catalog: Catalog, settings: Options, chosen: argparse.Namespace
) -> list[Diagnostic]:
    """What lists kept by hand say otherwise than ``catalog``.

    Raises ``OSError`` or ``UnicodeDecodeError``.
    """
    diagnostics: list[Diagnostic] = []
    docs = f"{_configured(repo, chosen)[1].docs}/{settings.path}"
    for name in chosen.against:
        file = _find_file(repo, name) or Path(name)
        path = os.path.relpath(file.resolve(), repo).replace(os.sep, "/")
        drift = compare_list(catalog, path, file.read_text(encoding="utf-8"), docs)
        if not drift.entries:
            print(f"agent-catalog: `{name}` lists no agent or skill of the catalog", file=sys.stderr)
        diagnostics += drift.findings
    remaining, _ = apply_suppressions(diagnostics, catalog, settings.suppress)
    return [d for d in remaining if settings.levels[d.check] != "ignore"]


def _find_file(repo: Path, path: str) -> Path | None:
    """The path as it stands here, or else in the repository."""
    return next((path.resolve() for path in (Path(path), repo / path) if path.exists()), None)


def _update_links(repo: Path, settings: Options, chosen: argparse.Namespace) -> int:
    """Says what changed since the lock file was written, and writes it only when asked to."""
    today = datetime.now(UTC).strftime("%Y-%m-%d")
    try:
        update = plan_lock_update(repo, settings, chosen.replaced_by, today)
        file = repo / settings.lock
        if chosen.update and (not file.is_file() or disk.read(file, MOST_BYTES) != update.text.encode()):
            disk.write(file, update.text)
    except (LockUpdateError, OSError) as error:
        print(f"agent-catalog: {error}", file=sys.stderr)
        return USAGE
    for line in update.changes:
        print(make_printable(line))
    if not chosen.update and update.changes:
        print(f"{len(update.changes)} changes are not in {settings.lock}: record them with --update")
        return FOUND
    print(f"{settings.lock} {'is written' if chosen.update and update.changes else 'is up to date'}")
    return 0


def _check_links(repo: Path, settings: Options, chosen: argparse.Namespace) -> int:
    """Says of each link into the catalog whether what it leads to is there, has moved or is gone."""
    url = chosen.site_url or settings.site_url
    if not url.startswith(("http://", "https://")):
        wanted = "its address is needed: `site_url` in mkdocs.yml, or --site-url https://…"
        print(f"agent-catalog: links to a site are looked for; {wanted}", file=sys.stderr)
        return USAGE
    settings = replace(settings, site_url=f"{url.rstrip('/')}/")
    try:
        texts = list(read_texts(chosen.files))
        directory = load_resolver(repo, settings, repo / _configured(repo, chosen)[1].docs)
    except (UnreadableError, TemplateError) as error:
        print(f"agent-catalog: {make_printable(str(error))}", file=sys.stderr)
        return USAGE
    verdicts = list(judge_links(texts, directory))
    print(VERDICTS[chosen.format](verdicts, settings.site_url, chosen.quiet))
    needs_work = any(verdict.is_dead or (chosen.strict and not verdict.is_right) for verdict in verdicts)
    return FOUND if needs_work else 0


def _explain(repo: Path, settings: Options, chosen: argparse.Namespace) -> int:
    file = _find_file(repo, chosen.agent)
    agent = os.path.relpath(file, repo).replace(os.sep, "/") if file and file.is_file() else chosen.agent
    message = explain_access(
        load_catalog(repo, settings), PermissionResolver(settings.profile), agent, chosen.tool
    )
    if message is None:
        print(f"agent-catalog: no agent `{chosen.agent}`", file=sys.stderr)
        return USAGE
    print(message)
    return 0


def run() -> None:
    """The entry point: a reader that closes early, or a terminal without Unicode, is no error of ours."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        code = main()
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = FOUND
    sys.exit(code)
