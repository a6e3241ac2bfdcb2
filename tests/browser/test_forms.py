"""Links in the syntax of others: a parser of each reads one link with the text that was given.

The script of the menu writes them: it runs in Node, in the one of Playwright where no other is installed.
"""

from __future__ import annotations

import functools
import json
import shutil
import subprocess
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import docutils.core
import docutils.nodes
import markdown
import pypandoc
import pyromark
import pytest
from lxml import etree
from markdown_it import MarkdownIt
from mkdocs_agent_catalog.pages.assets import ASSETS
from mkdocs_agent_catalog.text.strings import strip_to_one_line
from playwright._impl._driver import compute_driver_executable

# Each could be markup somewhere, or be cut, joined or turned by what reads it.
NAMES = (
    *("code-reviewer", "C#", "C++", "a_b_c", "v1.2", "a/b", "e.g. this", "1. x", "語 レビュー", "x_", "_x_"),
    *("a]b", "]]", "[x](y)", "[[x]]", "[[x|y]]", "![x](y)", "[~user]", "footnote:[x]", "<<x>>", "((x))"),
    *(
        "a|b",
        "|",
        "\"q\" 'r'",
        "it's",
        "''it''",
        "'''b'''",
        "`tick`",
        "`",
        "``x``",
        "x`__",
        "\\",
        "\\]",
        "x\\",
    ),
    *(
        "<script>alert(1)</script>",
        "</a>",
        "<!-- x",
        "]]>",
        "x <https://evil.example>",
        "<https://evil.example>",
    ),
    *("&amp; &lt; &#91;", "a & b", "*lead", "**bold**", "# h", "= h =", "- item", "+ item", "h1. x", "bq. x"),
    *("{{ config }}", "{% x %}", "{name}", "{{{1}}}", "{code}", "{color:red}x", "plugin::agent", "::: note"),
    *(
        "__NOTOC__",
        "~~~~",
        "~~gone~~",
        "^sup^ ~sub~",
        "$x$ $$y$$",
        "%%x%%",
        "(C) (R) ... -- ->",
        "a--b",
        "x -a- y",
        "code-reviewer -b c- d",
        "x^",
    ),
    *(
        "https://evil.example/",
        "www.evil.example",
        "a@example.org",
        "link:x[y]",
        ":smile:",
        "RFC 1234",
        "a=b,c=d",
    ),
    *(
        "עברית (x)",
        "a\u202eb",
        "👩\u200d💻 x",
        "one\ntwo\r\n\n three",
        "\u2028x",
        "x\u0000y",
        "  ",
        "",
        "--8<-- x",
    ),
)
ADDRESS = "https://example.org/team/go/a__b_/c~~d/?x=1&y=(2)*[3]'q"
SAFE = "https://example.org/team/go/a_%5Fb_/c~%7Ed/?x=1&y=%282%29%2A%5B3%5D%27q"
Found = tuple[str, str]


def run_script(call: str, values: Any) -> Any:
    """What ``call``, an expression of JavaScript with the functions of the script, says of ``values``."""
    script = (ASSETS / "scripts" / "forms.js").read_text(encoding="utf-8")
    function = f"(values) => {{ {script}\nconst say = (text) => text;\nreturn {call}; }}"
    # Playwright brings one.
    node = shutil.which("node") or str(compute_driver_executable()[0])
    code = f"const values = JSON.parse(require('fs').readFileSync(0, 'utf8'));\nconst run = {function};\n"
    command = [node, "-e", f"{code}process.stdout.write(JSON.stringify(run(values)));"]
    done = subprocess.run(
        command, input=json.dumps(values), capture_output=True, text=True, encoding="utf-8", check=True
    )
    return json.loads(done.stdout)


@functools.cache
def format_links(address: str, *titles: str) -> list[dict[str, str]]:
    """The link to ``address`` in each syntax, for each of ``titles`` as a page holds them."""
    call = "values[1].map((title) => formatLink(title, values[0], say))"
    return [dict(rows) for rows in run_script(call, [address, list(map(strip_to_one_line, titles))])]


def written(syntax: str, before: str = "Say ", after: str = " now.") -> list[str]:
    return [before + links[syntax] + after for links in format_links(ADDRESS, *NAMES)]


class Links(HTMLParser):
    """The links of a piece of HTML, and everything else in it that is no text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[list[str]] = []
        self.others: list[str] = []
        self.text = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a" and set(dict(attrs)) == {"href"}:
            self.found.append([dict(attrs)["href"] or "", ""])
        elif tag != "p":
            self.others.append(tag)

    def handle_data(self, data: str) -> None:
        self.text += data
        if self.found and self.lasttag == "a" and not self.text.endswith(" now."):
            self.found[-1][1] += data

    def handle_endtag(self, tag: str) -> None:
        self.lasttag = ""

    def handle_comment(self, data: str) -> None:
        self.others.append("comment")


def in_html(pages: list[str]) -> Iterator[Found]:
    for page in pages:
        links = Links(page)
        assert links.others == [], page
        (link,) = links.found
        assert links.text.strip() == f"Say {link[1]} now.", page
        yield link[0], link[1]


def with_xml(syntax: str) -> Iterator[Found]:
    """Of Confluence: a document of its storage format is XML."""
    for text in written(syntax):
        paragraph = etree.fromstring(f"<p>{text}</p>")
        (anchor,) = paragraph
        assert (paragraph.text, anchor.tail, len(anchor)) == ("Say ", " now.", 0)
        yield anchor.get("href"), anchor.text


def with_docutils(syntax: str) -> Iterator[Found]:
    for text in written(syntax):
        document = docutils.core.publish_doctree(
            text, settings_overrides={"report_level": 1, "halt_level": 1}
        )
        (paragraph,) = document.children
        before, link, after = paragraph.children
        assert (str(before), str(after)) == ("Say ", " now.")
        assert isinstance(link, docutils.nodes.reference)
        yield link["refuri"], link.astext()


def with_pandoc(reader: str, syntax: str) -> Iterator[Found]:
    text = "\n\n".join(written(syntax)) + "\n"
    command = [pypandoc.get_pandoc_path(), "-f", reader, "-t", "json"]
    done = subprocess.run(command, input=text, capture_output=True, text=True, encoding="utf-8", check=True)
    blocks = json.loads(done.stdout)["blocks"]
    assert [block["t"] for block in blocks] == ["Para"] * len(NAMES)
    for block in blocks:
        kinds = [inline["t"] for inline in block["c"]]
        assert kinds == ["Str", "Space", "Link", "Space", "Str"], block
        _, inlines, (address, _) = block["c"][2]["c"]
        yield address, "".join(words(inline) for inline in inlines)


def words(inline: dict[str, Any]) -> str:
    """The text of an inline of pandoc's; what is marked up is a failure."""
    assert inline["t"] in ("Str", "Space"), inline
    return inline.get("c", " ")


READERS: dict[str, tuple[str, Any]] = {
    "commonmark": ("Markdown", lambda s: in_html([MarkdownIt("commonmark").render(t) for t in written(s)])),
    "github": ("Markdown", lambda s: in_html([github(text) for text in written(s)])),
    "python-markdown": ("Markdown", lambda s: in_html([markdown.markdown(text) for text in written(s)])),
    "browser": ("HTML", lambda s: in_html(written(s))),
    "xml": ("Confluence (storage format)", with_xml),
    "jira": ("Confluence, Jira (wiki markup)", functools.partial(with_pandoc, "jira")),
    "mediawiki": ("MediaWiki", functools.partial(with_pandoc, "mediawiki")),
    "docutils": ("reStructuredText", with_docutils),
    "rst": ("reStructuredText", functools.partial(with_pandoc, "rst")),
    "asciidoc": ("AsciiDoc", functools.partial(with_pandoc, "asciidoc")),
}


def github(text: str) -> str:
    options = pyromark.Options
    return pyromark.html(
        text, options=options.ENABLE_STRIKETHROUGH | options.ENABLE_TABLES | options.ENABLE_FOOTNOTES
    )


@pytest.mark.parametrize("reader", READERS)
def test_each_form_is_one_link_with_the_text_that_was_given(reader: str) -> None:
    syntax, read = READERS[reader]
    wanted = [(SAFE, strip_to_one_line(name) or ADDRESS) for name in NAMES]
    assert list(read(syntax)) == wanted


def test_every_form_has_a_reader() -> None:
    assert {syntax for syntax, _ in READERS.values()} == set(format_links(ADDRESS, "x")[0])


def test_a_table_of_markdown_keeps_its_cells() -> None:
    for text in written("Markdown", "| ", " |"):
        table = MarkdownIt("gfm-like", {"linkify": False}).render(f"| A |\n| --- |\n{text}\n")
        assert table.count("<td>") == table.count('<a href="') == 1, table


def test_plain_names_stay_readable() -> None:
    (snippets,) = format_links("https://example.org/go/code_reviewer/", "code-reviewer v1.2")
    assert snippets["Markdown"] == "[code-reviewer v1.2](https://example.org/go/code_reviewer/)"
    assert snippets["MediaWiki"] == "[https://example.org/go/code_reviewer/ code-reviewer v1.2]"
    assert snippets["reStructuredText"] == "`code-reviewer v1.2 <https://example.org/go/code_reviewer/>`__"


def test_what_is_not_seen_is_left_out_and_what_is_a_part_of_a_word_is_not() -> None:
    assert strip_to_one_line(" a\u202e\u0007b\tc\n\nd ") == "ab c d"
    assert strip_to_one_line("👩\u200d💻 \u200fא\u200f") == "👩\u200d💻 \u200fא\u200f"


def test_an_address_has_no_markup() -> None:
    addresses = [ADDRESS, "https://example.org/a/レ/x_"]
    assert run_script("values.map(escapeAddress)", addresses) == [SAFE, "https://example.org/a/レ/x%5F"]


def test_badges_lead_to_the_page() -> None:
    images = [["Agent [x] <b>", "https://example.org/x/badge.svg"], ["y", "https://example.org/y__.svg"]]
    rows = dict(run_script("formatImages(values, 'https://example.org/a_b_/', say)", images))
    target = "https://example.org/a_b_/"
    assert rows["Badges (HTML)"] == (
        f'<a href="{target}"><img src="https://example.org/x/badge.svg" alt="Agent [x] &lt;b&gt;"></a>'
        f' <a href="{target}"><img src="https://example.org/y_%5F.svg" alt="y"></a>'
    )
    shown = MarkdownIt("commonmark", {"xhtmlOut": False}).render(rows["Badges (Markdown)"])
    assert shown == f"<p>{rows['Badges (HTML)']}</p>\n"
