"""Whether the catalog is whole beside other plugins and in other themes.

    python -m venv FOLDER && FOLDER/bin/pip install -e . mkdocs-awesome-nav mkdocs-redirects ...
    python benchmarks/beside_plugins.py --python FOLDER/bin/python [--only NAME ...] [--keep FOLDER]
    python benchmarks/beside_plugins.py --rows | --packages

Builds a site of 40 agents without another plugin, and with each: once listed before the catalog, once after
it. Compares what the catalog publishes: pages and files, what each page says, where its links lead, what the
site's search and its navigation have of it. Prints a table: the verdict, and what was found in either order.
Ends with 1 if a verdict is not the expected one. A plugin that the environment does not have is left out;
``--packages`` prints what to install, ``--rows`` the rows of the table in ``docs/other-plugins.md``.
MkDocs-MaterialX has the files of Material for MkDocs: it needs an environment of its own, installed last.
"""

from __future__ import annotations

import argparse
import html
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "benchmarks"))

from beside_plugins_cases import CASES, Case  # noqa: E402

AGENTS = 40
SITE = "https://example.org/team/"
TEAMS = ("build", "data", "docs", "ops", "quality")
TASKS = ("reviews", "writes", "tests", "deploys", "designs", "measures", "explains", "repairs")
TOOLS = ("Read", "Bash(git:*)", "WebFetch", "Edit", "mcp__docs__query")
THEME: dict[str, Any] = {"name": "material", "font": False}
HOME = """# Home

See agent <agent:build-reviews>, and [the list](agents/index.md).

```agents
show: cards
names: [build-reviews, data-writes]
```
"""
GUIDE = "# Guide\n\nAsk [](agent:ops-deploys).\n"
ENVIRONMENT = {**os.environ, "PYTHONPATH": "", "NO_MKDOCS_2_WARNING": "1", "DISABLE_MKDOCS_2_WARNING": "true"}
# What MkDocs says of how long it took and of where it writes is no warning.
_WARNING = re.compile(r"^(?:WARNING|ERROR)\s+-\s+(.*)$", re.M)


def write_repository(root: Path) -> None:
    """Forty agents in five teams, two skills, a server and two pages."""
    for number in range(AGENTS):
        team, task = TEAMS[number % len(TEAMS)], TASKS[number // len(TEAMS)]
        name, peer = f"{team}-{task}", f"{team}-{TASKS[(number // len(TEAMS) + 1) % len(TASKS)]}"
        tools = ", ".join(TOOLS[: 1 + number % len(TOOLS)])
        listed = f"tools: {tools}\n" if number % 7 else ""
        skills = "skills: [release-notes]\n" if number % 6 == 0 else ""
        about = f"name: {name}\ndescription: Use it when somebody {task} things of {team}.\n"
        body = f"Do it with care, then ask `{peer}`.\n\n| Step | Agent |\n|---|---|\n| 1 | {peer} |\n"
        text = f"---\n{about}{listed}{skills}---\n\n# {name}\n\n{body}"
        _write(root / f"agents/{team}/{name}.md", text)
    for skill in ("release-notes", "plans"):
        text = f"---\nname: {skill}\ndescription: How to write {skill}.\n---\n\n## First\n\nWrite.\n"
        _write(root / f"agents/skills/{skill}/SKILL.md", text)
    _write(root / "agents/.mcp.json", '{"mcpServers": {"docs": {"command": "npx"}}}')
    _write(root / "docs/index.md", HOME)
    _write(root / "docs/guide.md", GUIDE)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def commit_all(root: Path, day: str) -> None:
    """Everything in ``root`` as a commit of that day, so that dates can be told apart."""
    who = {f"GIT_{role}_{what}": value for role in ("AUTHOR", "COMMITTER") for what, value in _NOBODY.items()}
    environment = {**os.environ, **who, "GIT_AUTHOR_DATE": day, "GIT_COMMITTER_DATE": day}
    for words in (["init", "-q", "-b", "main"], ["add", "-A"], ["commit", "-q", "--allow-empty", "-m", day]):
        subprocess.run(["git", *words], cwd=root, env=environment, check=True)


_NOBODY = {"NAME": "Somebody", "EMAIL": "somebody@example.org"}


@dataclass(slots=True)
class Found:
    """A built site as far as the catalog is concerned. Addresses are without ``index.html`` and ``.html``."""

    code: int = 0
    log: str = ""
    root: Path = Path()
    bodies: dict[str, Counter[str]] = field(default_factory=dict)
    """What the catalog says on each page, in pieces."""
    dead: set[str] = field(default_factory=set)
    files: set[str] = field(default_factory=set)
    searched: set[str] = field(default_factory=set)
    menu: set[str] = field(default_factory=set)
    """What the home page leads to outside of what the catalog says there."""

    @property
    def warnings(self) -> list[str]:
        return [text for text in _WARNING.findall(self.log) if "MkDocs 2.0" not in text]


class _Bodies(HTMLParser):
    """The elements of the catalog in a page without what a compressor may change, and all links."""

    def __init__(self, resolve: Callable[[str], str]) -> None:
        super().__init__()
        self.resolve, self.depth, self.is_code = resolve, 0, False
        self.pieces: list[str] = []
        self.links: list[str] = []
        self.outside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        table = {name: value or "" for name, value in attrs}
        links = [table[name] for name in ("href", "src") if name in table]
        self.links += links
        if self.depth:
            self.depth += tag not in _VOID
        elif "ac-page" in table.get("class", "").split():
            self.depth = 1
        elif tag != "link":
            self.outside += links
        if self.depth:
            kept = {
                name: table[name] for name in ("class", "id", "title", "value", "data-name") if name in table
            }
            kept |= {name: self.resolve(table[name]) for name in ("href", "src") if name in table}
            if kept.get("value", "").startswith(SITE):
                kept["value"] = self.resolve(kept["value"])
            self.pieces.append(f"<{tag} {sorted(kept.items())}>")

    def handle_endtag(self, tag: str) -> None:
        if self.depth and tag not in _VOID:
            self.depth -= 1

    def handle_data(self, data: str) -> None:
        if self.depth and (text := " ".join(data.split())):
            self.pieces.append(text)


_VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


def shorten_address(address: str) -> str:
    """An address below the site's root in the form that both kinds of addresses share."""
    path = unquote(address).removesuffix("index.html").removesuffix(".html")
    return path.strip("/")


def read_site(root: Path, done: subprocess.CompletedProcess[str]) -> Found:
    """What is in a built site."""
    contents = Found(done.returncode, done.stdout + done.stderr, root)
    for path in sorted(root.rglob("*")) if root.is_dir() else ():
        uri = path.relative_to(root).as_posix()
        if path.is_file():
            contents.files.add(shorten_address(uri))
        if path.suffix == ".html" and path.is_file():
            _read_page(contents, path, uri)
    index = root / "search/search_index.json"
    if index.is_file():
        table = json.loads(index.read_text(encoding="utf-8"))
        for entry in table["docs"]:
            page, _sep, anchor = entry["location"].partition("#")
            contents.searched.add(f"{shorten_address(page)}#{anchor}")
    return contents


def _read_page(contents: Found, path: Path, uri: str) -> None:
    page = _Bodies(partial(_resolve, uri))
    page.feed(path.read_text(encoding="utf-8"))
    if page.pieces:
        contents.bodies[shorten_address(uri)] = Counter(page.pieces)
    if uri == "index.html":
        contents.menu = {_resolve(uri, link).partition("#")[0] for link in page.outside}
    for link in page.links:
        parts = urlsplit(html.unescape(link))
        if parts.scheme or parts.netloc or link.startswith(("/", "#")) or not parts.path:
            continue
        target = contents.root / unquote(urljoin(f"/{uri}", parts.path)).lstrip("/")
        if not target.is_file() and not (target / "index.html").is_file():
            contents.dead.add(f"{shorten_address(uri)} -> {link}")


def _resolve(uri: str, link: str) -> str:
    """What a link of the page at ``uri`` leads to, in the form that both kinds of addresses share."""
    if link.startswith(SITE):
        link = "/" + link.removeprefix(SITE)
    parts = urlsplit(link)
    if parts.scheme or parts.netloc:
        return link
    anchor = f"#{parts.fragment}" if parts.fragment else ""
    return shorten_address(urljoin(f"/{uri}", parts.path)) + anchor if parts.path else anchor


def build_site(python: Path, root: Path, plugins: list[Any], config: dict[str, Any]) -> Found:
    """The site of ``root`` with ``plugins``."""
    table = {"site_name": "Beside", "site_url": SITE, "theme": THEME}
    # JSON is YAML, and needs no library.
    text = json.dumps({**table, **config, "plugins": plugins}, indent=1)
    (root / "mkdocs.yml").write_text(text, encoding="utf-8")
    shutil.rmtree(root / "site", ignore_errors=True)
    command = [str(python), "-m", "mkdocs", "build"]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, env=ENVIRONMENT)
    return read_site(root / "site", done)


def compare(site: Found, plain: Found, case: Case) -> list[str]:
    """What is other than on the site without the plugin."""
    if site.code:
        lines = [line for line in site.log.strip().splitlines() if line.strip()]
        errors = [line for line in lines if re.match(r"(ERROR|\w*Error|Aborted|Config)", line)]
        return [f"no site: {' '.join((errors or lines)[-1].split())[:160]}"]
    meant = [
        text for text in _list_differences(site, plain, case) if text.split()[1].strip(",") not in case.ignore
    ]
    return [*meant, *case.look(site.root, site.log)]


def _list_differences(site: Found, plain: Found, case: Case) -> Iterator[str]:
    for what, there, here in (
        ("pages missing", plain.bodies.keys(), site.bodies.keys()),
        ("files missing", plain.files - plain.bodies.keys(), site.files),
        ("entries of the search missing", plain.searched, site.searched),
        ("links of the menu missing", plain.menu & plain.bodies.keys(), site.menu),
    ):
        if missing := sorted(set(there) - set(here)):
            yield f"{len(missing)} {what}, such as {missing[0] or 'the home page'}"
    changed = [uri for uri, body in plain.bodies.items() if site.bodies.get(uri, body) != body]
    if changed:
        before, after = plain.bodies[changed[0]], site.bodies[changed[0]]
        example = next(iter([*(before - after), *(after - before)]), "")
        yield f"{len(changed)} pages changed, such as {changed[0]}: {example[:80]}"
    if dead := sorted(site.dead - plain.dead):
        yield f"{len(dead)} dead links, such as {dead[0]}"
    warnings = [text for text in site.warnings if text not in plain.warnings]
    if warnings:
        yield f"{len(warnings)} warnings, such as: {warnings[0][:160]}"


def measure(python: Path, case: Case, plain: Callable[[Case], Found], folder: Path) -> dict[str, list[str]]:
    """What was found in either order; a theme has one."""
    results = {}
    for order in ("before", "after") if case.plugins else ("theme",):
        root = folder / f"{case.name}-{order}".replace("/", "-")
        shutil.rmtree(root, ignore_errors=True)
        write_repository(root)
        for path, text in case.files.items():
            _write(root / path, text)
        case.prepare(root)
        (root / ".gitignore").write_text("site/\n.cache/\n", encoding="utf-8")
        commit_all(root, "2024-02-03T12:00:00+00:00")
        pair = [*case.plugins, "agent-catalog"] if order == "before" else ["agent-catalog", *case.plugins]
        site = build_site(python, root, [*case.base, *pair], case.config)
        results[order] = compare(site, plain(case), case)
    return results


def is_expected(case: Case, results: dict[str, list[str]]) -> bool:
    """Whether what was found fits the verdict: nothing at all, or something in a site that is built."""
    has_site = not any(text.startswith("no site") for texts in results.values() for text in texts)
    is_same = not any(results.values())
    return is_same if case.verdict == "works" else has_site and not is_same


def list_installed(python: Path) -> set[str]:
    """The plugins and themes of the environment."""
    program = (
        "from importlib.metadata import entry_points as e\n"
        "print(*(p.name for g in ('mkdocs.plugins', 'mkdocs.themes') for p in e(group=g)), sep='\\n')"
    )
    done = subprocess.run([str(python), "-c", program], capture_output=True, text=True, check=True)
    names = set(done.stdout.split())
    return names | {name.removeprefix("material/") for name in names}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--python", type=Path, default=Path(sys.executable))
    parser.add_argument("--only", nargs="*", default=[])
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--rows", action="store_true")
    parser.add_argument("--packages", action="store_true")
    chosen = parser.parse_args()
    if chosen.rows:
        print(*(case.make_row() for case in CASES), sep="\n")
        return 0
    if chosen.packages:
        print(*sorted({case.package for case in CASES}))
        return 0
    cases = [case for case in CASES if not chosen.only or case.name in chosen.only]
    folder = chosen.keep or Path(tempfile.mkdtemp())
    wrong = run(cases, chosen.python, folder)
    if not chosen.keep:
        shutil.rmtree(folder)
    return wrong


def run(cases: list[Case], python: Path, folder: Path) -> int:
    """Prints the table; 1 if a verdict is not the expected one."""
    installed, plain_sites, wrong = list_installed(python), dict[str, Found](), 0

    def find_plain(case: Case) -> Found:
        key = json.dumps([case.plain, case.plain_options], sort_keys=True)
        if key not in plain_sites:
            root = folder / f"plain-{len(plain_sites)}"
            shutil.rmtree(root, ignore_errors=True)
            write_repository(root)
            commit_all(root, "2024-02-03T12:00:00+00:00")
            plugins = ["search", {"agent-catalog": case.plain_options}]
            plain_sites[key] = build_site(python, root, plugins, case.plain)
            assert not plain_sites[key].code, plain_sites[key].log
        return plain_sites[key]

    print("| | Verdict | Before ours | After ours |", "|---|---|---|---|", sep="\n")
    for case in cases:
        if case.name not in installed:
            print(f"| {case.name} | not installed | | |", flush=True)
            continue
        results = measure(python, case, find_plain, folder)
        fits = is_expected(case, results)
        wrong |= not fits
        cells = ["; ".join(texts).replace("|", "\\|") or "as without it" for texts in results.values()]
        mark = "" if fits else " (!)"
        print(f"| {case.name} | {case.verdict}{mark} | {' | '.join(cells)} |", flush=True)
    return int(wrong)


if __name__ == "__main__":
    sys.exit(main())
