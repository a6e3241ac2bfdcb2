"""The page of the architecture: what each folder and module is for, from their docstrings."""

from __future__ import annotations

import ast
from pathlib import Path

from places import ROOT

PACKAGE = ROOT / "plugins/mkdocs_agent_catalog"
PAGE = ROOT / "docs/architecture.md"
# From the edge to the nouns: each folder imports only what stands below it.
FOLDERS = (
    *("mkdocs_adapter", "cli", "publishing", "pages", "checks", "addresses", "history", "linking"),
    *("permissions", "runtimes", "reading", "text", "model"),
)


def read_purpose(module: Path) -> str:
    """The first sentence of a module's docstring, on one line."""
    docstring = ast.get_docstring(ast.parse(module.read_text(encoding="utf-8"))) or ""
    return (
        " ".join(docstring.split("\n\n")[0].split())
        .replace("``", "`")
        .replace("|", "\\|")
        .replace("<", "&lt;")
    )


def list_modules(folder: Path) -> list[Path]:
    """The modules below ``folder``, sorted; those that only make a folder a package are left out."""
    return sorted(path for path in folder.rglob("*.py") if path != folder / "__init__.py")


def make_page() -> str:
    """The page as Markdown."""
    lines = [
        "# Architecture",
        "",
        "The folders of the package `mkdocs_agent_catalog`, from the edge to the nouns. Each imports only",
        "what stands below it, and none imports in a circle; import-linter enforces the order. This page is",
        "made from the docstrings of folders and modules.",
        "",
        "| Module | What it is for |",
        "| --- | --- |",
    ]
    for name in ("plugin.py", "settings.py", "build.py", "cache.py"):
        lines.append(f"| `{name}` | {read_purpose(PACKAGE / name)} |")
    for folder in FOLDERS:
        path = PACKAGE / folder
        lines += ["", f"## {folder}", "", read_purpose(path / "__init__.py"), ""]
        lines += ["| Module | What it is for |", "| --- | --- |"]
        for module in list_modules(path):
            name = module.relative_to(path).as_posix()
            lines.append(f"| `{name.removesuffix('/__init__.py')}` | {read_purpose(module)} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    PAGE.write_text(make_page(), encoding="utf-8")
