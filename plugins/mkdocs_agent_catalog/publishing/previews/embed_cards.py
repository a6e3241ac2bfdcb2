"""What stands in pages of others: a card for frames, and badges. Files in the folder of a page, and copies in
every folder that it had before, as those who embedded them are not led on.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial

from ...addresses import urls
from ...addresses.urls import BADGES, CARD
from ...model.output import Output
from ...pages.registry import Shared, tombstones
from ...pages.render import environment
from .badges import badge, short_list
from .page_facts import About

STYLE = "assets/card.css"
KIND, GONE, QUIET = "#303f9f", "#7a1c1c", "#4a5364"
WEIGHTS = {
    "commands": "#9a1812",
    "files": "#8a4200",
    "network": "#1565c0",
    "mcp": "#6a1b9a",
    "delegates": "#303f9f",
    "reads": "#1b5e20",
}


@dataclass(frozen=True, slots=True)
class Framed:
    """``about`` what, in which folders (from the site's root); ``kind`` also of what is gone."""

    about: About
    kind: str
    folders: tuple[str, ...]
    gone: bool = False


def frames(subjects: list[About], shared: Shared) -> Iterator[Output]:
    """The cards and badges of ``subjects``, and of what is gone."""
    found, where = list(_framed(subjects, shared)), shared.where
    pages = {urls.url(where.uri(about.uri), where.directory_urls) for about in subjects}
    taken = {one.folders[0] for one in found if not one.gone}
    for one in found:
        others = tuple(folder for folder in one.folders[not one.gone :] if folder not in taken)
        taken.update(others)
        here = replace(one, folders=others if one.gone else (one.folders[0], *others))
        yield from (file for file in _files(here, shared) if file.uri not in pages)


def _framed(subjects: list[About], shared: Shared) -> Iterator[Framed]:
    where, ledger = shared.where, shared.catalog.ledger
    graves = {uri: permanent for permanent, uri in tombstones(shared).items()}
    gone = {one.permanent: one for one in ledger.now.entries if one.gone is not None}
    for about in subjects:
        grave = gone.get(graves.get(about.uri, ""))
        if not about.framed and grave is None:
            continue
        entry = grave or ledger.of(about.kind, about.id)
        before = entry.folders if entry else ()
        folders = dict.fromkeys(before if grave else [where.uri(about.folder), *before])
        yield Framed(about, grave.kind if grave else about.kind, tuple(folders), grave is not None)


def _files(one: Framed, shared: Shared) -> Iterator[Output]:
    names = BADGES if one.kind == "agent" else {}
    for folder in one.folders:
        file = f"{folder}/{CARD}"
        yield Output(file, one.about.title, partial(_card, one, file, shared), False)
        for name, picture in names.items():
            yield Output(f"{folder}/{picture}", one.about.title, partial(_badge, name, one, shared), False)


def _card(one: Framed, file: str, shared: Shared) -> str:
    about, where = one.about, shared.where
    href = urls.href_at(file, where.directory_urls)
    page = href(where.uri(about.uri))
    return (
        environment(shared.templates, shared.say.tag)
        .get_template("card.html.jinja")
        .render(
            about=about,
            kind=one.kind,
            lang=shared.say.tag,
            page=page,
            shown=where.absolute(about.uri) or page,
            style=href(where.uri(STYLE)),
            site=where.site_name,
            reach=shared.reach[about.id] if about.kind == "agent" else (),
        )
    )


def _badge(which: str, one: Framed, shared: Shared) -> str:
    """A picture by its name in ``BADGES``. What is gone says so in all of them: they stand for what is no
    more."""
    about, say = one.about, shared.say
    name = about.title or about.id
    if one.gone:
        return badge(name, say("gone"), GONE)
    if which == "name":
        return badge(say("agent"), name, KIND)
    if which == "tools":
        tools = about.fact("tools")
        return badge(say("tools"), tools.words if tools else say("none"), QUIET)
    reach = shared.reach[about.id]
    words = short_list(tuple(say(each.title) for each in reach))
    return badge(say("reach"), words, WEIGHTS.get(reach[0].id, QUIET))
