"""Renders Material's page around a catalog page once for each layout, and then fills it for each page.

Material renders its header, navigation and footer into every page: most of what a page costs. Pages of the
catalog differ in few values, so a page is rendered once with placeholders for these values. The first two
pages that are filled are rendered by the theme too and compared. A layout that fails is never filled.

A fifth of what Material writes around a page is blank lines and indentation. It is left out.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import jinja2
import mkdocs
from markupsafe import Markup, escape
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.toc import AnchorLink, TableOfContents

from .generated_files import PAGE_EVENTS, CatalogFile, CatalogPage, has_other_handlers

PAGES_TO_COMPARE = 2
# MkDocs-MaterialX has the files of Material in the same package.
MATERIAL = ("material", "materialx")
_MARK = "zq0mark"
# White space with a line break is worth one line break in HTML, except in these elements.
_INDENTATION = re.compile(r"(<(pre|textarea|script|style)\b.*?</\2>)|\n\s+", re.DOTALL | re.IGNORECASE)
_TEMPLATES = {"", ".html", ".htm", ".xml", ".jinja", ".jinja2", ".j2", ".txt", ".md"}


def can_fill(config: MkDocsConfig) -> bool:
    """Whether nothing but Material's own templates decides what a page looks like."""
    if config.theme.name not in MATERIAL or any(has_other_handlers(config, event) for event in PAGE_EVENTS):
        return False
    try:
        import material  # type: ignore[import-untyped]
    except ImportError:
        return False
    own = [Path(package.__path__[0]).resolve() for package in (material, mkdocs)]
    folders = [Path(folder).resolve() for folder in config.theme.dirs]
    added = [folder for folder in folders if not any(folder.is_relative_to(path) for path in own)]
    return not any(_is_page_mentioned(path) for folder in added for path in folder.rglob("*"))


def _is_page_mentioned(path: Path) -> bool:
    if path.suffix.lower() not in _TEMPLATES or not path.is_file():
        return False
    return bool(re.search(rb"\bpage\b", path.read_bytes()))


def find_site_folders(files: Files, navigation: Navigation) -> set[str]:
    """The folders that the theme may link into, and those above them."""
    urls = [file.url for file in files if not isinstance(file, CatalogFile)]
    urls += [page.url for page in navigation.pages]
    parts = [url.split("/")[:-1] for url in urls]
    return {"/".join(folder[:n]) for folder in parts for n in range(len(folder) + 1)} | {""}


def _drop_indentation(markup: str) -> str:
    """``markup`` without blank lines and without spaces at the beginning of lines."""
    return _INDENTATION.sub(lambda match: match[1] or "\n", markup)


def _drop_indentation_around(page: str, content: str) -> str:
    """``page`` without blank lines and indentation in what the theme wrote before and after ``content``."""
    before, content, after = page.partition(content)
    return _drop_indentation(before) + content + _drop_indentation(after)


@dataclass(slots=True)
class Layout:
    """What pages have in common: ``parts`` are text and, at each second place, the name of a value."""

    parts: list[str]
    compared: int = 0
    is_refused: bool = False


class Outline:
    """The theme's table of contents, put together from pieces that the theme rendered."""

    def __init__(self, render: Callable[[TableOfContents], str], item: jinja2.Template) -> None:
        self.render = render
        leaf, branch = (AnchorLink(_mark("heading"), f"{_MARK}id", 2) for _ in range(2))
        branch.children = [leaf, leaf]
        text = _drop_indentation(item.render(toc_item=leaf))
        self.leaf = _split_item(text)
        self.frame = render(TableOfContents([leaf, leaf])).split(text)
        around = _drop_indentation(item.render(toc_item=branch)).split(text)
        self.is_known = len(self.frame) == len(around) == 3
        if self.is_known:
            self.between = around[1]
            self.branch = _split_item(f"{around[0]}\0children\0{around[2]}")
            example = TableOfContents([branch, leaf])
            self.is_known = self.write(example) == render(example)

    def write(self, toc: TableOfContents) -> str:
        """The table of contents as the theme renders it."""
        if not self.is_known or not toc.items or toc.items[0].level == 1:
            return self.render(toc)
        before, between, after = self.frame
        return before + between.join([self._item(item) for item in toc.items]) + after

    def _item(self, item: AnchorLink) -> str:
        values, pieces = {"title": item.title, "id": item.id}, self.leaf
        if item.children:
            pieces = self.branch
            values["label"] = _label(item.title)
            values["children"] = self.between.join([self._item(child) for child in item.children])
        return "".join([values[piece] if n % 2 else piece for n, piece in enumerate(pieces)])


@lru_cache(maxsize=4096)
def _label(title: str) -> str:
    """A title as the theme writes it where no markup may be."""
    return str(escape(Markup(title).striptags()))


def _split_item(text: str) -> list[str]:
    """Text and, at each second place, the name of a value of a heading."""
    title = _mark("heading")
    text = text.replace(title, "\0title\0").replace(_label(title), "\0label\0")
    return text.replace(f"{_MARK}id", "\0id\0").split("\0")


class ThemePage(jinja2.Template):
    """Stands for the theme's ``main.html``: ``render`` returns what that template would."""

    theirs: jinja2.Template
    folders: set[str]
    layouts: dict[Hashable, Layout | None]
    filled: int

    def __new__(cls, env: jinja2.Environment, folders: set[str]) -> ThemePage:
        page: ThemePage = object.__new__(cls)
        page.theirs, page.folders, page.layouts, page.filled = env.get_template("main.html"), folders, {}, 0
        page.outline = None
        page.toc = env.get_template("partials/toc.html")
        page.toc_item = env.get_template("partials/toc-item.html")
        return page

    def __init__(self, env: jinja2.Environment, folders: set[str]) -> None:
        pass

    outline: Outline | None
    toc: jinja2.Template
    toc_item: jinja2.Template

    def render(self, *arguments: Any, **values: Any) -> str:
        """The page of the context that MkDocs gives."""
        context: dict[str, Any] = dict(*arguments, **values)
        page: CatalogPage = context["page"]
        page.meta.pop("template", None)
        key = self._make_key(page)
        if key not in self.layouts:
            # A layout is learned when a second page needs it.
            self.layouts[key] = None
            return _drop_indentation_around(self.theirs.render(context), page.content)
        layout = self.layouts[key]
        if layout is None:
            layout = self.layouts[key] = self._learn_layout(context, page)
        if layout.is_refused:
            return self.theirs.render(context)
        slots = self._build_slots(context, page)
        text = "".join(slots[part] if n % 2 else part for n, part in enumerate(layout.parts))
        if layout.compared < PAGES_TO_COMPARE:
            rendered = self.theirs.render(context)
            layout.compared += 1
            compact = _drop_indentation_around(rendered, page.content)
            layout.is_refused = compact != text
            return rendered if layout.is_refused else compact
        self.filled += 1
        return text

    def _make_key(self, page: CatalogPage) -> Hashable:
        """What two pages share whose pages of the theme differ only in the values of ``_slots``."""
        folder, depth = page.url.rpartition("/")[0], 0
        while folder not in self.folders:
            folder, depth = folder.rpartition("/")[0], depth + 1
        meta = tuple((name, repr(value)) for name, value in page.meta.items() if name not in _META)
        present = tuple(bool(page.meta.get(name)) for name in _META)
        flags = ("<h1" in page.content, bool(page.toc), bool(page.canonical_url), page.url.endswith("/"))
        # The navigation shows where one is: in which section.
        return folder, depth, meta, present, flags, id(page.parent), _find_edit_link(page)[0]

    def _build_slots(self, context: Mapping[str, Any], page: CatalogPage) -> dict[str, str]:
        """What a page says in each placeholder."""
        if self.outline is None:
            self.outline = self._learn_outline(context, page)
        first = next(iter(page.toc), None)
        return {
            **{name: str(page.meta.get(name) or "") for name in _META},
            "canonical": page.canonical_url or "",
            "edit": _find_edit_link(page)[1],
            "content": page.content,
            "first": first.id if first else "",
            "toc": self.outline.write(page.toc),
        }

    def _learn_outline(self, context: Mapping[str, Any], page: CatalogPage) -> Outline:
        template = context["config"].theme.get_env().get_template("partials/language.html")
        language = template.make_module(dict(context))

        def render(toc: TableOfContents) -> str:
            marked = copy.copy(page)
            marked.toc = toc
            return _drop_indentation(self.toc.render({**context, "page": marked, "lang": language}))

        return Outline(render, self.toc_item)

    def _learn_layout(self, context: Mapping[str, Any], page: CatalogPage) -> Layout:
        """The layout of ``page``; a refused one if the theme changes a placeholder."""
        marked = _mark_page(page)
        marked_context = {**context, "page": marked}
        values = self._build_slots(marked_context, marked)
        text = _drop_indentation_around(self.theirs.render(marked_context), marked.content)
        # The outline holds other placeholders, so it goes first.
        for name in ("toc", "content", *_META, "canonical", "edit", "first"):
            if values[name] and (name != "toc" or marked.toc):
                text = text.replace(values[name], f"\0{name}\0")
        parts = text.split("\0")
        is_changed = any(_MARK in part.lower() for part in parts[::2])
        return Layout(parts, is_refused=is_changed or parts[1::2].count("content") != 1)


_META = ("title", "description")


def _mark(name: str) -> str:
    """A placeholder that looks otherwise if a template strips or escapes it."""
    return f"{_MARK}{name}&amp;&#x27;z"


def _mark_page(page: CatalogPage) -> CatalogPage:
    """A copy of ``page`` with a placeholder for each value."""
    marked = copy.copy(page)
    marked.file = copy.copy(page.file)
    folder, ending = page.url.rstrip("/").rpartition("/")[0], "/" if page.url.endswith("/") else ".html"
    marked.file.__dict__["url"] = f"{folder}/{_MARK}url{ending}".lstrip("/")
    marked.meta = {name: _mark(name) if name in _META and v else v for name, v in page.meta.items()}
    marked.content = ("<h1>" if "<h1" in page.content else "<p>") + _mark("content")
    marked.toc = TableOfContents([AnchorLink(_mark("heading"), f"{_MARK}first", 2)] if page.toc else [])
    marked.canonical_url = page.canonical_url and f"{_MARK}canonical"
    common, path = _find_edit_link(page)
    marked.edit_url = common + _mark("edit") if path else page.edit_url
    marked.file.__dict__["edit_uri"] = _mark("edit") if path else page.file.edit_uri
    return marked


def _find_edit_link(page: CatalogPage) -> tuple[str, str]:
    """The address to edit a page: what all pages share, and the part that is the file's."""
    url, uri = page.edit_url or "", page.file.edit_uri or ""
    common = url.removesuffix(uri) if uri and url.endswith(uri) else url
    path = url[len(common) :]
    # Material makes a link to the raw file by putting "raw" for one of these words.
    return (url, "") if any(word in path for word in ("edit", "blob", "raw")) else (common, path)
