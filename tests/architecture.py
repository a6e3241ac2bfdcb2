"""The page of the architecture: what each folder and module is for, from their docstrings."""

from __future__ import annotations

import ast
import tomllib
from pathlib import Path

from places import PACKAGE, ROOT

PAGE = ROOT / "docs/architecture.md"


def list_layers() -> list[str]:
    """The modules and folders of the package, the outermost first, as import-linter has them."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    layers = settings["tool"]["importlinter"]["contracts"][0]["layers"]
    return [name for layer in layers for name in layer.split(" | ")]


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
    layers = list_layers()
    lines = [
        "# Architecture",
        "",
        "For those who change the code: what each folder and module of the package `mkdocs_agent_catalog`",
        "is for. The outermost come first. A module imports only what is below it in this order;",
        "import-linter enforces it. This page is generated from the docstrings of folders and modules.",
        "",
        "| Module | Purpose |",
        "| --- | --- |",
    ]
    for name in layers:
        if (module := PACKAGE / f"{name}.py").exists() and not name.startswith("_"):
            lines.append(f"| `{name}.py` | {read_purpose(module)} |")
    for name in layers:
        path = PACKAGE / name
        if not path.is_dir():
            continue
        lines += ["", f"## {name}", "", read_purpose(path / "__init__.py"), ""]
        lines += ["| Module | Purpose |", "| --- | --- |"]
        for module in list_modules(path):
            relative = module.relative_to(path).as_posix().removesuffix("/__init__.py")
            lines.append(f"| `{relative}` | {read_purpose(module)} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    PAGE.write_text(make_page(), encoding="utf-8")
