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
    """The lock file of addresses cannot be read. No address of the past is kept."""
    ledger = catalog.ledger
    if ledger.broken is not None:
        message = say("the lock file of addresses cannot be read: {why}", why=str(ledger.broken))
        hint = say("take it back from version control; `agent-catalog links --update` adds what is new")
        yield Diagnostic("lock_unreadable", Span(ledger.file, ledger.broken.line), message, hint)


@check("warn")
def address_lost(catalog: Catalog, grants: PermissionResolver) -> Iterator[Diagnostic]:
    """An address that was published is in the lock file no more. Links to it lead nowhere."""
    ledger = catalog.ledger
    if ledger.broken is None:
        hint = say("an entry was taken out by hand or by a merge: take it back from version control")
        for address in ledger.lost:
            message = say("`{address}` was published and would lead nowhere", address=address)
            yield Diagnostic("address_lost", Span(ledger.file), message, hint)


@check("warn")
def address_gone(catalog: Catalog, grants: PermissionResolver) -> Iterator[Diagnostic]:
    """What an address led to is gone, and the lock file does not say so yet. Its page says what was
    there, and offers nothing instead."""
    ledger = catalog.ledger
    known = {item.permanent: item for item in ledger.before.entries} if ledger.before else {}
    for entry in ledger.now.entries:
        was = known.get(entry.permanent)
        if was is not None and was.gone is None and entry.gone is not None:
            message = say(
                "the {kind} `{name}` is gone; its addresses say so", kind=say(entry.kind), name=entry.name
            )
            hint = say(
                "record it with `agent-catalog links --update`; if something replaces it, with "
                "`--replaced-by {old}=NEW` too",
                old=entry.permanent,
            )
            yield Diagnostic("address_gone", _locate_entry(ledger, entry.permanent), message, hint)


@check("warn")
def address_taken(catalog: Catalog, grants: PermissionResolver) -> Iterator[Diagnostic]:
    """An address that was published for one thing leads to another one now. Old links show the wrong page."""
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
                hint = say("its page says what used to be there and where it went")
                yield Diagnostic("address_taken", _locate_entry(ledger, was.permanent), message, hint)


@check()
def address_unrecorded(catalog: Catalog, grants: PermissionResolver) -> Iterator[Diagnostic]:
    """Addresses are published that the lock file does not hold yet. Should one of them change before it is
    recorded, its links break."""
    ledger = catalog.ledger
    if ledger.before is None:
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
    """The lock file names a successor that was never published. Nothing is offered in place of what is
    gone."""
    ledger = catalog.ledger
    known = {item.permanent for item in ledger.now.entries}
    for entry in ledger.now.entries:
        if entry.replaced_by is not None and entry.replaced_by not in known:
            text = say(
                "`{name}` is said to be replaced by `{other}`, which is not there",
                name=entry.name,
                other=entry.replaced_by,
            )
            hint = say("`replaced_by` is the value of `permanent` of another entry")
            yield Diagnostic("unknown_successor", _locate_entry(ledger, entry.permanent), text, hint)


def _locate_entry(ledger: AddressHistory, permanent: str) -> Span:
    return Span(ledger.file, ledger.before.find_line(permanent) if ledger.before else 1)
