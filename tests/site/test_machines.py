"""What machines read, published by a whole site."""

from __future__ import annotations

from heads import Head
from sites import REPOSITORY, Build, agent


def test_a_site_publishes_the_files_and_its_pages_lead_there(site: Build) -> None:
    # An agent may be called like the file, and a page may stand where the file's source would.
    more = {"agents/x/agent.md": agent("agent"), "agents/x.md": agent("x"), "agents/old-index.md": agent("o")}
    for directory_urls in (True, False):
        folder = site(
            REPOSITORY | more, strict=False, options={"embeds": True}, use_directory_urls=directory_urls
        )
        for path, written in (("x", "x.md"), ("x/agent", "x/agent.md"), ("レビュー", "レビュー.md")):
            text = (folder / f"agents/{path}/agent.md").read_text(encoding="utf-8")
            assert text == (REPOSITORY | more)[f"agents/{written}"]
        for uri, kind in (
            ("agents/one/lead", "agent"),
            ("skills/plans", "skill"),
            ("agents/old-index", "agent"),
        ):
            name = f"{uri}/index.html" if directory_urls else f"{uri}.html"
            head = Head((folder / name).read_text(encoding="utf-8"))
            up = "" if directory_urls else f"{uri.rpartition('/')[2]}/"
            assert head.link("alternate", "application/json") == f"{up}{kind}.json"
            assert head.link("alternate", "text/markdown") == f"{up}{kind}.md"
            assert (folder / uri / f"{kind}.md").is_file()
        tool = "tools/read/index.html" if directory_urls else "tools/read.html"
        assert Head((folder / tool).read_text(encoding="utf-8")).link("alternate", "application/json") is None


def test_a_file_in_docs_goes_before(site: Build) -> None:
    folder = site(
        {"agents/a.md": agent("a"), "docs/llms.txt": "Mine.\n", "docs/agents/a/agent.md.txt": "No.\n"}
    )
    assert (folder / "llms.txt").read_text(encoding="utf-8") == "Mine.\n"
