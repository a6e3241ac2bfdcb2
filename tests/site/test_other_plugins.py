"""Beside other plugins: what they look for, take out and put in place. A hook stands for each of them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sites import Build, agent, find_broken_links

PLAIN = {"name": "material", "font": False}
TEAM = {
    "agents/writer.md": agent("writer", body="Ask `reader`."),
    "agents/reader.md": agent("reader", "tools: Read\n", "Ask `writer`."),
    "agents/helper.md": agent("helper", "tools: Read\n"),
}
SECRET = "ghp_" + "x7Kq2mWz9LpR4tVb8NcY1sDf6HgJ3aQe5UoT"

# Plugins that ask git or the system for dates and authors, or map all files by their paths.
ASKS_FOR_PATHS = """import json, os
from mkdocs.plugins import event_priority
PATHS = {}

@event_priority(10)
def on_files(files, config):
    assert "agents/writer.md" in files.src_uris
    for file in files:
        assert os.path.isfile(file.abs_src_path), file.src_uri

def on_page_markdown(markdown, page, config, files):
    assert page.file.generated_by is None
    root = os.path.dirname(config.config_file_path)
    PATHS[page.file.src_uri] = os.path.relpath(page.file.abs_src_path, root)

def on_post_build(config):
    with open("paths.json", "w") as file:
        json.dump(PATHS, file)
"""
# Plugins that put the text of a file into a page.
INCLUDES = """def on_page_markdown(markdown, page, config, files):
    return markdown.replace("INCLUDED", "```agents\\nshow: list\\nnames: [reader]\\n```")
"""
TAKES_OUT = """def on_files(files, config):
    for uri in {uris}:
        files.remove(files.get_file_from_path(uri))
"""
PUTS_IN_PLACE = """from mkdocs.structure.files import File

def on_files(files, config):
    old = files.get_file_from_path("agents/reader.md")
    files.remove(old)
    files.append(File.generated(config, "agents/reader.md", content="# By hand\\n"))
"""


def build_catalog(folder: Path) -> dict[str, list[str]]:
    table = json.loads((folder / "catalog.json").read_text(encoding="utf-8"))
    return {kind: [entry["name"] for entry in table[kind]] for kind in ("agents", "tools")}


def test_every_file_has_a_path_and_a_page_that_of_its_definition(site: Build) -> None:
    folder = site({**TEAM, "other.py": ASKS_FOR_PATHS}, hooks=["other.py"], theme=PLAIN)
    paths = json.loads((folder.parent / "paths.json").read_text(encoding="utf-8"))
    assert paths["agents/writer.md"] == "agents/writer.md"
    assert paths["agents/index.md"] in TEAM, "a list counts as one of the definitions"
    assert paths["index.md"] == "docs/index.md"


def test_a_definition_with_a_secret_is_not_named_to_plugins_that_publish_files(site: Build) -> None:
    files = {**TEAM, "agents/reader.md": agent("reader", body=f"Use `{SECRET}`."), "other.py": ASKS_FOR_PATHS}
    folder = site(files, strict=False, hooks=["other.py"], theme=PLAIN)
    paths = json.loads((folder.parent / "paths.json").read_text(encoding="utf-8"))
    assert paths["agents/writer.md"] == "agents/writer.md"
    assert "agents/reader.md" not in paths.values()


def test_an_agent_whose_page_is_taken_out_is_no_part_of_the_catalog(site: Build) -> None:
    hook = TAKES_OUT.format(uris=["agents/reader.md"])
    folder = site({**TEAM, "other.py": hook}, hooks=["other.py"], theme=PLAIN)
    assert build_catalog(folder)["agents"] == ["helper", "writer"]
    assert not (folder / "agents/reader").exists()
    assert "agents/reader" not in (folder / "search/search_index.json").read_text(encoding="utf-8")
    assert find_broken_links(folder) == []


def test_a_page_that_another_plugin_puts_in_place_wins_and_the_agent_stays(site: Build) -> None:
    folder = site({**TEAM, "other.py": PUTS_IN_PLACE}, hooks=["other.py"], theme=PLAIN)
    assert "By hand" in (folder / "agents/reader/index.html").read_text(encoding="utf-8")
    assert build_catalog(folder)["agents"] == ["helper", "reader", "writer"]
    assert find_broken_links(folder) == []


def test_queries_in_included_text_are_answered(site: Build) -> None:
    pages = {"docs/one.md": "# One\n\nINCLUDED\n", "docs/two.md": '# Two\n\n--8<-- "part.txt"\n'}
    text = "There are `agents count`.\n\n```agents\nshow: list\nnames: [writer]\n```\n"
    folder = site(
        {**TEAM, **pages, "part.txt": text, "other.py": INCLUDES},
        hooks=["other.py"],
        theme=PLAIN,
        markdown_extensions=["pymdownx.snippets", "pymdownx.superfences"],
    )
    first, second = ((folder / name / "index.html").read_text(encoding="utf-8") for name in ("one", "two"))
    assert '<a href="../agents/reader/" dir="auto">reader</a>' in first
    assert '<a href="../agents/writer/" dir="auto">writer</a>' in second
    assert ">3</a>" in second
    assert "names:" not in first + second


def test_what_is_wrong_with_an_included_query_is_told_with_its_page(site: Build) -> None:
    files = {**TEAM, "docs/two.md": '# Two\n\n--8<-- "part.txt"\n', "part.txt": "```agents\ngruop: x\n```\n"}
    folder = site(files, strict=False, theme=PLAIN, markdown_extensions=["pymdownx.snippets"])
    html = (folder / "two/index.html").read_text(encoding="utf-8")
    assert "docs/two.md (with what it includes)" in html


# As mkdocs-llmstxt: it writes the file after the site was built.
WRITES_LLMS_TXT = """import os

def on_post_build(config):
    with open(os.path.join(config.site_dir, "llms.txt"), "w") as file:
        file.write("# Theirs\\n\\n## Guide\\n\\n- [Guide](guide.md)\\n")
"""
# As mkdocs-ezlinks-plugin: it takes what it does not know for a path.
WRITES_LINKS = """def on_page_markdown(markdown, page, config, files):
    return markdown.replace("](agent:", "](agent%3A")
"""
# As mkdocs-static-i18n: it builds the site again for each language, into a folder of the same site.
TRANSLATES = """import copy
from mkdocs import utils
from mkdocs.commands.build import build
from mkdocs.plugins import BasePlugin, event_priority

class Translator(BasePlugin):
    default_language = current_language = "en"

    @event_priority(-100)
    def on_files(self, files, config):
        for file in files.documentation_pages():
            assert file.abs_src_path.startswith(config.docs_dir), file
            if self.current_language != "en":
                file.dest_uri = f"de/{file.dest_uri}"
                file.__dict__.pop("abs_dest_path", None)
                file.__dict__.pop("url", None)
        return files

    @event_priority(-100)
    def on_post_build(self, config):
        if self.current_language == "en":
            self.current_language = config.theme["language"] = "de"
            utils.clean_directory, kept = lambda folder: None, utils.clean_directory
            build(config)
            utils.clean_directory = kept

@event_priority(100)
def on_config(config):
    if "i18n" not in config.plugins:
        config.plugins["i18n"] = Translator()
"""
# As mkdocs-exclude-search, wherever it is listed: it takes entries out of the index of the search.
HIDES = """import json, os
from mkdocs.plugins import BasePlugin, event_priority

class Hider(BasePlugin):
    def on_post_build(self, config):
        path = os.path.join(config.site_dir, "search/search_index.json")
        with open(path) as file:
            table = json.load(file)
        table["docs"] = [entry for entry in table["docs"] if "agents/reader/" not in entry["location"]]
        with open(path, "w") as file:
            json.dump(table, file)

@event_priority(100)
def on_config(config):
    config.plugins["exclude-search"] = Hider()
"""
# As MkDocs-MaterialX: its search reads what stands on the written pages.
READS_PAGES = """import json
from mkdocs.plugins import BasePlugin, event_priority
EXCLUDED = {}

@event_priority(100)
def on_config(config):
    plugin = BasePlugin()
    plugin.config = {"provider": "pagefind"}
    config.plugins["materialx/search"] = plugin

def on_page_context(context, page, config, nav):
    EXCLUDED[page.file.src_uri] = page.meta.get("search", {}).get("exclude", False)

def on_post_build(config):
    with open("excluded.json", "w") as file:
        json.dump(EXCLUDED, file)
"""
ENCRYPTS = """from mkdocs.plugins import BasePlugin

def on_config(config):
    config.plugins["encryptcontent"] = BasePlugin()
"""


def test_the_llms_txt_of_another_plugin_gets_the_sections_of_the_catalog(site: Build) -> None:
    folder = site({**TEAM, "other.py": WRITES_LLMS_TXT}, hooks=["other.py"], theme=PLAIN)
    text = (folder / "llms.txt").read_text(encoding="utf-8")
    assert text.startswith("# Theirs\n\n## Guide\n\n- [Guide](guide.md)\n\n## ")
    assert text.count("/agents/reader/agent.md)") == 1
    assert text.count("\n# ") == 0


def test_a_reference_that_another_plugin_took_for_a_path_is_still_one(site: Build) -> None:
    files = {**TEAM, "docs/one.md": "# One\n\nAsk [](agent:reader).\n", "other.py": WRITES_LINKS}
    folder = site(files, hooks=["other.py"], theme=PLAIN)
    html = (folder / "one/index.html").read_text(encoding="utf-8")
    assert 'href="../agents/reader/"' in html
    assert "%3A" not in html


def test_with_several_languages_the_catalog_is_there_once_in_the_first(site: Build) -> None:
    pages = {"docs/one.md": "# One\n\nAsk [](agent:reader).\n"}
    folder = site({**TEAM, **pages, "other.py": TRANSLATES}, hooks=["other.py"], theme=PLAIN)
    assert '<html lang="en"' in (folder / "agents/reader/index.html").read_text(encoding="utf-8")
    assert '<html lang="de"' in (folder / "de/one/index.html").read_text(encoding="utf-8")
    assert not (folder / "de/agents").exists()
    assert '"agents/reader/"' in (folder / "search/search_index.json").read_text(encoding="utf-8")
    assert find_broken_links(folder) == []


def test_a_page_without_a_definition_that_is_taken_out_is_told(site: Build) -> None:
    files = {**TEAM, "other.py": TAKES_OUT.format(uris=["problems.md"])}
    told = r"mkdocs.yml:1:1: another plugin or a hook takes out .* such as `problems.md` \[other_plugin\]"
    with pytest.raises(AssertionError, match=told):
        site(files, hooks=["other.py"], theme=PLAIN)
    options = {"validation": {"other_plugin": "ignore"}}
    folder = site(files, hooks=["other.py"], theme=PLAIN, options=options)
    assert build_catalog(folder)["agents"] == ["helper", "reader", "writer"]


def test_what_an_encrypted_site_leaves_readable_is_told(site: Build) -> None:
    with pytest.raises(AssertionError, match=r"`encryptcontent` encrypts pages and nothing else"):
        site({**TEAM, "other.py": ENCRYPTS}, hooks=["other.py"], theme=PLAIN)


def test_entries_of_the_search_that_another_plugin_takes_out_stay_out(site: Build) -> None:
    folder = site({**TEAM, "other.py": HIDES}, hooks=["other.py"], theme=PLAIN)
    index = (folder / "search/search_index.json").read_text(encoding="utf-8")
    assert '"agents/reader/' not in index
    assert '"agents/writer/' in index


def test_a_search_that_reads_written_pages_finds_those_of_the_catalog(site: Build) -> None:
    folder = site({**TEAM, "other.py": READS_PAGES}, hooks=["other.py"], theme=PLAIN)
    excluded = json.loads((folder.parent / "excluded.json").read_text(encoding="utf-8"))
    assert excluded["agents/reader.md"] is False
    assert excluded["tools/index.md"] is False
