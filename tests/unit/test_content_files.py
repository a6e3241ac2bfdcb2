"""The catalog as content for another generator, and what tells whether a site has it."""

from __future__ import annotations

from pathlib import Path

import markdown
import pytest
import yaml
from mkdocs_agent_catalog.cli.main import main
from sites import HOSTILE, REPOSITORY, write

FILES = {
    **REPOSITORY,
    "agents/hostile.md": HOSTILE,
    "agents/odd.md": (
        "---\nname: odd\ndescription: '[a](b.md) \"quoted\": --- #x'\n---\n"
        '```\na\n\n[b](missing.md)\n--8<-- "secret.txt"\n```\n\n[TOC]\n\n{{ 7 * 7 }} {% raw %}\n'
        "\n[gone]: x.md\n"
    ),
}
EXTENSIONS = ["attr_list", "md_in_html", "tables", "toc", "pymdownx.superfences", "pymdownx.snippets"]


def export(repo: Path, capsys: pytest.CaptureFixture[str]) -> str:
    capsys.readouterr()
    assert main(["export", "-C", str(repo), str(repo / "content")]) == 0
    return capsys.readouterr().out


def flatten(html: str) -> str:
    return " ".join(html.replace("&#10;", " ").replace("]&#40;", "](").replace("]\\u0028", "](").split())


def test_a_generator_gives_each_page_the_html_of_the_catalog(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path, FILES)
    export(tmp_path, capsys)
    build = ["build", "-C", str(tmp_path), "-d", str(tmp_path / "site"), "--no-directory-urls"]
    assert main(build) == 0
    content = tmp_path / "content"
    pages = sorted(content.rglob("*.md"))
    assert len(pages) > 10
    for page in pages:
        _, matter, text = page.read_text(encoding="utf-8").split("---\n", 2)
        assert yaml.safe_load(matter)["title"], page
        html = flatten(markdown.markdown(text, extensions=EXTENSIONS))
        site = (tmp_path / "site" / page.relative_to(content).with_suffix(".html")).read_text(
            encoding="utf-8"
        )
        expected = flatten(site.replace('agent.md"', 'agent.md.txt"').replace('skill.md"', 'skill.md.txt"'))
        assert html in expected, page
        assert "ac-page" in html
        # What an engine looks for in the text of a page is not there.
        assert "](" not in text
        assert "\n\n" not in text.strip()


def test_no_definition_is_taken_for_a_page(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path, FILES)
    lines = yaml.safe_load(export(tmp_path, capsys))
    assert lines["use_directory_urls"] is False
    content = tmp_path / "content"
    assert (content / "agents/odd/agent.md.txt").read_text() == FILES["agents/odd.md"]
    assert all(path.read_text().startswith("---\ntitle: ") for path in content.rglob("*.md"))
    assert lines["nav"].pop(0) == "index.md"
    named = [
        uri
        for section in lines["nav"]
        for pages in section.values()
        for page in pages
        for uri in page.values()
    ]
    assert "agents/index.md" in named
    assert all((content / path).is_file() for path in [*named, *lines["extra_css"]])


def test_an_export_removes_its_own_files_and_keeps_all_others(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path, {**FILES, "content/index.md": "# Mine\n", "content/reach.md": "# Mine, too\n"})
    assert main(["export", "-C", str(tmp_path), str(tmp_path / "content")]) == 0
    assert "`reach.md` is not of the catalog and is kept" in capsys.readouterr().err
    assert (tmp_path / "content/agents/odd.md").is_file()
    (tmp_path / "agents/odd.md").unlink()
    export(tmp_path, capsys)
    assert not (tmp_path / "content/agents/odd.md").exists()
    assert not (tmp_path / "content/agents/odd").exists()
    assert (tmp_path / "content/index.md").read_text() == "# Mine\n"
    assert (tmp_path / "content/reach.md").read_text() == "# Mine, too\n"


def test_a_list_of_files_removes_nothing_outside_the_folder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path, {**FILES, "precious.txt": "x", "content/assets/exported-files.txt": "../precious.txt\n"})
    export(tmp_path, capsys)
    assert (tmp_path / "precious.txt").is_file()


def check_site(repo: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    capsys.readouterr()
    code = main(["check", "-C", str(repo), "--fail-on", "error", "--site", str(repo / "site")])
    return code, "\n".join(line for line in capsys.readouterr().out.splitlines() if "incomplete_site" in line)


def test_check_says_whether_a_site_has_its_catalog(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(
        tmp_path, {"agents/a.md": FILES["agents/odd.md"], "site/index.html": "<h1>Built, and no catalog</h1>"}
    )
    code, out = check_site(tmp_path, capsys)
    assert code == 1
    assert "site:1:1: error: the site has no page of the catalog" in out
    (tmp_path / "site/index.html").unlink()
    assert main(["build", "-C", str(tmp_path), "-d", str(tmp_path / "site")]) == 0
    assert check_site(tmp_path, capsys) == (0, "")
    (tmp_path / "site/tools/index.html").write_text("<h1>Another page</h1>")
    code, out = check_site(tmp_path, capsys)
    assert code == 1
    assert "1 of " in out
    assert "`tools/index.md`" in out
    for style in (tmp_path / "site").rglob("agent-catalog.css"):
        style.unlink()
    assert "no style sheet" in check_site(tmp_path, capsys)[1]
    assert main(["check", "-C", str(tmp_path), "--site", str(tmp_path / "nowhere")]) == 2


def test_the_settings_of_the_site_count_without_mkdocs(tmp_path: Path) -> None:
    settings = "repo_url: https://code.example.org/team\nedit_uri: edit/main/docs/\n"
    settings += "theme: {name: material, language: pt-BR}\n"
    write(tmp_path, {"agents/a.md": FILES["agents/odd.md"], "mkdocs.yml": f"site_name: Time\n{settings}"})
    assert main(["build", "-C", str(tmp_path), "-d", str(tmp_path / "site")]) == 0
    page = (tmp_path / "site/agents/a/index.html").read_text(encoding="utf-8")
    assert 'href="https://code.example.org/team/edit/main/agents/a.md"' in page
    assert '<html lang="pt-BR"' in page
    assert "Agentes" in page
