"""The command ``check-links``: pages exported from wikis, in every form, and what their links lead to now."""

from __future__ import annotations

import io
import json
import sys
import time
from pathlib import Path

import pytest
from mkdocs_agent_catalog.cli.main import main
from mkdocs_agent_catalog.cli.wiki_links.find_links import find_links, read_texts
from mkdocs_agent_catalog.model.address_lock import AddressLock, LockEntry, dump_lock
from sites import agent, write

SITE = "https://example.org/team/"
LOCK = AddressLock(
    (
        LockEntry("agent", "chief", "lead", "lead", addresses=("agents/chief/",)),
        LockEntry(
            "agent",
            "first",
            "first",
            "first",
            "",
            None,
            ("agents/first/",),
            gone="2026-01-02",
            replaced_by="chief",
        ),
    )
)
# A form of text: how a link stands in it, and what is meant by it.
LEAD = "https://example.org/team/agents/lead/"
FORMS = {
    "html": (f'<p><a class=x href="{LEAD}?a=1&amp;copy=2#tools">Lead</a></p>', f"{LEAD}?a=1&copy=2#tools"),
    "unquoted attribute": (f"<a href={LEAD}>Lead</a>", LEAD),
    "one quote": (f"<img src='{LEAD}card.png'>", f"{LEAD}card.png"),
    "without a scheme": ('<a href="//example.org/team/agents/lead/">', "//example.org/team/agents/lead/"),
    "markdown": (f"See [the lead]({LEAD}), or ask.", LEAD),
    "markdown with a title": (f'See [the lead]({LEAD} "The lead").', LEAD),
    "markdown reference": (f"[lead]: {LEAD}", LEAD),
    "autolink": (f"<{LEAD}>", LEAD),
    "strong": (f"**{LEAD}** and _{LEAD}_", LEAD),
    "sentence": (f"Ask {LEAD}. Then ({LEAD}), “{LEAD}”!", LEAD),
    "mediawiki": (f"* [{LEAD} the lead], {{{{see|{LEAD}|lead}}}} ''{LEAD}''", LEAD),
    "mediawiki in xml": (f"&lt;span title=&quot;{LEAD}?a=1&amp;amp;b=2&quot;&gt;", f"{LEAD}?a=1&b=2"),
    "storage format": (f'<ac:link><ri:url ri:value="{LEAD}" /></ac:link>', LEAD),
    "storage format in an export": (f'<![CDATA[<p><a href="{LEAD}">x</a></p>]]>', LEAD),
    "wiki markup": (f"[the lead|{LEAD}]", LEAD),
    "restructured text": (f"`the lead <{LEAD}>`__", LEAD),
    "asciidoc": (f"see {LEAD}[the lead]", LEAD),
    "json": (
        r'{"type":"link","href":"https:\/\/example.org\/team\/agents\/lead\/?a=1\u0026b=2"}',
        f"{LEAD}?a=1&b=2",
    ),
    "json with lines": (rf'{{"text": "See\n{LEAD}\nthere"}}', LEAD),
    "upper case": ("HTTPS://Example.ORG/team/agents/lead/", "HTTPS://Example.ORG/team/agents/lead/"),
    "other script": (f"詳細は{SITE}agents/レビュー/。", f"{SITE}agents/レビュー/"),
}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_link_is_found_where_it_stands(form: str) -> None:
    text, meant = FORMS[form]
    links = list(find_links(f"first line\n{text}\n", SITE))
    assert {item.address for item in links} == {meant}
    for link in links:
        assert link.line == 2
        assert text[link.column - 1 :].lower().startswith(("http", "//"))
    assert len(links) == text.lower().count("example.org")


def test_what_leads_elsewhere_is_no_link_of_ours() -> None:
    text = [
        f"https://archive.test/web/2026/{LEAD}",
        "https://notexample.org/team/agents/lead/",
        "https:/example.org/x example.org/team/agents/ a//example.org/",
    ]
    assert list(find_links("\n".join(text), SITE)) == []


EXPORT = """\
<mediawiki xmlns="http://www.mediawiki.org/xml/export-0.11/" version="0.11">
  <siteinfo><sitename>Wiki</sitename></siteinfo>
  <page>
    <title>How we &amp; they review</title>
    <revision>
      <timestamp>2026-01-01T00:00:00Z</timestamp>
      <text>[https://example.org/team/agents/never/ corrected since]</text>
    </revision>
    <revision>
      <timestamp>2026-03-01T00:00:00Z</timestamp>
      <text>[https://example.org/team/agents/chief/ the chief] &lt;revision&gt;
[https://example.org/team/agents/lead/ the lead]</text>
    </revision>
    <revision>
      <timestamp>2026-02-01T00:00:00Z</timestamp>
      <text>[https://example.org/team/agents/never/ older than the one before]</text>
    </revision>
  </page>
  <page>
    <title>Second</title>
    <revision><timestamp>2025-01-01T00:00:00Z</timestamp><text>https://example.org/team/go/first/</text></revision>
  </page>
"""


@pytest.mark.parametrize("start", ["", '<?xml version="1.0"?>\n', "\n\ufeff"])
def test_of_a_mediawiki_export_the_newest_revisions_count(start: str) -> None:
    # The end is missing: what is there is read.
    links = list(find_links(start + EXPORT, SITE))
    first = start.count("\n")
    assert [(link.line - first, link.address.removeprefix(SITE), link.page) for link in links] == [
        (11, "agents/chief/", "How we & they review"),
        (12, "agents/lead/", "How we & they review"),
        (21, "go/first/", "Second"),
    ]


def test_titles_of_pages_are_told() -> None:
    html = f"<title>One</title><a href='{LEAD}'><title>\n\nTwo\n"
    space = f'<property name="title"><![CDATA[Three]]></property>\n{LEAD}'
    assert [link.page for link in find_links(html + space, SITE)] == ["One", "Three"]


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    files = {
        "agents/lead.md": agent("lead"),
        "agents/helper.md": agent("helper"),
        "docs/agents/notes.md": "# Ours\n",
        "docs/tools/README.md": "# Ours\n",
        "catalog.links.json": dump_lock(LOCK),
        "mkdocs.yml": f"site_url: {SITE.rstrip('/')}\nplugins: [agent-catalog]\n",
        "wiki/a.html": f'<p>A</p>\n<a href="{LEAD}">right</a> <a href="{SITE}agents/chief/?x=1">old</a>\n',
        "wiki/deep/b.md": f"[gone]({SITE}agents/first/)\n",
        "wiki/c.txt": f"{SITE}agents/leda/\n{SITE}agents/notes/\n{SITE}tools/\n{LEAD}#nowhere\n",
        "wiki/.hidden/d.txt": f"{SITE}agents/hidden/\n",
    }
    write(tmp_path, files)
    (tmp_path / "wiki/picture.png").write_bytes(b"\x89PNG\0\0" + LEAD.encode())
    return tmp_path


def run(capsys: pytest.CaptureFixture[str], repo: Path, *arguments: object) -> tuple[int, str, str]:
    code = main(["check-links", "-C", str(repo), *map(str, arguments)])
    printed = capsys.readouterr()
    return code, printed.out, printed.err


def test_each_link_is_told_with_its_place(
    repo: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(repo)
    code, out, err = run(capsys, repo, "wiki")
    assert (code, err) == (1, "")
    assert out.splitlines() == [
        "wiki/a.html:2:10: right: https://example.org/team/agents/lead/",
        "wiki/a.html:2:68: moved: https://example.org/team/agents/chief/?x=1",
        "  it is the agent `lead`, now at https://example.org/team/agents/lead/?x=1",
        "wiki/c.txt:1:1: unknown: https://example.org/team/agents/leda/",
        "  the catalog knows of nothing that was at this address",
        "wiki/c.txt:3:1: right: https://example.org/team/tools/",
        "wiki/c.txt:4:1: right: https://example.org/team/agents/lead/#nowhere",
        "  the page has no place `#nowhere`",
        "wiki/deep/b.md:1:8: gone: https://example.org/team/agents/first/",
        "  the agent `first` is gone since 2026-01-02",
        "  in its place: `lead`, https://example.org/team/agents/lead/",
        "3 right, 1 moved, 1 gone, 1 unknown",
    ]
    _, out, _ = run(capsys, repo, "wiki/a.html", "--quiet")
    assert out.splitlines()[0].startswith("wiki/a.html:2:68: moved")
    assert out.splitlines()[-1] == "1 right, 1 moved, 0 gone, 0 unknown"


def test_exit_codes(repo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, repo, repo / "wiki/a.html")[0] == 0
    assert run(capsys, repo, repo / "wiki/a.html", "--strict")[0] == 1
    assert run(capsys, repo, repo / "wiki/deep")[0] == 1
    write(repo, {"right.txt": LEAD, "place.txt": f"{LEAD}#nowhere", "none.txt": "nothing"})
    assert run(capsys, repo, repo / "right.txt", "--strict")[0] == 0
    assert run(capsys, repo, repo / "place.txt")[0] == 0
    assert run(capsys, repo, repo / "place.txt", "--strict")[0] == 1
    assert run(capsys, repo, repo / "none.txt", "--strict")[:2] == (
        0,
        "0 right, 0 moved, 0 gone, 0 unknown\n",
    )


def test_what_is_called_wrongly_exits_with_2(repo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, repo, repo / "wiki", repo / "typo")
    assert (code, out) == (2, "")
    assert "no file or folder" in err
    assert "is no text" in run(capsys, repo, repo / "wiki/picture.png")[2]
    write(repo, {"mkdocs.yml": "plugins: [agent-catalog]\n"})
    assert "--site-url" in run(capsys, repo, repo / "wiki")[2]
    assert run(capsys, repo, repo / "wiki", "--site-url", "example.org")[0] == 2
    assert run(capsys, repo, repo / "wiki", "--site-url", SITE)[0] == 1


def test_json_says_what_to_write_instead(repo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, repo, repo / "wiki", "--format", "json")
    rows = json.loads(out)
    assert [row["state"] for row in rows] == ["right", "moved", "unknown", "right", "right", "gone"]
    moved, gone = rows[1], rows[5]
    assert moved["link"] == f"{SITE}agents/chief/?x=1"
    assert moved["address"] == f"{LEAD}?x=1"
    assert moved["permanent"] == f"{LEAD}?x=1"
    assert (moved["kind"], moved["name"], moved["successor"], moved["page"]) == ("agent", "lead", None, None)
    assert (gone["successor"], gone["since"]) == (LEAD, "2026-01-02")
    assert rows[4]["lost_place"] == "nowhere"


def test_pages_can_be_piped_in(
    repo: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    stdin = io.TextIOWrapper(io.BufferedReader(io.BytesIO(f"x\n{LEAD}\n".encode())))  # type: ignore[arg-type]
    monkeypatch.setattr(sys, "stdin", stdin)
    assert run(capsys, repo, "-")[1].startswith("-:2:1: right: ")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "page.txt"
    file.write_bytes(f"Grüße: {LEAD}\r\n".encode(encoding))
    links = [link for _path, text in read_texts([str(file)]) for link in find_links(text, SITE)]
    assert [(link.line, link.column, link.address) for link in links] == [(1, 8, LEAD)]


BOMB = (
    '<!DOCTYPE x [<!ENTITY a "'
    + "b" * 99
    + '">'
    + "".join(f'<!ENTITY a{n} "{"&a;" * 99}">' for n in range(99))
    + f"]><x>&a98;</x>{LEAD}"
)
STRANGE = {
    "nothing": b"",
    "a bomb of entities": BOMB.encode(),
    "half a mark": b"\xff\xfe\x00",
    "half of UTF-32": b"\xff\xfe\x00\x00abc",
    "broken xml": f"<mediawiki><page><revision><page></revision>{LEAD}</revision></page>".encode(),
    "revisions without end": b"<mediawiki>\n" + b"<revision>\n" * 5000,
    "ends of nothing": b"<mediawiki>\n" + b"</revision></page>\n" * 5000,
    "letters of nothing": bytes(range(1, 256)) * 50,
}


@pytest.mark.parametrize("name", STRANGE)
def test_nothing_is_too_strange(repo: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    (repo / "strange").write_bytes(STRANGE[name])
    code, out, _ = run(capsys, repo, repo / "strange")
    assert code == 0
    assert out.count(": right: ") == (LEAD.encode() in STRANGE[name])


@pytest.mark.parametrize(
    "part",
    ["//", "https://", "&amp;", "&#47;", "<title", "https://example.org", "//a@", "//a.", "\\/", "_", LEAD],
)
def test_long_lines_are_read_in_linear_time(part: str) -> None:
    def took(number: int) -> float:
        began = time.perf_counter()
        for link in find_links(f"https://example.org/ title {part * number}\n", SITE):
            assert link.address
        return time.perf_counter() - began

    assert took(100_000) < 2


def test_a_name_cannot_forge_a_line(repo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    forged = AddressLock(
        (LockEntry("agent", "f", "f", "f\nx:1:1: right: \x1b[2J", "", None, ("agents/f/",), gone=""),)
    )
    write(repo, {"catalog.links.json": dump_lock(forged), "page.txt": f"{SITE}agents/f/"})
    _, out, _ = run(capsys, repo, repo / "page.txt")
    assert "\x1b" not in out
    assert not any(line.startswith("x:1:1") for line in out.splitlines())
