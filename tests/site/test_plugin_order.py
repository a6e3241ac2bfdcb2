"""The order of plugins, and definitions that lie among the pages of a site."""

from __future__ import annotations

import json
import re

import pytest
from mkdocs_agent_catalog.mkdocs_adapter.other_plugins import move_last
from sites import Build, agent, find_broken_links

LATE = """from mkdocs.plugins import BasePlugin


def on_config(config):
    config.site_url = "https://example.org/docs/1.0/"
    config.use_directory_urls = {directory_urls}
    return config
"""
WRITER = agent("writer", "template: nowhere.html\ntools: Read\n", "Ask `reader`.")


@pytest.mark.parametrize("directory_urls", [True, False])
def test_what_a_later_plugin_sets_is_seen(site: Build, directory_urls: bool) -> None:
    files = {"agents/writer.md": agent("writer"), "late.py": LATE.format(directory_urls=directory_urls)}
    folder = site(
        files, hooks=["late.py"], options={"embeds": True}, theme={"name": "material", "font": False}
    )
    assert find_broken_links(folder) == []
    page = folder / ("agents/writer/index.html" if directory_urls else "agents/writer.html")
    html = page.read_text(encoding="utf-8")
    addresses = set(re.findall(r"https://example.org/docs/[^\"<>& ]*", html))
    assert addresses
    assert all(address.startswith("https://example.org/docs/1.0/") for address in addresses), addresses


@pytest.mark.parametrize("names", [["agent-catalog", "offline"], ["offline", "agent-catalog"]])
def test_a_site_for_no_server_has_no_broken_link_in_any_order(site: Build, names: list[str]) -> None:
    files = {"agents/writer.md": agent("writer"), "agents/reader.md": agent("reader", "tools: Read\n")}
    folder = site(files, plugins=["search", *names], theme={"name": "material", "font": False})
    assert (folder / "agents/writer.html").is_file()
    assert find_broken_links(folder) == []


def test_a_definition_in_docs_gets_the_page_of_the_catalog(site: Build) -> None:
    files = {"docs/agents/writer.md": WRITER, "docs/agents/README.md": "# Notes\n"}
    folder = site(files, options={"sources": ["docs/agents"]})
    html = (folder / "agents/writer/index.html").read_text(encoding="utf-8")
    assert 'class="ac-page ac-agent"' in html
    data = json.loads((folder / "catalog.json").read_text(encoding="utf-8"))
    assert [entry["url"] for entry in data["agents"]] == ["agents/writer/"]


def test_handlers_of_an_event_are_moved_to_its_end() -> None:
    first, second, third = "first", "second", "third"
    handlers: list[object] = [first, second, third]
    move_last(handlers, first, second)  # type: ignore[arg-type]
    assert handlers == [third, first, second]
    move_last(handlers, str)
    assert handlers == [third, first, second], "who is not among them is not added"


def test_a_page_that_hides_one_of_the_catalog_is_told(site: Build) -> None:
    files = {"agents/writer.md": agent("writer"), "docs/tools.md": "# Our tools\n"}
    with pytest.raises(
        AssertionError, match=r"`tools.md` has the address of the catalog's page `tools/index.md`"
    ):
        site(files)
    assert "Our tools" in (site(files, strict=False) / "tools/index.html").read_text(encoding="utf-8")
    # A page that is called like the catalog's is meant to take its place.
    site({"agents/writer.md": agent("writer"), "docs/tools/index.md": "# Our tools\n"})
