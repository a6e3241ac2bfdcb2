"""Foreign Markdown: structure kept, nothing a browser runs, ids that collide with nothing."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from mkdocs_agent_catalog.build import Options, build
from mkdocs_agent_catalog.text.markdown import render_body, render_inline
from mkdocs_agent_catalog.text.sanitizer import sanitize

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt&#58;alert(1))",
    "[x](<java\nscript:alert(1)>)",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:x)",
    '![x](x" onerror="alert(1))',
    "# T {: onclick=alert(1) }",
    '<a href="javascript:alert(1)">x</a>',
    "<svg/onload=alert(1)>",
    "<!-- --><script>1</script>",
    "```html\n<script>alert(1)</script>\n```",
    '``` x" onload="alert(1)\ny\n```',
    "| <script> |\n|---|\n| <iframe src=x> |",
    "[x]: javascript:alert(1)\n\n[x]",
    '<https://x.example/"onmouseover=alert(1)>',
]


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("way", ["render", "inline"])
def test_nothing_runs(text: str, way: str) -> None:
    out = render_body(text).html if way == "render" else render_inline(text)
    assert not re.search(r"<(script|img|svg|iframe|style|form)\b", out, re.I)
    assert not re.search(r"<[^>]*\son\w+\s*=", re.sub(r'"[^"]*"', '""', out), re.I)
    assert not re.search(r'<[^>]*(href|src)="\s*(javascript|data|vbscript)', out, re.I)


def test_tags_show_as_text_and_swallow_nothing() -> None:
    out = render_body("<example>\n- a\n- b\n</example>\n\nuse `<b>` and a<b").html
    assert out.count("<li>") == 2
    assert "&lt;example&gt;" in out
    assert "<code>&lt;b&gt;</code>" in out


def test_directives_of_the_site_are_only_text() -> None:
    out = render_body('--8<-- "secret.txt"\n\n::: pkg.module\n\n{{ config }}\n\n!!! note\n    x').html
    for text in ("--8&lt;--", "::: pkg.module", "{{ config }}", "!!! note"):
        assert text in out


def test_headings_are_demoted_and_their_ids_are_our_own() -> None:
    rendered = render_body("# One\n\n### Deep `code`\n\n# One\n\n## 日本", prefix="p-")
    assert [(h.level, h.id, h.text) for h in rendered.headings] == [
        (3, "p-one", "One"),
        (5, "p-deep-code", "Deep code"),
        (3, "p-one_2", "One"),
        (4, "p-日本", "日本"),
    ]
    assert '<h3 id="p-one">One</h3>' in rendered.html


def test_links() -> None:
    out = render_body(
        "# A b\n[in](#a-b) [file](docs/x.md) [out](https://x.example) `Bash`", link={"Bash": "../b/"}.get
    ).html
    assert '<a href="#prompt-a-b">in</a>' in out
    assert 'title="docs/x.md">file</span>' in out
    assert 'rel="noopener noreferrer nofollow">out</a>' in out
    assert '<a href="../b/"><code>Bash</code></a>' in out


def test_images_of_other_hosts_are_not_loaded() -> None:
    assert "<img" not in render_body("![logo](https://x.example/l.png)").html
    assert ">logo</a>" in render_body("![logo](https://x.example/l.png)").html


def test_code_is_highlighted_and_unknown_languages_are_shown_plain() -> None:
    assert '<span class="k">def</span>' in render_body("```python\ndef f(): pass\n```").html
    assert "<code>x &lt;y\n</code>" in render_body("```nosuchlanguage\nx <y\n```").html


def test_code_is_plain_where_the_site_colours_none() -> None:
    out = render_body("```python\ndef f(): x <y\n```", highlight_code=False).html
    assert "<code>def f(): x &lt;y\n</code>" in out


def test_task_lists_have_names() -> None:
    out = render_body("- [x] a\n- [ ] b").html
    assert 'aria-label="done"' in out
    assert 'aria-label="to do"' in out


@pytest.mark.parametrize(
    "text", ["> " * 50_000, "- " * 50_000, "[" * 50_000, "<a" * 50_000, "`" * 50_001, "*a_ " * 20_000]
)
def test_text_made_to_hurt_is_survived(text: str) -> None:
    assert render_body(text).html


@pytest.mark.parametrize(
    ("html", "left"),
    [
        ('<p onclick="x()">a</p>', "<p>a</p>"),
        ('<a href="javascript:x">a</a>', "<a>a</a>"),
        ('<a href="https://x.example/" onfocus="y">a</a>', '<a href="https://x.example/">a</a>'),
        ("<script>x</script><style>y</style>b", "b"),
        ('<span class="k" style="color:red">a</span>', '<span class="k">a</span>'),
        ('<span class="k" title="<b>">a</span>', '<span class="k" title="&lt;b&gt;">a</span>'),
        ("</div></li><p>a", "<p>a</p>"),
        ("<ul><li>a</ul></li>", "<ul><li>a</li></ul>"),
        ("a<!-- b -->\0", "a"),
        ("<pre><code>a &quot;b&quot;</code></pre><br />", '<pre><code>a "b"</code></pre><br>'),
    ],
)
def test_what_is_not_on_the_list_goes(html: str, left: str) -> None:
    assert sanitize(html) == left


def test_a_cell_stays_inline() -> None:
    assert render_inline("**Always** - `x`") == "<strong>Always</strong> - <code>x</code>"
    assert render_inline("- no list") == "- no list"
    assert render_inline("# no heading") == "# no heading"


@pytest.mark.parametrize(
    "text",
    [
        "see " + "x_" * 5000 + "/",
        "`" * 20_000,
        "*" * 20_000 + " agent",
        "|a" * 1000 + "\n" + "|-" * 1000 + "\n" + "|x\n" * 5000,
        "[" * 20_000,
        "![" * 10_000,
        "<a" * 20_000,
        "- " * 5000,
        "> " * 5000,
        " " * 100_000 + "x",
        "\\n" * 20_000 + "<example>" + "\\n" * 5000,
        "a" + " " * 20_000 + "(b",
    ],
)
def test_no_text_takes_long(text: str, tmp_path: Path) -> None:
    source = f"---\nname: a\ndescription: >\n  {text[:60_000]}\ntools: {text[:60_000]!r}\n---\n\n{text}\n"
    (tmp_path / "agents").mkdir()
    (tmp_path / "agents/a.md").write_text(source, encoding="utf-8")
    start = time.process_time()
    site = build(tmp_path, Options())
    assert time.process_time() - start < 20, "some pattern tries everything"
    assert sum(len(output.content) for output in site.outputs) < 20_000_000


def test_a_long_rule_is_a_rule() -> None:
    assert "<hr" in render_body("# A\n\n" + "-" * 120 + "\n\nB\n").html


def test_a_badge_is_one_link() -> None:
    html = render_body("[![build](https://x.example/b.svg)](https://ci.example/run)").html
    assert html.count("<a ") == 1
    assert 'href="https://ci.example/run"' in html
    assert ">build</a>" in html


def test_ids_of_headings_are_unique() -> None:
    ids = [heading.id for heading in render_body("# A\n\n# A\n\n# A_2\n\n# A\n").headings]
    assert len(ids) == len(set(ids)) == 4


def test_alerts_are_shown_as_such() -> None:
    html = render_body("> [!NOTE]\n> Mind this.\n").html
    assert "markdown-alert-note" in html
    assert "[!NOTE]" not in html
    assert ">NOTE</p>" in html


@pytest.mark.parametrize(
    ("text", "addresses"),
    [
        ("see https://x.example/a_b?c=(d)), or", ["https://x.example/a_b?c=(d)"]),
        ("www.x.example.", ["http://www.x.example"]),
        ("write to a.b@x.example!", ["mailto:a.b@x.example"]),
        ("<https://x.example/> and <a@x.example>", ["https://x.example/", "mailto:a@x.example"]),
        ("`https://x.example` [https://x.example](https://y.example)", ["https://y.example"]),
        ("<b>https://x.example/</b>", ["https://x.example/"]),
        ("install minimatch@3.0.4 or https://...", []),
    ],
)
def test_bare_addresses_are_links_as_on_github(text: str, addresses: list[str]) -> None:
    assert re.findall('<a href="([^"]*)"', render_body(text).html) == addresses


def test_a_tag_where_an_address_could_be_is_shown() -> None:
    assert "](&lt;b&gt;x" in render_body(r"a\](<b>x").html
    assert 'title="my file">b</span>' in render_body("[b](<my file>)").html
