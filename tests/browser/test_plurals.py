"""Scripts say a number in the form that the language has for it."""

from __future__ import annotations

from pathlib import Path

from browsing import open_page
from mkdocs_agent_catalog.text.i18n import ENGLISH, SCRIPTS, read_translations
from playwright.sync_api import Browser

TEXTS = ("One agent fits.", "The {n} that fit best.")
POLISH = """
msgid ""
msgstr ""
"Language: pl\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Plural-Forms: nplurals=3; plural=(n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);\\n"

msgid "One agent fits."
msgid_plural "The {n} that fit best."
msgstr[0] "Pasuje jeden agent."
msgstr[1] "{n} najlepiej pasujące."
msgstr[2] "{n} najlepiej pasujących."
"""
SAY = """([words, texts, numbers]) => {
  const element = document.createElement("p");
  if (words) element.setAttribute("words", words);
  const say = speaker(element);
  return numbers.map((n) => say.plural(...texts, n));
}"""


def test_every_plural_form_is_used(tmp_path: Path, browser: Browser) -> None:
    (tmp_path / "pl.po").write_text(POLISH, encoding="utf-8")
    polish = read_translations(tmp_path / "pl.po")
    page = open_page(browser)
    page.add_script_tag(path=SCRIPTS / "say.js")
    numbers = [0, 1, 2, 5, 12, 22, 112, 204, 1000, 1003]
    shown = page.evaluate(SAY, [polish.translate_script("say", "finder"), TEXTS, numbers])
    assert shown == [polish.ngettext(*TEXTS, n).format(n=n) for n in numbers]
    assert shown[1:4] == ["Pasuje jeden agent.", "2 najlepiej pasujące.", "5 najlepiej pasujących."]
    # English needs no words, and the file has none for the other scripts.
    assert ENGLISH.translate_script("say", "finder") == polish.translate_script("link") == ""
    assert page.evaluate(SAY, ["", TEXTS, [1, 3]]) == ["One agent fits.", "The 3 that fit best."]
    page.close()
