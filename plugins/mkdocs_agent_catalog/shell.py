"""The theme's page around a generated one, rendered once for pages of the same shape and then filled.

A theme renders its header, navigation and footer into each page, which is most of what a page costs. Pages
of the catalog differ in few values; where nothing else differs, the page is put together from what the theme
made of another one. That it is the same to the byte is not believed: the first pages of a shape are made both
ways and compared, and a shape that fails is never filled. A theme, a plugin or a hook that does something
else with a page gives it another shape, or is noticed: then the page takes the ordinary way.
"""

from __future__ import annotations

import copy
import logging
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

import jinja2
from mkdocs.structure.nav import Navigation
from mkdocs.structure.toc import AnchorLink, get_toc

from .entries import CatalogPage
from .slots import Form, Outline, Unknown, mark, plain_mark

log = logging.getLogger("mkdocs.plugins.agent-catalog")
MAIN = "main.html"
# Pages of a shape that are made both ways before it is trusted.
CHECKED = 2
# Shapes that only one page has: a plugin says something else on each page, and nothing can be filled.
MOST_ALONE = 200
# What a page of ours may differ in without being of another shape.
VARIES = {"file", "meta", "canonical_url", "abs_url", "edit_url"}
VARIES |= {"_body", "_content", "_outline", "_head", "_waits", "ahead"}
SAID = ("title", "description")


@dataclass(slots=True)
class Shape:
    """Pages that differ only in known values. ``form`` is ``None`` until the second of them comes."""

    form: Form | None = None
    outline: Outline | None = None
    checked: int = 0
    refused: bool = False


@dataclass(slots=True)
class Filled:
    """How many pages were filled and how many the theme rendered, for those who measure."""

    filled: int = 0
    rendered: int = 0


class Shell(jinja2.Template):
    """Stands for the theme's template: ``render`` gives what that one would."""

    theirs: jinja2.Template
    shapes: dict[Hashable, Shape]
    known: set[str]
    count: Filled

    def __new__(cls, theirs: jinja2.Template) -> Shell:
        made: Shell = object.__new__(cls)
        made.theirs, made.shapes, made.known, made.count = theirs, {}, set(), Filled()
        return made

    def render(self, context: Mapping[str, Any]) -> str:
        """The page of ``context``; nothing, which MkDocs does not write, if another process writes it."""
        page = context["page"]
        written = isinstance(page, CatalogPage) and page.file.job is not None and not page.file.job.claim()
        return "" if written else self.make(context)

    def make(self, context: Mapping[str, Any]) -> str:
        """The page of ``context``."""
        page = context["page"]
        if isinstance(page, CatalogPage):
            page.awake()
        shape = self._shape(context) if isinstance(page, CatalogPage) else None
        if shape is None or shape.refused:
            return self._rendered(context)
        if shape.form is None:
            self._learn(shape, context)
        if shape.refused:
            return self._rendered(context)
        try:
            filled = _fill(shape, page)
        except Unknown:
            return self._rendered(context)
        if shape.checked < CHECKED:
            return self._compared(shape, filled, context)
        self.count.filled += 1
        return filled

    def _rendered(self, context: Mapping[str, Any]) -> str:
        self.count.rendered += 1
        return self.theirs.render(context)

    def _shape(self, context: Mapping[str, Any]) -> Shape | None:
        """The shape of a page if another page had it before."""
        if not self.known:
            self.known = folders(context["nav"]) | {""}
        key = _key(context, self.known)
        shape = self.shapes.get(key)
        if shape is None and len(self.shapes) < MOST_ALONE:
            self.shapes[key] = Shape()
        return shape

    def _learn(self, shape: Shape, context: Mapping[str, Any]) -> None:
        marked = _marked(context["page"])
        try:
            text = self.theirs.render({**context, "page": marked})
            shape.form, shape.outline = _forms(text, marked)
        except (Unknown, jinja2.TemplateError, TypeError, ValueError, AttributeError, KeyError) as error:
            log.debug("the theme renders each page: %r", error)
            shape.refused = True

    def _compared(self, shape: Shape, filled: str, context: Mapping[str, Any]) -> str:
        rendered = self._rendered(context)
        shape.checked += 1
        shape.refused = filled != rendered
        return rendered


def folders(navigation: Navigation) -> set[str]:
    """The folders that the pages of a navigation are in, and those above them."""
    found = set()
    for page in navigation.pages:
        parts = page.url.split("/")[:-1]
        found |= {"/".join(parts[:n]) for n in range(len(parts) + 1)}
    return found


def _folder(page: CatalogPage, known: set[str]) -> tuple[str, int]:
    """Where a page stands as far as relative links of the theme tell: links lead to what is in ``known``."""
    above, depth = page.url.rstrip("/").rpartition("/")[0], 0
    while above not in known:
        above, depth = above.rpartition("/")[0], depth + 1
    return above, depth


def _key(context: Mapping[str, Any], known: set[str]) -> Hashable:
    """What two pages share if only known values differ."""
    page: CatalogPage = context["page"]
    folder = _folder(page, known)
    # Themes show a title of their own above a content that has none; an edit link's folder they rewrite.
    flags = (
        "<h1" in page.content,
        bool(page.toc),
        page.title == context["config"].site_name,
        bool(page.canonical_url),
        _edited(page)[0],
    )
    meta = tuple((k, "" if k in SAID and v else repr(v)) for k, v in page.meta.items())
    said = tuple((k, _same(v)) for k, v in vars(page).items() if k not in VARIES)
    rest = tuple((k, _same(v)) for k, v in context.items() if k not in ("page", "build_date_utc"))
    return folder, flags, meta, said, rest


def _same(value: Any) -> Hashable:
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, list | tuple):
        return tuple(_same(one) for one in value) if len(value) < 50 else id(value)
    return id(value)


def _edited(page: CatalogPage) -> tuple[str, str]:
    """The address to edit a page: what all have in common, and the part that is the file's."""
    url, uri = page.edit_url or "", page.file.edit_uri or ""
    common = url.removesuffix(uri) if uri and url.endswith(uri) else url
    path = url[len(common) :]
    # Themes make a link to the raw file of it by putting another word for one of these.
    risky = any(word in path for word in ("edit", "blob", "raw"))
    return (url, "") if risky else (common, path)


CONTENT = "content"


def _marked(page: CatalogPage) -> CatalogPage:
    """A page like ``page`` whose values are marks."""
    one = copy.copy(page)
    one.file = copy.copy(page.file)
    folder = page.url.rstrip("/").rpartition("/")[0]
    ending = "/" if page.url.endswith("/") else ".html"
    one.file.__dict__["url"] = f"{folder}/{plain_mark('url')}{ending}".lstrip("/")
    for name in ("src_uri", "dest_uri", "abs_dest_path", "name"):
        one.file.__dict__[name] = plain_mark(name)
    one.meta = {k: mark(k) if k in SAID and v else v for k, v in page.meta.items()}
    heading = "<h1>" if "<h1" in page.content else "<p>"
    one.content = heading + plain_mark(CONTENT)
    one._outline = get_toc(Outline.marks()) if page.toc else page.toc  # type: ignore[arg-type]
    one.canonical_url = plain_mark("canonical") if page.canonical_url else page.canonical_url
    one.abs_url = plain_mark("abs_url") if page.abs_url else page.abs_url
    common, path = _edited(page)
    one.edit_url = common + mark("edit") if path else page.edit_url
    return one


def _forms(text: str, marked: CatalogPage) -> tuple[Form, Outline | None]:
    """The form of the page ``text``, made of ``marked``; its outline has a place between two marks."""
    outline = None
    if marked.toc and plain_mark("idb2") in text:
        outline = Outline()
        before, after = outline.learn(text)
        text = before + plain_mark("outline") + after
    marks = {name: mark(name) for name in (*SAID, "edit")}
    marks |= {name: plain_mark(name) for name in ("canonical", "abs_url", "outline", CONTENT)}
    # Outside of the outline, a theme leads to its first item, past the navigation.
    marks["first"] = plain_mark("ida2")
    form = Form.of(text.replace(marked.content, marks[CONTENT]), marks)
    if [name for name, _ in form.slots].count(CONTENT) != 1:
        raise Unknown
    return form, outline


def _fill(shape: Shape, page: CatalogPage) -> str:
    assert shape.form is not None
    values = {name: str(page.meta.get(name) or "") for name in SAID}
    values |= {"canonical": page.canonical_url or "", "abs_url": page.abs_url or "", "edit": _edited(page)[1]}
    values[CONTENT] = page.content
    tokens = [_token(one) for one in page.toc]
    values["first"] = tokens[0]["id"] if tokens else ""
    if shape.outline is not None:
        values["outline"] = shape.outline.fill(tokens)
    return shape.form.fill(values)


def _token(item: AnchorLink) -> dict[str, Any]:
    """An item of an outline as a token. Raises ``Unknown`` for one that another plugin has changed."""
    if vars(item).keys() - {"title", "id", "level", "children", "active"}:
        raise Unknown
    children = [_token(one) for one in item.children]
    return {"level": item.level, "id": item.id, "name": item.title, "children": children}
