"""The catalog as content for another generator: Markdown files with front matter and the HTML of each page.

Zensical, MkDocs and all that take Markdown with HTML in it make pages of them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ...build import BuiltCatalog, Options
from ...model.output import Output
from ...pages import assets
from ...pages.home import HOME
from ...pages.registry import list_nav_sections

# A generator takes whatever ends with `.md` for a page, and stops at front matter that is no YAML.
DEFINITION_SUFFIX = ".md.txt"
STYLE = "assets/agent-catalog.css"
FILE_LIST = "assets/exported-files.txt"
# In the first two a line break is seen; in the third nothing is decoded.
_WHOLE_ELEMENTS = re.compile(r"(<(?:pre|textarea|script)\b.*?</(?:pre|textarea|script)>)", re.S)


@dataclass(frozen=True, slots=True)
class ExportResult:
    """What was written: the number of ``pages``, and the paths that somebody else's file has and ``kept``; a
    home page of the author's own is not told."""

    pages: int
    kept: tuple[str, ...]


def write_content_files(built: BuiltCatalog, options: Options, folder: Path) -> ExportResult:
    """Writes all pages and files into ``folder``, the folder of a generator's content, and removes what an
    earlier export wrote and this one does not. Files that no export wrote are left as they are.

    Raises ``OSError`` where something cannot be written, and ``jinja2.TemplateError`` for a broken template
    of the site's own.
    """
    list_path = options.where.uri(FILE_LIST)
    try:
        earlier = set((folder / list_path).read_text(encoding="utf-8").splitlines())
    except FileNotFoundError:
        earlier = set()
    written, kept = [], []
    for path, content in list_content_files(built, options):
        target = folder / path
        if path not in earlier and target.exists():
            kept += [path] if path != options.where.uri(HOME) else []
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8", "replace"))
        written.append(path)
    for path in earlier.difference(written):
        _remove_file(folder, path)
    (folder / list_path).parent.mkdir(parents=True, exist_ok=True)
    (folder / list_path).write_text("\n".join([*sorted(written), ""]), encoding="utf-8", newline="\n")
    return ExportResult(sum(path.endswith(".md") for path in written), tuple(kept))


def _remove_file(folder: Path, path: str) -> None:
    """Removes a file that an earlier export wrote, and the folders that are empty then."""
    target = folder / path
    if not target.resolve().is_relative_to(folder.resolve()):
        return
    target.unlink(missing_ok=True)
    for above in target.parents:
        if above == folder or not above.is_dir() or any(above.iterdir()):
            return
        above.rmdir()


def list_content_files(built: BuiltCatalog, options: Options) -> Iterator[tuple[str, str | bytes]]:
    """Path below the content's folder and content of each file."""
    for output in built.outputs:
        yield output.uri, format_page(output) if output.is_page else output.content
    yield options.where.uri(STYLE), assets.build_stylesheet()


def format_page(output: Output) -> str:
    """A page as Markdown: front matter, and its HTML on one line, as an empty line would end it."""
    matter = [f"title: {_quote(output.title)}"]
    matter += [f"description: {_quote(output.description)}"] if output.description else []
    # The table of contents is made of Markdown headings, and there are none.
    matter += [f"hide: [{'navigation, ' if output.wide else ''}toc]"]
    html = "".join(map(_protect_html, _WHOLE_ELEMENTS.split(output.body.html.strip())))
    return "\n".join(["---", *matter, "---", "", html, ""])


def _protect_html(html: str) -> str:
    """``html`` on one line, without what a generator takes for a link of Markdown."""
    if html.startswith("<script"):
        return html.replace("\n", " ").replace("](", "]\\u0028")
    return html.replace("](", "]&#40;").replace(
        "\n", "&#10;" if html.startswith(("<pre", "<textarea")) else " "
    )


def _quote(text: str) -> str:
    """``text`` as YAML and TOML both read it, without the characters that YAML does not take."""
    shown = "".join(char if char.isprintable() else " " for char in text)
    return json.dumps(shown, ensure_ascii=False)


def format_site_lines(built: BuiltCatalog, options: Options) -> str:
    """The lines of ``mkdocs.yml``, which Zensical reads too: the form of addresses, the style sheet and the
    navigation."""
    where = options.where
    lines = [] if where.directory_urls else ["use_directory_urls: false"]
    lines += ["extra_css:", f"  - {_quote(where.uri(STYLE))}", "nav:", f"  - {_quote(where.uri(HOME))}"]
    for section in list_nav_sections(built.shared):
        lines.append(f"  - {_quote(section.title)}:")
        lines += [f"      - {_quote(page.title)}: {_quote(where.uri(page.uri))}" for page in section.pages]
    return "\n".join([*lines, ""])
