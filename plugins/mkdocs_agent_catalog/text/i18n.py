"""Translates the plugin's own texts into the language of the site. Texts of definitions are never
translated.

Words stand in the code in English. A language is one file, ``text/locales/<language>.po`` (gettext's format,
which translators' tools read). What a file leaves out stays English.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection
from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LOCALES = Path(__file__).parent / "locales"
SCRIPTS = Path(__file__).parents[1] / "pages/assets/scripts"
# So many names stand in one message.
MOST_NAMED = 5


class TranslatableText(str):
    """English text that still knows the template and the values it was made of."""

    template: str
    plural = ""
    """The template for more than one, if the text depends on the value ``n``."""
    values: dict[str, Any]


def say(template: str, /, **values: Any) -> TranslatableText:
    """``template`` (as of ``str.format``) filled in English; ``Translations`` says it in its own language."""
    message = TranslatableText(template.format(**values))
    message.template, message.values = template, values
    return message


def say_plural(singular: str, plural: str, n: int, /, **values: Any) -> TranslatableText:
    """``singular`` for one and ``plural`` for any other ``n``, which is one of the values."""
    message = say(singular if n == 1 else plural, n=n, **values)
    message.template, message.plural = singular, plural
    return message


def say_names(names: Collection[str]) -> str:
    """``names`` as code, each once and the first five of many: "`a`, `b` and 3 more"."""
    codes = [f"`{name}`" for name in dict.fromkeys(names)]
    first = ", ".join(codes[:MOST_NAMED])
    more = len(codes) - MOST_NAMED
    return say("{names} and {n} more", names=first, n=more) if more > 0 else first


def mark_for_translation(text: str) -> str:
    """``text``, which is said later: marks it for translators."""
    return text


class Translations:
    """Texts in one language, by their English. ``language`` is as of a page's ``lang``: ``pt-BR``; ``digest``
    tells these texts from others in that language."""

    def __init__(self, language: str, texts: NullTranslations, digest: str = "") -> None:
        self.language, self._texts, self.digest = language, texts, digest

    def __call__(self, text: str) -> str:
        """``text``, which is English of ours, in this language; unknown text comes back as it is."""
        if not isinstance(text, TranslatableText):
            # To gettext the empty text is the header of the file.
            return self._texts.gettext(text) if text else ""
        values = {k: self(v) if isinstance(v, TranslatableText) else v for k, v in text.values.items()}
        if text.plural:
            return self.ngettext(text.template, text.plural, text.values["n"]).format(**values)
        return self(text.template).format(**values)

    def ngettext(self, singular: str, plural: str, number: int) -> str:
        """The form for ``number``, by the rule of the language."""
        return self._texts.ngettext(singular, plural, number)

    def translate_script(self, *parts: str) -> str:
        """The words of these script parts as JSON for their element; empty where they are English.

        A text with a plural is a list: a digit for each number from 0 to 199, which says what form the number
        has, and then the forms. A larger number has the form of the one from 100 on that ends like it.
        """
        words: dict[str, str | list[str]] = {}
        for part in parts:
            source = (SCRIPTS / f"{part}.js").read_text(encoding="utf-8")
            for text, plural in list_script_texts(source):
                by_number = [self.ngettext(text, plural, n) for n in range(200)] if plural else [self(text)]
                forms = list(dict.fromkeys(by_number))
                if not {text, plural}.issuperset(forms):
                    numbers = "".join(str(forms.index(form)) for form in by_number)
                    words[text] = [numbers, *forms] if plural else forms[0]
        return json.dumps(words, ensure_ascii=False, sort_keys=True) if words else ""


ENGLISH = Translations("en", NullTranslations())


def list_script_texts(source: str) -> list[tuple[str, str]]:
    """The texts of each ``say("…")`` and ``say.plural("…", "…", n)`` in a script, with plural if any."""
    return re.findall(r'\bsay(?:\.plural)?\(\s*"([^"\n]+)"(?:, "([^"\n]+)")?', source)


@cache
def load_translations(language: str) -> Translations:
    """The words of ``language`` (``pt-BR``, ``pt_BR``), else of the same language elsewhere, else English."""
    wanted = language.replace("-", "_").lower()
    paths = {path.stem.lower(): path for path in sorted(LOCALES.glob("*.po"))}
    related = [name for name in paths if name.partition("_")[0] == wanted.partition("_")[0]]
    for name in (wanted, *related):
        if name in paths:
            return read_translations(paths[name])
    return ENGLISH


def read_translations(path: Path) -> Translations:
    """The texts of a ``.po`` file. Which form a number has is said by the file's ``Plural-Forms``."""
    compiled = BytesIO()
    with path.open("rb") as file:
        write_mo(compiled, read_po(file))
    compiled.seek(0)
    digest = hashlib.sha256(compiled.getvalue()).hexdigest()
    return Translations(path.stem.replace("_", "-"), GNUTranslations(compiled), digest)
