"""The theme's page, rendered once and filled: the same but for indentation, or not used at all."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from build_server import compiled_once
from mkdocs.commands.build import build
from mkdocs.config import load_config
from mkdocs_agent_catalog.mkdocs_adapter.theme_page import ThemePage
from sites import HOSTILE, PALETTE, agent, write

LONG = "# One\n\n## Two 'quoted' & <b>\n\n### Three\n\n#### Four\n\n##### Five\n\n###### Six\n\n## `Two`\n\n"
AGENTS = {
    "agents/hostile.md": HOSTILE,
    "agents/same.md": agent("Test", "tools: Read\n"),
    **{f"agents/one{n}.md": agent(f"one{n}", "tools: Read, Bash\n", LONG) for n in range(5)},
    **{
        f"agents/editor/raw{n}.md": agent(f"it's & <{n}>", "skills: [style]\n", "### Deep\n\n# Top\n")
        for n in range(5)
    },
    **{f"agents/skills/s{n}/SKILL.md": agent(f"s{n}", "", "Text.") for n in range(4)},
    "agents/plain.md": "---\nname: plain\ndescription: ''\n---\n",
    "agents/.mcp.json": '{"mcpServers": {"a": {"command": "x"}, "b": {"command": "x"}}}',
}
MATERIAL: dict[str, Any] = {"name": "material", "font": False, "palette": PALETTE}
EDIT = {"repo_url": "https://github.com/o/r", "edit_uri": "edit/main/docs/"}
SITES: dict[str, tuple[dict[str, Any], bool]] = {
    "material": ({"theme": MATERIAL}, True),
    "its own address": ({"theme": MATERIAL, "site_url": "https://example.org/a/"}, True),
    "edit links": (
        {"theme": {**MATERIAL, "features": ["content.action.edit", "content.action.view"]}, **EDIT},
        True,
    ),
    "files": ({"theme": MATERIAL, "use_directory_urls": False}, True),
    "tabs": (
        {"theme": {**MATERIAL, "features": ["navigation.tabs", "toc.integrate", "navigation.path"]}},
        True,
    ),
    "a navigation": ({"theme": MATERIAL, "nav": [{"Home": "index.md"}, {"Ours": "agents/index.md"}]}, True),
    # They write the outline and the title in ways of their own: each page is rendered.
    "mkdocs": ({"theme": {"name": "mkdocs"}}, False),
    "readthedocs": ({"theme": {"name": "readthedocs"}}, False),
}


@pytest.fixture(scope="module", autouse=True)
def theme() -> Iterator[None]:
    with compiled_once():
        yield


Built = dict[str, bytes]
Both = Callable[..., tuple[Built, Built, int]]


@pytest.fixture
def both(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Both:
    """Builds a site twice, the second time without ``theme_cache``. Both, and how many pages were filled."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    monkeypatch.chdir(tmp_path)

    def run(**settings: Any) -> tuple[Built, Built, int]:
        write(tmp_path, {"docs/index.md": "# Home\n", **AGENTS})
        settings = {"site_name": "Test", "plugins": ["search", {"agent-catalog": {}}], **settings}
        (tmp_path / "mkdocs.yml").write_text(yaml.safe_dump(settings), encoding="utf-8")
        pages: list[ThemePage] = []
        render = ThemePage.render

        def noted(theme_page: ThemePage, *arguments: Any) -> str:
            pages[:] = [theme_page]
            return render(theme_page, *arguments)

        monkeypatch.setattr(ThemePage, "render", noted)
        sites = []
        for is_filled in (True, False):
            config = load_config(str(tmp_path / "mkdocs.yml"))
            config.plugins["agent-catalog"].config["theme_cache"] = is_filled
            config.plugins.on_startup(command="build", dirty=False)
            build(config)
            sites.append(_read(Path(config.site_dir)))
        return sites[0], sites[1], pages[0].filled if pages else 0

    return run


def _read(site: Path) -> Built:
    return {
        str(path.relative_to(site)): path.read_bytes()
        for path in sorted(site.rglob("*"))
        if path.is_file() and not path.name.endswith(".gz")
    }


def _list_differences(filled: Built, rendered: Built) -> list[str]:
    """The files that differ in more than blank lines and indentation, which a filled page leaves out."""
    one_line = re.compile(rb"\s*\n\s*")
    return [
        path for path in filled if one_line.sub(b"\n", filled[path]) != one_line.sub(b"\n", rendered[path])
    ]


@pytest.mark.parametrize("name", SITES)
def test_a_filled_page_is_what_the_theme_makes(name: str, both: Both) -> None:
    settings, used = SITES[name]
    filled, rendered, count = both(**settings)
    assert filled.keys() == rendered.keys()
    assert _list_differences(filled, rendered) == []
    assert (count > 5) == used


HOOK = """
def on_page_context(context, page, config, nav):
    page.meta["seen"] = page.file.src_uri
    return context
"""
TOC = """
def on_page_content(html, page, config, files):
    for item in page.toc:
        item.typeset = {"title": "<em>" + item.title + "</em>"}
    return html
"""
NUMBERED = """
def on_page_content(html, page, config, files):
    return html + "<p>" + page.file.src_uri + "</p>"
"""


@pytest.mark.parametrize(("hook", "used"), [(HOOK, False), (TOC, False), (NUMBERED, False)])
def test_what_a_hook_does_is_kept(hook: str, used: bool, tmp_path: Path, both: Both) -> None:
    write(tmp_path, {"hook.py": hook})
    filled, rendered, count = both(theme=MATERIAL, hooks=["hook.py"])
    assert _list_differences(filled, rendered) == []
    assert (count > 5) == used
    assert b"agents/one1.md</p>" in filled["agents/one1/index.html"] or hook is not NUMBERED


def test_the_indentation_of_the_theme_is_left_out_and_that_of_text_is_kept(
    tmp_path: Path, both: Both
) -> None:
    announcement = (
        "{% block announce %}<PRE>\n    too\n</PRE><pre>\n    kept\n</pre>\n\n    <b>news</b>{% endblock %}"
    )
    write(tmp_path, {"theme/main.html": '{% extends "base.html" %}' + announcement})
    write(tmp_path, {"agents/code.md": agent("code", "tools: Read\n", "\n```\na\n\n    b\n```\n")})
    filled, rendered, count = both(theme={**MATERIAL, "custom_dir": str(tmp_path / "theme")})
    page = filled["agents/code/index.html"].decode()
    assert count > 5
    assert "<PRE>\n    too" in page
    assert "<pre>\n    kept\n</pre>\n<b>news</b>" in page
    assert "a\n\n    b" in page
    before, _, after = (
        page.replace("\n    kept", "").replace("\n    too", "").partition('<div id="ac-content"')
    )
    assert "\n " not in re.sub(r"(?s)<script.*?</script>", "", before) + after.partition("</article>")[2]
    assert len(page) < 0.8 * len(rendered["agents/code/index.html"])


OVERRIDES = {
    "a title that is cut": (
        "{% block htmltitle %}<title>{{ page.title[:9] if page }}</title>{% endblock %}",
        False,
    ),
    "the content": (
        '{% block footer %}{% if "Bash" in (page.content if page) %}Shell{% endif %}{% endblock %}',
        False,
    ),
    "words": ("{% block footer %}{{ (page.content if page) | wordcount }}{% endblock %}", False),
    "an outline": ("{% block footer %}{% if page.toc %}<p>outline</p>{% endif %}{% endblock %}", False),
    "meta data": (
        '{% block footer %}{{ page.meta.get("description", "") | length if page }}{% endblock %}',
        False,
    ),
    "a text": ("{% block footer %}<p>{{ config.site_name }}</p>{% endblock %}", True),
}


@pytest.mark.parametrize("name", OVERRIDES)
def test_a_template_of_the_site_that_mentions_the_page_is_always_rendered(
    name: str, tmp_path: Path, both: Both
) -> None:
    block, used = OVERRIDES[name]
    write(tmp_path, {"over/main.html": '{% extends "base.html" %}' + block})
    filled, rendered, count = both(theme={**MATERIAL, "custom_dir": "over"})
    assert _list_differences(filled, rendered) == []
    assert (count > 5) == used


def test_an_item_of_the_outline_may_be_the_sites_own(tmp_path: Path, both: Both) -> None:
    write(tmp_path, {"over/partials/toc-item.html": "<li>{{ toc_item.title | upper }}</li>"})
    filled, rendered, count = both(theme={**MATERIAL, "custom_dir": "over"})
    assert _list_differences(filled, rendered) == []
    assert re.search(rb"<li>[A-Z ]{4,}</li>", filled["agents/one1/index.html"])
    assert count > 5
