"""The plugin's own words in the language of the site; what definitions say is never translated.

Words stand in the code in English. A language is one file, ``locales/<language>.po`` (gettext's format, which
translators' tools read). What a file leaves out stays English.
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

from babel.messages.pofile import read_po

PACKAGE = Path(__file__).parents[1]
LOCALES = PACKAGE / "locales"
ASSETS = PACKAGE / "assets"


class TranslatableText(str):
    """English text that still knows the template and the values it was made of."""

    template: str
    values: dict[str, Any]


def say(template: str, /, **values: Any) -> TranslatableText:
    """``template`` (as of ``str.format``) filled in English; ``Words`` can say it in another language."""
    message = TranslatableText(template.format(**values))
    message.template, message.values = template, values
    return message


def mark_for_translation(text: str) -> str:
    """``text``, which is said later: marks it for translators."""
    return text


class Translations:
    """Texts in one language, by their English. ``tag`` is as of a page's ``lang``: ``pt-BR``."""

    def __init__(self, tag: str, texts: dict[str, str | tuple[str, ...]]) -> None:
        self.tag, self.texts = tag, texts
        self.scripts: dict[tuple[str, ...], str] = {}

    def __call__(self, text: str) -> str:
        """``text``, which is English of ours, in this language; unknown text comes back as it is."""
        if isinstance(text, TranslatableText):
            values = {
                key: self(item) if isinstance(item, TranslatableText) else item
                for key, item in text.values.items()
            }
            return self(text.template).format(**values)
        result = self.texts.get(text, text)
        return result if isinstance(result, str) else result[0]

    def ngettext(self, text: str, more: str, number: int) -> str:
        """The form of a text for ``number`` (as of ``ngettext``): English and Portuguese have two forms."""
        result = self.texts.get(text)
        forms = result if isinstance(result, tuple) else (text, more)
        return forms[0] if number == 1 else forms[-1]

    def translate_script(self, *parts: str) -> str:
        """The words of these script parts as JSON for their element; empty where they are English."""
        if parts not in self.scripts:
            self.scripts[parts] = self._read_script_texts(parts)
        return self.scripts[parts]

    def _read_script_texts(self, parts: tuple[str, ...]) -> str:
        sources = [(ASSETS / "scripts" / f"{part}.js").read_text(encoding="utf-8") for part in parts]
        texts = {text: self(text) for source in sources for text in list_script_texts(source)}
        changed = {text: name for text, name in texts.items() if name != text}
        return json.dumps(changed, ensure_ascii=False, sort_keys=True) if changed else ""


ENGLISH = Translations("en", {})


def list_script_texts(source: str) -> list[str]:
    """The texts that a script says: the first argument of each ``say("…")``."""
    return re.findall(r'\bsay\(\s*"([^"\n]+)"', source)


@cache
def load_translations(language: str) -> Translations:
    """The words of ``language`` (``pt-BR``, ``pt_BR``), else of the same language elsewhere, else English."""
    wanted = language.replace("-", "_")
    paths_by_key = {path.stem.lower(): path for path in sorted(LOCALES.glob("*.po"))}
    near = [name for name in paths_by_key if name.partition("_")[0] == wanted.lower().partition("_")[0]]
    path = paths_by_key.get(wanted.lower()) or (paths_by_key[near[0]] if near else None)
    if path is None:
        return ENGLISH
    with path.open("rb") as file:
        texts = {
            _make_key(entry.id): _get_forms(entry.string)
            for entry in read_po(file)
            if entry.id and entry.string
        }
    return Translations(path.stem.replace("_", "-"), {key: text for key, text in texts.items() if any(text)})


def _make_key(id: str | tuple[str, ...] | list[str]) -> str:
    return id if isinstance(id, str) else id[0]


def _get_forms(text: str | tuple[str, ...] | list[str]) -> str | tuple[str, ...]:
    return text if isinstance(text, str) else tuple(text)
