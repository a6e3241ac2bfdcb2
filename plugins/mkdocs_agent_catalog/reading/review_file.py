"""Reads the file of reviews: YAML, each record with its place. What is wrong in one leaves the others."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ..model.definitions import Diagnostic
from ..model.reviews import Recorded, Review, Reviews
from ..text.i18n import mark_for_translation as _
from ..text.i18n import say
from .build_cache import NO_CACHE, BuildCache
from .checked_yaml import CheckedReader

CHECK = "invalid_review"
_KEYS = ("agent", "path", "by", "day", "note", "form", "prompt", "rights")
_INVALID = _("the file of reviews is not valid YAML: {problem}")


def read_reviews(repo: Path, name: str, is_chosen: bool, cache: BuildCache = NO_CACHE) -> Reviews | None:
    """The reviews in the file ``name``; ``None`` if there is none and nobody asked for it. Never raises for
    what the file holds."""
    if not is_chosen and not (repo / name).exists():
        return None
    reader = _Reader(CHECK, name)
    return reader.read(reader.load(repo / name, _INVALID, cache))


def parse_reviews(text: str, name: str) -> Reviews:
    """The reviews in ``text``, which is that of the file ``name``, with nothing masked."""
    reader = _Reader(CHECK, name)
    return reader.read(reader.parse(text, _INVALID))


class _Reader(CheckedReader):
    """Reads the records of one file."""

    most_entries = 4_000

    def read(self, values: dict[str, Any] | None) -> Reviews:
        records: dict[tuple[str, str], Review] = {}
        if values is not None:
            self.try_reading(self.refuse_unknown, values, "", ("reviews",), say("a file of reviews"))
        for key, value in self.list_entries(values or {}, "reviews"):
            review: Review | None = self.try_reading(self._read_review, value, key)
            if review is None:
                continue
            other = records.get((review.path, review.agent))
            if other:
                message = say("there are two reviews of `{name}`: the later one counts", name=review.agent)
                self.problems.append(Diagnostic(CHECK, review.span, message, say("remove the other one")))
            if not other or other.day <= review.day:
                records[review.path, review.agent] = review
        return Reviews(self.path, tuple(records.values()), tuple(self.problems))

    def _read_review(self, value: object, key: str) -> Review:
        table = self.refuse_unknown(value, key, _KEYS, say("a review"))
        needed = say("a review has `agent`, `path`, `by`, `day`, `form`, `prompt` and `rights`")
        agent, path, by, prompt = (
            self.read_text(table, key, name, needed) for name in ("agent", "path", "by", "prompt")
        )
        day = self.read_day(table, key, "day", needed)
        form = table.get("form")
        if not isinstance(form, int) or isinstance(form, bool):
            message = say("`{key}` is a number", key="form") if form is not None else needed
            raise self.wrong(self.find_span(f"{key}.form"), message)
        note = self.read_text(table, key, "note", None) if "note" in table else ""
        rights = self._read_rights(table, key)
        return Review(agent, path, by, day, form, prompt, rights, note, self.find_span(key))

    def _read_rights(self, table: dict[str, Any], key: str) -> Recorded:
        message = say("`rights` holds for each kind the names, each with how the agent has it")
        rights: Recorded = {}
        kinds = table.get("rights")
        if not isinstance(kinds, dict):
            raise self.wrong(self.find_span(f"{key}.rights"), message)
        for kind, names in kinds.items():
            if not isinstance(names, dict):
                raise self.wrong(self.find_span(f"{key}.rights.{kind}"), message)
            place = f"{key}.rights.{kind}"
            rights[kind] = {name: self.read_text(names, place, name, message) for name in names}
        return rights
