"""Hostile text in every place of a repository, in Chromium: none of it runs, none of it loads anything."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from browsing import open_page, served_at
from playwright.sync_api import Browser, Page
from sites import Build, agent

RUN = "window.pwned=(window.pwned||'')+'{place} '"
FORMS = (
    "<img src=x onerror={run}>",
    '"><img src=x onerror={run}>',
    "'><svg onload={run}>",
    "<script>{run}</script>",
    "</script><script>{run}</script>",
    "</title></head><body onload={run}>",
    '<template class="ac-hover"><p><img src=x onerror={run}></p></template>',
    '<div class="ac-page ac-agent"><h1><img src=x onerror={run}></h1></div>',
    "[x](javascript:{run})",
    '[x](x" onmouseover="{run})',
    '![x](x" onerror="{run})',
    '" autofocus onfocus="{run}',
    "' onmouseover='{run}",
    '<a href="javascript:{run}" id=tools>x</a>',
    '<iframe srcdoc="<script>parent.{run}</script>"></iframe>',
    "<details open ontoggle={run}>",
    "<math><mtext><table><mglyph><style><img src=x onerror={run}>",
    "<svg><style><img src=x onerror={run}></style></svg>",
    "<noscript><p title='</noscript><img src=x onerror={run}>'>",
    "&lt;img src=x onerror={run}&gt;",
    "&#60;img src=x onerror={run}&#62;",
    "{{{{ 7*7 }}}}{{% raw %}}<img src=x onerror={run}>{{% endraw %}}",
    "`<img src=x onerror={run}>",
    "--><img src=x onerror={run}>",
    "]]><img src=x onerror={run}>",
    "\\u003cimg src=x onerror={run}\\u003e",
    "<base href='https://evil.example/'>",
    "<meta http-equiv=refresh content='0;url=https://evil.example/'>",
    "<link rel=stylesheet href='https://evil.example/x.css'>",
    "<form action='https://evil.example/'><button>x</button></form>",
)
FILE = """---
name: {name}
description: {description}
tools: Read, {tool}, Agent({listed})
skills: [{skill}]
model: {model}
{key}: {value}
mcpServers: [{server}]
---

{body}

{body_plain}

| Skill | When |
| --- | --- |
| `{cell}` | {when} |
"""
REPO = "https://git.example/team/repo/"


def make_payload(form: str, place: str) -> str:
    return form.format(
        run=RUN.format(place=place).replace(" ", "&nbsp;") if "=x " in form else RUN.format(place=place)
    )


def make_file_name(form: str) -> str:
    """The payload as a name that a disk takes."""
    return make_payload(form, "file").replace("/", "\\").replace("\0", "")[:120]


def list_files() -> Iterator[tuple[str, str]]:
    """An agent for each form: in the names of file and folder, and at twelve places of the text."""
    places = (
        "name",
        "description",
        "tool",
        "listed",
        "skill",
        "model",
        "key",
        "value",
        "server",
        "body",
        "when",
    )
    for number, form in enumerate(FORMS):
        texts = {place: make_payload(form, place) for place in (*places, "cell")}
        quoted = {place: json.dumps(text) for place, text in texts.items()}
        for place in ("body", "when", "listed"):
            quoted[place] = texts[place].replace("\n", " ")
        quoted["tool"] = texts["tool"].replace(",", ";").replace(":", "")
        quoted["cell"] = texts["cell"].replace("`", "").replace("|", "")
        text = FILE.format(**quoted, body_plain=f"- {texts['body']}\n\n### {texts['body']}")
        yield f"agents/{make_file_name(form)}/{number} {make_file_name(form)}.md", text
        yield (
            f"skills/{make_file_name(form)}/SKILL.md",
            f"---\nname: s{number}\ndescription: {quoted['value']}\n---\nx\n",
        )
    hooks = [{"matcher": make_payload(form, "hook"), "hooks": [{"command": form}]} for form in FORMS]
    yield ".claude/settings.json", json.dumps({"hooks": {"PreToolUse": hooks}})
    yield ".claude/agents/guarded.md", "---\nname: guarded\ndescription: Guarded.\n---\nx\n"
    yield "docs/index.md", "# Home\n\n[Guarded](agents/guarded.md)\n"


def build_site(site: Build, theme: dict[str, object]) -> Path:
    return site(dict(list_files()), strict=False, theme=theme, repo_url=REPO, edit_uri="edit/main/docs/")


def watch(browser: Browser, base: str, problems: list[str]) -> Page:
    page = open_page(browser, 1300, 900)
    page.on(
        "request", lambda r: None if r.url.startswith((base, "data:", "blob:")) else problems.append(r.url)
    )
    page.on("dialog", lambda dialog: problems.append(f"dialog {dialog.message}"))
    return page


CHECK = r"""() => {
  const all = [...document.querySelectorAll("*")];
  const isScript = (node) => ["href", "src", "action", "formaction"].some((name) =>
    /^\s*(javascript|vbscript|data:text)/i.test(node.getAttribute(name) ?? ""));
  // A prompt may link to another site, as any text may; nothing else may lead there.
  const leads = (node) => node.localName !== "a" &&
    /^https?:..evil.example/.test(node.href ?? node.src ?? node.action ?? "");
  const listens = (node) => [...node.attributes].some(
    ({ name, value }) => /^on/.test(name) && /pwned/.test(value));
  const isBad = (node) => isScript(node) || leads(node) || listens(node) || node.matches("base, iframe");
  const bad = all.filter(isBad);
  return [window.pwned ?? "", ...bad.map((node) => node.outerHTML.slice(0, 200))].filter(Boolean);
}"""


def list_pages(folder: Path, pattern: str) -> list[str]:
    return sorted(path.parent.relative_to(folder).as_posix() + "/" for path in folder.glob(pattern))


def test_nothing_of_a_repository_runs_in_material(site: Build, browser: Browser) -> None:
    features = ["content.action.edit", "content.action.view", "navigation.instant", "search.suggest"]
    folder = build_site(site, {"name": "material", "font": False, "features": features})
    pages = list_pages(folder, "agents/**/index.html")
    assert len(pages) > len(FORMS)
    problems: list[str] = []
    with served_at(folder) as base:
        page = watch(browser, base, problems)
        others = [
            "problems/",
            "matrix/",
            "matrix/declared/",
            "matrix/difference/",
            "skills/",
            "servers/",
            "tools/",
            "reach/",
        ]
        for address in (*pages, *others, *list_pages(folder, "skills/*/index.html")[:8]):
            page.goto(base + address, wait_until="domcontentloaded")
            problems += [f"{address}: {words}" for words in page.evaluate(CHECK)]
        # What a link shows when it is pointed at or focused.
        page.goto(base + "agents/")
        for link in page.locator(".md-content a[href]:not(.ac-skip)").all()[:12]:
            link.hover()
            page.wait_for_timeout(20)
        for _ in range(30):
            page.keyboard.press("Tab")
        page.locator(".md-search__input").first.fill("onerror")
        page.wait_for_timeout(300)
        problems += page.evaluate(CHECK)
        page.close()
    assert problems == []


@pytest.mark.parametrize("theme", ["mkdocs", "readthedocs"])
def test_nothing_of_a_repository_runs_in_the_themes_of_mkdocs(
    site: Build, browser: Browser, theme: str
) -> None:
    folder = build_site(site, {"name": theme, "hljs_languages": [], "highlightjs": False})
    problems: list[str] = []
    with served_at(folder) as base:
        page = watch(browser, base, problems)
        for address in list_pages(folder, "agents/*/*/index.html"):
            page.goto(base + address, wait_until="domcontentloaded")
            problems += [f"{address}: {words}" for words in page.evaluate(CHECK)]
        page.close()
    assert [problem for problem in problems if "cdn" not in problem and "fonts" not in problem] == []


RAW = """---
name: {name}
description: D.
---

<div class="ac-page"><template class="ac-hover">
<p onclick="window.pwned=1">x<img src=x onerror="window.pwned=2"></p>
</template></div>
<div class="ac-agent"><h1><img src=x onerror="window.pwned=3">y</h1></div>
"""


def test_a_card_takes_only_the_text_of_pages_of_the_catalog(site: Build, browser: Browser) -> None:
    """The definition of an agent is published as text; a prompt may link to it as if it were a page."""
    files = {
        "agents/evil.md": RAW.format(name="evil"),
        "agents/caller.md": agent("caller"),
        "docs/index.md": "# Home\n\n[one](/agents/evil/agent.md){#one} [two](agents/evil/agent.md){#two} "
        "[three](agents/caller.md){#three}\n",
    }
    folder = site(
        files, strict=False, theme={"name": "material", "font": False}, markdown_extensions=["attr_list"]
    )
    (folder / "agents/evil/page.html").write_text(RAW.format(name="evil"), encoding="utf-8")
    problems: list[str] = []
    with served_at(folder) as base:
        page = watch(browser, base, problems)
        page.goto(base)
        for key in ("one", "two"):
            page.locator(f"#{key}").hover()
            page.wait_for_timeout(600)
            assert page.locator(".ac-hovercard").count() == 0
            page.locator(f"#{key}").focus()
            page.wait_for_timeout(500)
            assert page.locator(".ac-hovercard").count() == 0
        page.locator("#three").evaluate("node => { node.href = '/agents/evil/page.html' }")
        page.locator("#three").hover()
        page.wait_for_selector(".ac-hovercard")
        assert page.locator(".ac-hovercard img").count() == 0
        assert page.locator(".ac-hovercard [onclick]").count() == 0
        assert page.evaluate("window.pwned") is None
        page.close()
    assert problems == []


def test_a_link_to_edit_a_file_leads_to_that_file(site: Build) -> None:
    names = ["C#", "100%", "a?b", "two words", 'q"q', "ünï", "a&b", "[x]", "%41"]
    folder = site(
        {f"agents/{name}.md": "---\nname: a\ndescription: D.\n---\nx\n" for name in names},
        strict=False,
        theme={"name": "mkdocs"},
        repo_url=REPO,
        edit_uri="edit/main/docs/",
    )
    edited = []
    for page in folder.glob("agents/*/index.html"):
        html = page.read_text(encoding="utf-8")
        links = {unescape(link) for link in re.findall(r'href="([^"]*git\.example[^"]*edit[^"]*)"', html)}
        (parts,) = map(urlsplit, links)
        assert not parts.query
        assert not parts.fragment
        edited.append(unquote(parts.path).rpartition("/agents/")[2])
    assert sorted(edited) == sorted(f"{name}.md" for name in names)
