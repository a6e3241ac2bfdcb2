"""Checks of published addresses: none of them may break unnoticed."""

from __future__ import annotations

from collections.abc import Iterator

from ..model.address_lock import AddressHistory
from ..model.catalog import Catalog
from ..model.definitions import Diagnostic, Span
from ..permissions.decisions import PermissionResolver
from ..text.i18n import say
from .check import check

MOST_NAMED = 3


@check("warn")
def lock_unreadable(catalog: Catalog, grants: PermissionResolver) -> Iterator[Diagnostic]:
    """A line of the lock file of addresses cannot be read. All other lines count, and so do the
    versions of the file that git has."""
    ledger = catalog.ledger
    if ledger.broken is not None:
        message = say("a line of the lock file of addresses cannot be read: {why}", why=str(ledger.broken))
        hint = say("remove the line, then run `agent-catalog links --update`: it adds what is missing")
        yield Diagnostic("lock_unreadable", Span(ledger.file, ledger.broken.line), message, hint)


@check("warn")
def address_gone(catalog: Catalog, grants: PermissionResolver) -> Iterator[Diagnostic]:
    """A published address no longer has a page. The old address says what was removed; the lock file does not
    record it yet."""
    ledger = catalog.ledger
    known = {item.permanent: item for item in ledger.before.entries} if ledger.before else {}
    for entry in () if ledger.is_in_git else ledger.now.entries:
        was = known.get(entry.permanent)
        if was is not None and was.gone is None and entry.gone is not None:
            message = say(
                "the {kind} `{name}` was removed; its old addresses say so",
                kind=say(entry.kind),
                name=entry.name,
            )
            hint = say(
                "record it with `agent-catalog links --update`; if something replaces it, with "
                "`--replaced-by {old}=NEW` too",
                old=entry.permanent,
            )
            yield Diagnostic("address_gone", _locate_entry(ledger, entry.permanent), message, hint)


@check("warn")
def address_taken(catalog: Catalog, grants: PermissionResolver) -> Iterator[Diagnostic]:
    """A published address now leads to something else. Old links show the wrong page."""
    ledger = catalog.ledger
    owners = {address: entry for entry in ledger.now.entries for address in entry.addresses}
    for was in ledger.before.entries if ledger.before else ():
        for address in was.addresses:
            now = owners.get(address)
            if now is not None and now.permanent != was.permanent:
                message = say(
                    "`{address}` led to the {kind} `{name}` and leads to `{other}` now",
                    **{"address": address, "kind": say(was.kind), "name": was.name, "other": now.name},
                )
                hint = say("the page says what used to be there and where it is now")
                yield Diagnostic("address_taken", _locate_entry(ledger, was.permanent), message, hint)


@check()
def address_unrecorded(catalog: Catalog, grants: PermissionResolver) -> Iterator[Diagnostic]:
    """New addresses are not in the lock file yet. If one of them changes before it is recorded, links to it
    break."""
    ledger = catalog.ledger
    if ledger.before is None or ledger.is_in_git:
        return
    held = {address for entry in ledger.before.entries for address in entry.addresses}
    new = sorted({address for entry in ledger.now.entries for address in entry.addresses} - held)
    if new:
        named = ", ".join(f"`{address}`" for address in new[:MOST_NAMED]) + (
            ", …" if len(new) > MOST_NAMED else ""
        )
        message = say("{n} addresses are not in the lock file yet: {named}", n=len(new), named=named)
        hint = say("record them with `agent-catalog links --update`")
        yield Diagnostic("address_unrecorded", Span(ledger.file), message, hint)


@check("warn")
def unknown_successor(catalog: Catalog, grants: PermissionResolver) -> Iterator[Diagnostic]:
    """The lock file names a replacement that was never published. Nothing is offered in place of what was
    removed."""
    ledger = catalog.ledger
    known = {item.permanent for item in ledger.now.entries}
    for entry in ledger.now.entries:
        if entry.replaced_by is not None and entry.replaced_by not in known:
            text = say(
                "`{name}` is marked as replaced by `{other}`, which does not exist",
                name=entry.name,
                other=entry.replaced_by,
            )
            hint = say("`replaced_by` is the value of `permanent` of another entry")
            yield Diagnostic("unknown_successor", _locate_entry(ledger, entry.permanent), text, hint)


def _locate_entry(ledger: AddressHistory, permanent: str) -> Span:
    return Span(ledger.file, ledger.before.find_line(permanent) if ledger.before else 1)
