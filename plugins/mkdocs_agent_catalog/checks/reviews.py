"""The checks of reviews: those that changes have made stale, and what is wrong with the file of reviews."""

from __future__ import annotations

from collections.abc import Iterator

from ..model.catalog import Catalog
from ..model.definitions import Diagnostic
from ..permissions.decisions import PermissionResolver
from ..rights.reviews import judge_reviews
from ..rights.wording import summarize_changes
from ..text.i18n import say
from .check import check


@check("info")
def stale_review(catalog: Catalog, grants: PermissionResolver) -> Iterator[Diagnostic]:
    """The rights or the prompt of an agent changed after its review, or the reviewed agent is gone."""
    if not catalog.reviews or not catalog.reviews.records:
        return
    report = judge_reviews(catalog, grants)
    for review in report.agents.values():
        if review.last and review.state != "current":
            what = summarize_changes(review.changes, review.has_other_prompt)
            if review.state == "other_form":
                what = say("the record has another form and cannot be compared")
            message = say(
                "`{name}` changed after its review ({role}, {day}): {what}",
                name=review.agent.name,
                role=review.last.by,
                day=review.last.day,
                what=what,
            )
            hint = say("look at it again, and record that with `agent-catalog review`")
            yield Diagnostic("stale_review", review.agent.span, message, hint)
    for record in report.left:
        message = say("the reviewed agent `{name}` (`{path}`) is gone", name=record.agent, path=record.path)
        hint = say("remove the record when nobody needs it any more")
        yield Diagnostic("stale_review", record.span, message, hint)


@check("warn")
def invalid_review(catalog: Catalog, grants: PermissionResolver) -> Iterator[Diagnostic]:
    """The file of reviews has a mistake. The other records in it count."""
    yield from catalog.reviews.problems if catalog.reviews else ()
