"""What the command ``agent-catalog`` is called with."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import date
from importlib.metadata import version

import shtab

from ..runtimes import list_profiles
from .diff_formats import DIFF_FORMATS
from .report_formats import FORMATS
from .what_if import WHAT_IF_FORMATS
from .wiki_links.report import FORMATS as VERDICTS

Add = Callable[..., argparse.ArgumentParser]
"""Adds the parser of a command."""


def build_parser() -> argparse.ArgumentParser:
    """The parser of the command and of all its commands."""
    parser = argparse.ArgumentParser(
        prog="agent-catalog",
        description="A catalog of the AI agents in a repository: `agent-catalog serve` shows it.",
    )
    parser.add_argument("--repository", "-C", metavar="FOLDER", default=".", help=argparse.SUPPRESS)
    parser.add_argument("--version", action="version", version=f"%(prog)s {version('mkdocs-agent-catalog')}")
    shtab.add_argument_to(parser, help="print a completion script for this shell, and stop")
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument(
        *("--repository", "-C"),
        metavar="FOLDER",
        default=argparse.SUPPRESS,
        help="the folder with the definitions (default: here)",
    )
    common.add_argument(
        "--profile",
        choices=list(list_profiles()),
        metavar="RUNTIME",
        help=f"the runtime whose rules apply: {', '.join(list_profiles())}",
    )
    past = argparse.ArgumentParser(add_help=False)
    past.add_argument("--at", metavar="REVISION", help="as of this commit, branch, tag or day (2026-05-01)")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    _add_site_commands(commands.add_parser, common, past)
    _add_rights_commands(commands.add_parser, common, past)
    _add_record_commands(commands.add_parser, common, past)
    _add_other_commands(commands.add_parser, common, past)
    return parser


def _add_site_commands(add: Add, common: argparse.ArgumentParser, past: argparse.ArgumentParser) -> None:
    """Those that show or write a site."""
    preview = add("serve", parents=[common], help="show the catalog of a folder in the browser")
    preview.add_argument(
        "--host", default="127.0.0.1", help="the address to listen at (default: this machine only)"
    )
    preview.add_argument("--port", type=_parse_port, help="the port (default: 8000, or the next free one)")
    preview.add_argument("--open", action="store_true", help="open it in the browser")
    site = add("build", parents=[common, past], help="write the catalog as a whole site, without MkDocs")
    site.add_argument("--output", "-d", default="site", help="the folder to write to (default: site)")
    site.add_argument("--site-url", help="the site's address (default: `site_url` of mkdocs.yml)")
    site.add_argument("--no-directory-urls", action="store_true", help="for pages that are opened as files")
    content = add(
        "export", parents=[common, past], help="write the pages as content files for another generator"
    )
    content.add_argument("folder", help="the folder of the generator's content, such as docs")
    start = add("init", parents=[common], help="write the files that a site needs")
    start.add_argument("--dry-run", action="store_true", help="say what would be written, and write nothing")


def _add_rights_commands(add: Add, common: argparse.ArgumentParser, past: argparse.ArgumentParser) -> None:
    """Those that say what is wrong, what changed, and what would come of a change."""
    check = add("check", parents=[common, past], help="what is wrong in the definitions")
    check.add_argument("paths", nargs="*", help="report on these files and folders only")
    check.add_argument("--format", choices=list(FORMATS), default="text")
    check.add_argument(
        "--fail-on",
        choices=["error", "warn", "info", "never"],
        default="warn",
        help="exit with 1 for findings of this level and above (default: warn)",
    )
    check.add_argument("--quiet", "-q", action="store_true", help="print only the findings that it fails for")
    check.add_argument("--against", action="append", default=[], metavar="FILE", help="a list kept by hand")
    check.add_argument("--site", metavar="DIR", help="a site that was built: whether it has its catalog")
    check.add_argument("--output", help="write to this file instead of the terminal")
    difference = add("diff", parents=[common], help="what agents may do that was not so before")
    difference.add_argument("base", help="a commit, branch, tag or day (2026-05-01) to compare with")
    difference.add_argument("head", nargs="?", help="another one (default: the files as they are)")
    difference.add_argument("--format", choices=list(DIFF_FORMATS), default="text")
    difference.add_argument("--output", help="write to this file instead of the terminal")
    difference.add_argument("--exit-code", action="store_true", help="exit with 1 when rights differ")
    what_if = add("what-if", parents=[common, past], help="who loses what when something is switched off")
    what_if.add_argument(
        "--without",
        action="append",
        default=[],
        metavar="NAME",
        help="switch off an agent, skill, server, tool or capability: Bash, or tool:Bash to be exact",
    )
    what_if.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="agent:NAME=TOOLS",
        help="give an agent another list of tools, such as agent:reviewer='Read, Grep'",
    )
    what_if.add_argument("--format", choices=list(WHAT_IF_FORMATS), default="text")
    least = add("least", parents=[common, past], help="the fewer tools that agents would need, as a patch")
    least.add_argument("agents", nargs="*", metavar="agent", help="a name, an id or a file (default: all)")
    least.add_argument(
        "--patch", action="store_true", help="print a patch for `git apply`; no file is changed"
    )


def _add_record_commands(add: Add, common: argparse.ArgumentParser, past: argparse.ArgumentParser) -> None:
    """Those that keep records beside the definitions, and write from them."""
    links = add("links", parents=[common], help="the lock file of addresses: what changed")
    links.add_argument("--update", action="store_true", help="write it")
    links.add_argument(
        "--replaced-by",
        action="append",
        default=[],
        metavar="OLD=NEW",
        help="NEW replaces OLD, which is gone",
    )
    policy = add("policy", parents=[common, past], help="what each rule of the policy says")
    policy.add_argument(
        "--baseline", type=_parse_day, metavar="DAY", help="print waivers until this day for what is there"
    )
    policy.add_argument("--role", help="who waives it, as a role")
    policy.add_argument("--reason", default="There before the rule.", help="why")
    review = add("review", parents=[common], help="which agents are to be looked at again")
    review.add_argument("agent", nargs="*", metavar="AGENT", help="only these: name, id, file or folder")
    review.add_argument("--by", metavar="ROLE", help="record that somebody in this role looked at them today")
    review.add_argument("--exit-code", action="store_true", help="exit with 1 if any is to be looked at")
    evidence = add("evidence", parents=[common], help="one file for an auditor")
    evidence.add_argument("--since", type=_parse_day, metavar="DAY", required=True, help="the first day")
    evidence.add_argument("--until", type=_parse_day, metavar="DAY", help="the last day (default: of HEAD)")
    evidence.add_argument("--output", "-o", default="evidence.html", help="(default: evidence.html)")
    add("pull", parents=[common], help="fetch the catalogs of other repositories")


def _add_other_commands(add: Add, common: argparse.ArgumentParser, past: argparse.ArgumentParser) -> None:
    """Those that say where links of others lead, and why an agent may use what it may."""
    exported = add("check-links", parents=[common], help="what a wiki's links lead to now")
    exported.add_argument("files", nargs="+", help="exported pages, folders of them, or -")
    exported.add_argument("--format", choices=list(VERDICTS), default="text")
    exported.add_argument("--site-url", help="the site's address (default: `site_url` of mkdocs.yml)")
    exported.add_argument("--strict", action="store_true", help="links that are led on count too")
    exported.add_argument("--quiet", "-q", action="store_true", help="leave out the links that are right")
    proof = add("explain", parents=[common, past], help="what an agent may use, and why")
    proof.add_argument("agent", help="its name, its id or its file")
    proof.add_argument("tool", nargs="?", help="one tool, such as Bash or mcp__docs__find")


def _parse_day(text: str) -> str:
    """A day. Raises ``ArgumentTypeError``."""
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise argparse.ArgumentTypeError(f"`{text}` is no day, such as 2027-03-31") from None


def _parse_port(text: str) -> int:
    """The number of a port. Raises ``ArgumentTypeError``."""
    if text.isdecimal() and 0 < int(text) < 65536:
        return int(text)
    raise argparse.ArgumentTypeError(f"`{text}` is no port: a port is a number from 1 to 65535")
