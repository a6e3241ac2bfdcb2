"""Says why a catalog has no last changes, no feeds and no former addresses."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping

from ..model.definitions import Diagnostic, Span
from ..text.i18n import say
from . import git


def explain_missing_history(
    states: Mapping[str, git.HistoryState],
    has_lock: bool,
    is_untold: bool,
    lacks_rights: bool = False,
    lacks_rights_above: bool = False,
) -> Iterator[Diagnostic]:
    """What is said where git has a history and does not give it. ``states`` are those of the histories, by
    the folder of the repository. ``is_untold``: git should have told former addresses and did not;
    ``lacks_rights``: the same of the history of rights; ``lacks_rights_above``: that some sources are above
    the folder of ``mkdocs.yml``, of which it tells nothing."""
    if lacks_rights and states["."] in ("none", "whole"):
        message = say("git tells no history of this folder: nobody knows since when anybody has a right")
        hint = say("build in a checkout with its history, or take out the option `history`")
        yield Diagnostic("incomplete_history", Span("."), message, hint)
    elif lacks_rights_above:
        message = say("rights over time are told of this folder alone: sources above it are not in them")
        hint = say("put `mkdocs.yml` at the top of the repository, or take out the option `history`")
        yield Diagnostic("incomplete_history", Span("."), message, hint)
    for folder, state in states.items():
        if state == "refused":
            message = say("git refuses to read the history: the folder belongs to another user")
            hint = say("run `git config --global --add safe.directory` with the path of the checkout")
            yield Diagnostic("incomplete_history", Span(folder), message, hint)
        elif state == "shallow" and folder == ".":
            yield _explain_shallow_clone(has_lock)
        elif state == "shallow":
            message = say(
                "this clone is shallow: its files have no last changes, no feeds and no former addresses"
            )
            hint = say("run `{command}`", command=f"git -C {shlex.quote(folder)} fetch --unshallow")
            yield Diagnostic("incomplete_history", Span(folder), message, hint)
        elif state == "whole" and folder == "." and is_untold:
            message = say("git did not list its commits: former addresses come from the lock file alone")
            hint = say("keep a lock file: run `agent-catalog links --update` before you publish")
            yield Diagnostic("incomplete_history", Span("."), message, hint)


def _explain_shallow_clone(has_lock: bool) -> Diagnostic:
    message = say("the clone is shallow: the catalog has no last changes and no feeds")
    if not has_lock:
        message = say(
            "the clone is shallow, and there is no lock file of addresses: former addresses do not "
            "answer, and the catalog has no last changes and no feeds"
        )
    hint = say("fetch the whole history: `git fetch --unshallow`, or `fetch-depth: 0` with actions/checkout")
    return Diagnostic("incomplete_history", Span("."), message, hint)
