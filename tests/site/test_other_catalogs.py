"""Catalogs of other repositories: what a hub shows of their snapshots, whatever these hold, and how they are
fetched."""

from __future__ import annotations

import csv
import io
import json
import re
import time
from collections.abc import Callable
from http.client import HTTPMessage
from pathlib import Path
from typing import Any
from urllib.request import HTTPSHandler, OpenerDirector, Request, build_opener
from urllib.response import addinfourl

import pytest
from histories import run
from mkdocs_agent_catalog.addresses.urls import make_linker
from mkdocs_agent_catalog.build import BuiltCatalog, Options, build
from mkdocs_agent_catalog.cli import pull
from mkdocs_agent_catalog.cli.main import main
from mkdocs_agent_catalog.mkdocs_adapter.query_blocks import QueryRenderer, extract_queries
from mkdocs_agent_catalog.mkdocs_adapter.references.resolver import ReferenceResolver
from mkdocs_agent_catalog.model.other_catalogs import CatalogSource
from mkdocs_agent_catalog.pages.finder.other_agents import choose_shard
from mkdocs_agent_catalog.pages.pagination import PageLimits
from mkdocs_agent_catalog.pages.term_index import TermIndex
from mkdocs_agent_catalog.reading import other_catalogs
from sites import agent, builder, write

FILE, META = "catalogs/payments.json", "catalogs/payments.json.pull.json"
PAYMENTS = CatalogSource("payments", FILE, "https://payments.example.org/catalog.json", "Payments team")
CONFIG = f"""site_name: Hub
site_url: https://hub.example.org/
plugins:
  - agent-catalog:
      catalogs:
        - {{id: payments, from: {FILE}, url: "{PAYMENTS.url}"}}
"""
BODY = "\n".join(f"Step {number} of a payment is done with care." for number in range(12))


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What a team publishes that renamed one agent and removed another."""
    root = tmp_path_factory.mktemp("payments")
    write(root, {"agents/cards/old.md": agent("refunder", "tools: Read, Bash\n", BODY)})
    write(root, {"agents/gone.md": agent("goner", "tools: Read\n", "Something else.\n" * 9)})
    write(root, {"agents/plain.md": agent("plain")})
    run(root, "git", "init", "-q", "-b", "main")
    for number in range(2):
        run(root, "git", "add", "-A")
        run(root, "git", "commit", "-qm", f"Change {number}")
        if not number:
            (root / "agents/cards/old.md").rename(root / "agents/cards/refunds.md")
            (root / "agents/gone.md").unlink()
    edit = "https://git.example.org/payments/edit/main/{path}"
    options = Options(path="team", site_url="https://payments.example.org/", site_name="P", edit_url=edit)
    return read_data(build(root, options))


def read_data(built: BuiltCatalog) -> dict[str, Any]:
    (output,) = [output for output in built.outputs if output.uri.endswith("catalog.json")]
    data: dict[str, Any] = json.loads(output.content)
    return data


def build_hub(root: Path, data: object, files: dict[str, str] | None = None, **more: Any) -> BuiltCatalog:
    text = data if isinstance(data, str) else json.dumps(data)
    write(root, {FILE: text, **(files or {})})
    return build(root, Options(catalogs=(PAYMENTS,), **more))


def read_page(built: BuiltCatalog, uri: str) -> str:
    (output,) = [output for output in built.outputs if output.uri == uri]
    return str(output.content)


def list_told(built: BuiltCatalog) -> list[tuple[str, str]]:
    return [
        (item.get_level({}), str(item.message)) for item in built.diagnostics if item.check == "other_catalog"
    ]


def test_an_agent_has_a_page_with_what_its_team_says(tmp_path: Path, published: dict[str, Any]) -> None:
    write(tmp_path, {META: json.dumps({"checked": time.strftime("%Y-%m-%d")})})
    built = build_hub(tmp_path, published)
    page = read_page(built, "agents/payments/cards/refunds.md")
    assert "Runs commands" in page
    assert "<code>Bash</code>" in page
    assert "Payments team" in page
    assert 'href="https://payments.example.org/team/agents/cards/refunds/"' in page
    assert 'href="https://git.example.org/payments/edit/main/agents/cards/refunds.md"' in page
    assert f"Snapshot of {time.strftime('%Y-%m-%d')}, commit" in page
    assert list_told(built) == []
    (entry,) = next(o.search for o in built.outputs if o.uri == "agents/payments/cards/refunds.md")
    assert entry.title == "refunder"
    assert "Bash" in entry.words


def test_former_addresses_lead_on_and_removed_agents_have_a_page(
    tmp_path: Path, published: dict[str, Any]
) -> None:
    built = build_hub(tmp_path, published)
    assert 'href="../refunds/"' in read_page(built, "agents/payments/cards/old/index.html")
    gone = read_page(built, "agents/payments/gone.md")
    assert "was removed" in gone
    assert "https://payments.example.org/team/agents/gone/" in gone


def test_the_successor_that_a_team_named_is_the_way_on(tmp_path: Path, published: dict[str, Any]) -> None:
    (refunder,) = [entry for entry in published["agents"] if entry["name"] == "refunder"]
    gone = [{**entry, "successor": refunder["permanent"]} for entry in published["gone"]]
    page = read_page(build_hub(tmp_path, {**published, "gone": gone}), "agents/payments/gone.md")
    assert 'href="../cards/refunds/"' in page


def test_a_list_the_index_and_the_capabilities_show_them(tmp_path: Path, published: dict[str, Any]) -> None:
    own = {"agents/mine.md": agent("mine", "tools: Read\n")}
    built = build_hub(tmp_path, published, own)
    index = read_page(built, "agents/index.md")
    assert 'data-repository="This repository"' in index
    assert 'data-repository="Payments team"' in index
    assert "2 in 1 other repository" in index
    assert "3 agents" in index
    assert "[&#34;repository&#34;" in index
    assert "refunder" in read_page(built, "agents/payments/index.md")
    assert 'href="../agents/payments/?reach=Runs+commands"' in read_page(built, "reach.md")
    assert "Agents of other repositories are not in it." in read_page(built, "matrix/declared.md")
    # The data of the hub is its own.
    assert [item["id"] for item in read_data(built)["agents"]] == ["mine"]


def test_the_index_of_many_names_the_repositories(tmp_path: Path, published: dict[str, Any]) -> None:
    built = build_hub(tmp_path, published, {"agents/mine.md": agent("mine")}, page_limits=PageLimits(cards=2))
    index = read_page(built, "agents/index.md")
    assert 'href="payments/"' in index
    assert "refunder" not in index
    built = build_hub(tmp_path, published, page_limits=PageLimits(cards=1))
    assert "refunder" not in read_page(built, "agents/payments/index.md")
    parts = [output for output in built.outputs if output.uri.startswith("agents/payments/part/")]
    assert any("refunder" in str(part.content) for part in parts)


def read_script(built: BuiltCatalog, uri: str) -> Any:
    """The value that a script of data sets."""
    return json.loads(read_page(built, uri).partition(" = ")[2].rstrip(";\n"))


def test_the_question_box_finds_them(tmp_path: Path, published: dict[str, Any]) -> None:
    built = build_hub(tmp_path, published, {"agents/mine.md": agent("mine", "tools: Read, Bash\n")})
    answers = read_script(built, "assets/ask-agents.js")
    at = [row[0] for row in answers["agents"]].index("refunder")
    _name, address, *_rest, kind = answers["agents"][at]
    assert address == "agents/payments/cards/refunds/"
    values = dict(zip(answers["facets"], answers["kinds"][kind], strict=True))
    assert values["repository"] == "Payments team"
    assert values["tool"] == "Bash|Read"
    data = read_script(built, "assets/ask-data.js")
    assert f"{at}:" in data["terms"][data["forms"].get("refunder", "refunder")]
    # Who inherits all tools can use what others list.
    plain = next(row for row in answers["agents"] if row[0] == "plain")
    assert dict(zip(answers["facets"], answers["kinds"][plain[5]], strict=True))["tool"] == "Bash|Read"
    assert "&#34;repository&#34;" in read_page(built, "index.md")


def test_the_question_box_of_a_large_hub_loads_what_a_question_needs(
    tmp_path: Path, published: dict[str, Any]
) -> None:
    built = build_hub(tmp_path, published, {"agents/mine.md": agent("mine")}, page_limits=PageLimits(cards=2))
    assert "refunder" not in read_page(built, "assets/ask-agents.js")
    data = read_script(built, "assets/ask-data.js")
    term = data.get("forms", {}).get("refunder") or TermIndex(built.shared.catalog, (), "en").term("refunder")
    assert term not in data["terms"]
    rows = read_script(built, "assets/ask/rows-0.js")
    number = 1 + [row[0] for row in rows].index("refunder")
    shard = read_script(built, f"assets/ask/terms-{choose_shard(term)}.js")
    assert shard["terms"][term].startswith(f"{number}:")
    assert len(read_script(built, "assets/ask/agents.js")["agents"]) == len(rows) == 2
    assert 'ac-finder class="ac-finder"' in read_page(built, "agents/index.md")


def test_the_matrix_has_a_row_for_each(tmp_path: Path, published: dict[str, Any]) -> None:
    write(tmp_path, {META: json.dumps({"checked": "2026-03-01"})})
    own = {"agents/mine.md": agent("mine", "tools: Read, Bash(git *)\n")}
    built = build_hub(tmp_path, published, own)
    matrix = read_page(built, "matrix.md")
    assert re.search(
        r'data-open="repository:payments"><span>Payments team</span></span> .*2026-03-01', matrix
    )
    row = re.search(r'<tr data-id="payments/cards/refunds".*', matrix)
    assert row
    assert 'data-repository="Payments team"' in row[0]
    assert 'data-published="as published by Payments team, snapshot of 2026-03-01, commit' in row[0]
    assert 'href="../agents/payments/cards/refunds/"' in row[0]
    assert row[0].count('aria-label="allowed"') == 2
    assert "↓ inherits all tools" in matrix
    assert "1 of 3 inherits all tools. 3 can run commands." in matrix
    # Read: the own one, the one that lists it, the one that inherits it.
    assert '<span data-has="Read">3</span>' in matrix
    lines = list(csv.reader(io.StringIO(read_page(built, "matrix-effective.csv"))))
    assert lines[0] == ["repository", "group", "agent", "id", "Bash", "Read"]
    assert lines[1][:4] == ["", "", "mine", "mine"]
    assert ["Payments team", "cards", "refunder", "payments/cards/refunds", "allowed", "allowed"] in lines
    assert ["Payments team", "", "plain", "payments/plain", "inherited", "inherited"] in lines
    assert "payments" not in read_page(built, "matrix.csv")


def test_a_large_matrix_has_pages_for_each_repository(tmp_path: Path, published: dict[str, Any]) -> None:
    first, *_rest = published["agents"]
    tools = [{"rule": f"tool_{number}", "outcome": "allowed"} for number in range(250)]
    many = [
        {**first, "id": f"many-{n}", "name": f"many-{n}", "inherits": False, "tools": tools}
        for n in range(300)
    ]
    built = build_hub(
        tmp_path, {**published, "agents": many}, {"agents/mine.md": agent("mine", "tools: Read\n")}
    )
    front = read_page(built, "matrix.md")
    assert 'href="repository/payments/"' in front
    assert 'href="group/general/"' in front
    parts = [output for output in built.outputs if re.fullmatch(r"matrix/repository/[^/]*\.md", output.uri)]
    assert len(parts) > 1
    for page in (front, *(str(part.content) for part in parts)):
        assert page.count("<td") <= PageLimits().cells
    assert sum(str(part.content).count("<tr data-id=") for part in parts) == 300
    assert "matrix/repository/payments.csv" in {output.uri for output in built.outputs}
    assert read_page(built, "matrix/repository/payments.csv").count("\n") == 301
    assert "many" not in read_page(built, "matrix-effective.csv")


def render(built: BuiltCatalog, text: str) -> tuple[str, list[str]]:
    """A page with queries, and what is wrong with it."""
    queries = extract_queries(text, "page.md")
    html, problems = QueryRenderer(built.shared).fill(queries.markdown, queries, make_linker("page.md", True))
    return html, [str(problem.message) for problem in problems]


def test_queries_have_them_if_they_ask_for_a_repository(tmp_path: Path, published: dict[str, Any]) -> None:
    built = build_hub(tmp_path, published, {"agents/mine.md": agent("mine", "tools: Read\n")})
    assert ">1</a>" in render(built, "`agents count`")[0]
    assert ">3</a>" in render(built, "`agents count repository=all`")[0]
    assert ">1</a>" in render(built, '`agents count repository="This repository"`')[0]
    assert ">1</a>" in render(built, "`agents count repository=payments group=cards`")[0]
    html, problems = render(built, "```agents\nshow: cards\nrepository: Payments team\nnames: refunder\n```")
    assert 'href="../agents/payments/cards/refunds/"' in html
    assert "Payments team</span>" in html
    assert problems == []
    html, problems = render(built, "```agents\nshow: matrix\nview: effective\nrepository: all\n```")
    assert "refunder" in html
    assert ">mine</a>" in html
    assert problems == []
    _html, problems = render(built, "```agents\nshow: matrix\nrepository: payments\n```")
    assert problems == ["agents of other repositories are only in the effective matrix"]
    _html, problems = render(built, "```agents\nrepository: paymnts\n```")
    assert problems == ["no agent has `repository: paymnts`"]
    small = build_hub(tmp_path, published, page_limits=PageLimits(cards=1))
    _html, problems = render(small, "```agents\nrepository: payments\n```")
    assert problems == ["this query finds 2 agents, and one page has room for 1"]


@pytest.mark.parametrize(
    ("name", "uri", "problem"),
    [
        ("payments/cards/refunds", "cards/refunds.md", ""),
        ("payments/refunder", "cards/refunds.md", ""),
        ("payments/refunds#tools", "cards/refunds.md", ""),
        ("payments/cards/old", "cards/refunds.md", "the agent `cards/old` is called `cards/refunds` now"),
        ("payments/goner", "gone.md", "the agent `goner` is gone; the link leads to what is left of it"),
        ("payments/refundr", "", "the catalog `payments` has no agent `refundr`"),
    ],
)
def test_links_in_pages_lead_to_them(
    tmp_path: Path, published: dict[str, Any], name: str, uri: str, problem: str
) -> None:
    built = build_hub(tmp_path, published, {"agents/mine.md": agent("mine")})
    answer = ReferenceResolver([built]).resolve(f"agent:{name}")
    assert answer.uri == (f"agents/payments/{uri}" if uri else "")
    assert (str(answer.problem.message) if answer.problem else "") == problem
    assert answer.anchor == ("tools" if "#" in name else "")


def test_a_hub_without_own_agents_is_strictly_built(tmp_path: Path, published: dict[str, Any]) -> None:
    entry = {"id": "payments", "from": FILE}
    site = builder(tmp_path)({FILE: json.dumps(published)}, options={"catalogs": [entry]})
    assert "refunder" in (site / "agents/payments/cards/refunds/index.html").read_text(encoding="utf-8")
    assert "agents/payments/cards/refunds/" in (site / "search/search_index.json").read_text(encoding="utf-8")
    assert "No agents were found" not in (site / "agents/index.html").read_text(encoding="utf-8")


def test_the_own_catalog_wins_an_address_and_nothing_is_hidden(
    tmp_path: Path, published: dict[str, Any]
) -> None:
    own = {
        "agents/payments.md": agent("list"),
        "agents/payments/plain.md": agent("own"),
        "agents/payments/cards/old.md": agent("own-old"),
    }
    built = build_hub(tmp_path, published, own)
    assert "<h1" in read_page(built, "agents/payments/plain.md")
    assert "Payments team" not in read_page(built, "agents/payments/plain.md")
    assert "Payments team" in read_page(built, "agents/payments/plain-2.md")
    assert "refunder" in read_page(built, "agents/payments-2/index.md")
    # The former address of another team is a page of the hub: it stays one.
    assert not [output for output in built.outputs if output.uri == "agents/payments/cards/old/index.html"]
    ((level, message),) = list_told(built)
    assert level == "info"
    assert "`plain`" in message
    uris = [output.uri for output in built.outputs]
    assert len(uris) == len(set(uris))


SCRIPT = '"><script>window.pwned=1</script><img src=x onerror=pwned>'


def make_hostile(published: dict[str, Any]) -> dict[str, Any]:
    """Each value of each kind that somebody might try."""
    first, *_rest = published["agents"]
    texts = dict.fromkeys(("name", "summary", "description", "group", "model", "dialect"), SCRIPT)
    ids = [
        *("../../../etc/passwd", "..", "a/../../b", "/root", "a\\b", "index", "README", "con", ".git/config"),
        *("payments\x00", "A", "a", SCRIPT, "x" * 5000, "a//b", "%2e%2e/x", "cards/index", "#", "?q", ""),
    ]
    odd: list[Any] = [{**first, "id": id, "addresses": [f"team/agents/{id}/"]} for id in ids]
    odd += [7, None, [], {}, {"id": 7}, {"id": "only-an-id"}, {**first, **texts, "id": "scripted"}]
    for number, wrong in enumerate((7, "text", None, [1, None, {"class": [], "rule": {}}], {"a": 1}, True)):
        odd.append({**dict.fromkeys(first, wrong), "id": f"wrong-{number}"})
    long = {"rule": "y" * 1000, "outcome": "allowed"}
    odd.append({**first, "id": "long", "summary": "z" * 1_000_000, "tools": [long] * 500})
    links = {"url": "javascript:alert(1)//", "addresses": ["javascript:alert(1)", "//evil/", "../../x/"]}
    odd.append({**first, "id": "linked", **links})
    rules = [{"rule": SCRIPT, "outcome": SCRIPT}, {"rule": "Bash", "outcome": "constructor"}]
    odd.append({**first, "id": "ruled", "tools": rules, "reach": [{"class": SCRIPT}, {"class": "commands"}]})
    removed = [{"kind": "agent", "name": SCRIPT, "addresses": ["team/agents/../up/"], "since": SCRIPT}, 5]
    removed += [{"kind": "agent", "name": SCRIPT, "addresses": ["agents/ok/"], "since": SCRIPT}]
    site = {"name": SCRIPT, "url": "javascript:alert(1)", "path": "../.."}
    repository = {"url": "https://me:pass@evil/", "edit_url": "javascript:{path}", "commit": SCRIPT}
    ends: list[Any] = [5, {"kind": SCRIPT}, {"kind": "skill", "id": SCRIPT, "grade": "named"}]
    keys = ("former_names", "former_texts", "absent_agents")
    names = {key: [SCRIPT, 5, "x" * 9000] for key in keys}
    for entry in odd:
        if isinstance(entry, dict) and not str(entry.get("id")).startswith("wrong"):
            entry |= {**names, "links": ends, "text": SCRIPT, "fingerprint": [SCRIPT], "plugin": SCRIPT}
    items = [5, {"id": SCRIPT, "name": SCRIPT, "url": "../../x", "source": 1, "links": ends, "text": SCRIPT}]
    removed += [{"kind": "skill", "name": SCRIPT, "former_names": [SCRIPT], "successor": [], "since": SCRIPT}]
    own = {"site": site, "repository": repository, "gone": removed, "unknown": {"deep": [SCRIPT]}}
    own |= {"skills": items, "servers": [*items, {"id": SCRIPT, "configurations": {"a": 1}}]}
    change = {
        "kind": "agent",
        "name": SCRIPT,
        "commit": "a" * 40,
        "when": "2026-01-02T03:04:05Z",
        "kinds": ["new"],
    }
    says = {
        "says": [SCRIPT, 5, "x" * 9000],
        "summary": SCRIPT,
        "path": SCRIPT,
        "url": "../../x",
        "id": SCRIPT,
    }
    changes = [
        5,
        change | says,
        change | {"when": "yesterday"},
        change | {"commit": SCRIPT},
        change | {"kinds": []},
    ]
    own["changes"] = [*changes, *[change | says] * 300, {**change, "name": None}]
    return {**published, **own, "agents": odd}


def test_a_hostile_snapshot_is_told_and_harmless(tmp_path: Path, published: dict[str, Any]) -> None:
    hostile = make_hostile(published)
    entries = [entry for entry in hostile["agents"] if isinstance(entry, dict)]
    named = [entry for entry in entries if isinstance(entry.get("id"), str) and entry["id"]]
    built = build_hub(tmp_path, hostile)
    theirs = [output for output in built.outputs if output.uri.startswith("agents/payments/")]
    # Nothing is hidden: a page for each entry with an id, the list, and an agent that was removed.
    assert sum(output.is_page for output in theirs) == len(named) + 2
    for output in built.outputs:
        assert ".." not in output.uri.split("/")
        assert "\x00" not in output.uri
        assert all(len(part) <= 110 for part in output.uri.split("/"))
        if output.is_page:
            text = str(output.content)
            assert not re.search("<script>window|<img src=x|=.javascript:", text), output.uri
            assert "me:pass@" not in text
            assert len(text) < 200_000
    uris = [output.uri.casefold() for output in built.outputs]
    assert len(uris) == len(set(uris))
    assert all(level == "info" for level, _ in list_told(built))
    assert any("are left out or shortened" in message for _, message in list_told(built))


def test_a_hostile_snapshot_stays_in_its_folder_of_the_site(
    tmp_path: Path, published: dict[str, Any]
) -> None:
    entry = {"id": "payments", "from": FILE}
    hostile = json.dumps(make_hostile(published))
    site = builder(tmp_path)({FILE: hostile}, options={"catalogs": [entry]})
    index = (site / "search/search_index.json").read_text(encoding="utf-8")
    assert "<script>window" not in index
    for path in site.rglob("*.html"):
        assert "<script>window" not in path.read_text(encoding="utf-8"), path
    assert {path.name for path in tmp_path.iterdir()} == {"docs", "catalogs", "mkdocs.yml", "site"}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "no JSON"),
        ("{", "no JSON"),
        ("[" * 200_000, "no JSON"),
        ("[]", "no `catalog.json`"),
        ('{"agents": 7, "version": 2}', "no `catalog.json`"),
        ('{"agents": [], "version": 99}', "version is not known"),
        ('{"agents": [], "version": []}', "version is not known"),
        ('{"agents": [], "version": ' + "9" * 5000 + "}", "no JSON"),
    ],
)
def test_a_broken_snapshot_is_told_and_survived(tmp_path: Path, text: str, reason: str) -> None:
    built = build_hub(tmp_path, text, {"agents/mine.md": agent("mine")})
    ((level, message),) = list_told(built)
    assert level == "warn"
    assert reason in message
    assert "mine" in read_page(built, "agents/index.md")


def test_a_huge_a_missing_and_a_linked_snapshot_are_told_and_survived(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo = tmp_path / "repo"
    write(repo, {"agents/mine.md": agent("mine"), ".git/HEAD": ""})
    built = build(repo, Options(catalogs=(PAYMENTS,)))
    assert "does not exist" in list_told(built)[0][1]
    monkeypatch.setattr(other_catalogs, "MOST_BYTES", 1000)
    built = build_hub(repo, '{"agents": []}' + " " * 1000)
    assert "larger than" in list_told(built)[0][1]
    write(tmp_path, {"outside.json": '{"agents": [], "version": 2}'})
    (repo / FILE).unlink()
    (repo / FILE).symlink_to(tmp_path / "outside.json")
    built = build(repo, Options(catalogs=(PAYMENTS,)))
    assert "leads out of the repository" in list_told(built)[0][1]


def test_an_old_snapshot_is_told_and_shown(tmp_path: Path, published: dict[str, Any]) -> None:
    write(tmp_path, {META: '{"checked": "2020-02-02"}'})
    built = build_hub(tmp_path, published)
    ((level, message),) = list_told(built)
    assert level == "info"
    assert "2020-02-02" in message
    assert "snapshot of 2020-02-02" in read_page(built, "agents/payments/index.md")
    (tmp_path / META).write_text('{"checked": "<script>"}', encoding="utf-8")
    assert list_told(build(tmp_path, Options(catalogs=(PAYMENTS,)))) == []


def test_too_many_agents_are_told(
    tmp_path: Path, published: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(other_catalogs, "MOST_AGENTS", 1)
    assert "are left out" in list_told(build_hub(tmp_path, published))[0][1]


# Fetching.

Answer = Callable[[Request], tuple[int, dict[str, str], bytes]]


def answer_with(monkeypatch: pytest.MonkeyPatch, answer: Answer) -> list[Request]:
    """Has the network answer so; returns what it is asked."""
    asked: list[Request] = []

    class Network(HTTPSHandler):
        def https_open(self, req: Request) -> Any:
            asked.append(req)
            code, headers, data = answer(req)
            message = HTTPMessage()
            for name, value in headers.items():
                message[name] = value
            response = addinfourl(io.BytesIO(data), message, req.full_url, code)
            response.msg = "said"  # type: ignore[attr-defined]
            return response

    def make_opener() -> OpenerDirector:
        return build_opener(pull._SafeRedirects, Network)

    monkeypatch.setattr(pull, "make_opener", make_opener)
    return asked


def run_pull(root: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    write(root, {"mkdocs.yml": CONFIG})
    code = main(["pull", "-C", str(root)])
    out, err = capsys.readouterr()
    return code, out + err


def test_pull_fetches_once_and_then_asks_whether_it_changed(
    tmp_path: Path,
    published: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    text = json.dumps(published).encode()

    def answer(req: Request) -> tuple[int, dict[str, str], bytes]:
        return (304, {}, b"") if req.get_header("If-none-match") == '"1"' else (200, {"ETag": '"1"'}, text)

    asked = answer_with(monkeypatch, answer)
    assert run_pull(tmp_path, capsys) == (0, "payments: 2 agents\n")
    assert (tmp_path / FILE).read_bytes() == text
    assert json.loads((tmp_path / META).read_text(encoding="utf-8"))["etag"] == '"1"'
    assert run_pull(tmp_path, capsys) == (0, "payments: unchanged\n")
    # Of a file that somebody changed the server does not know.
    (tmp_path / FILE).write_text("{}", encoding="utf-8")
    assert run_pull(tmp_path, capsys) == (0, "payments: 2 agents\n")
    assert [req.get_header("If-none-match") for req in asked] == [None, '"1"', None]


def test_pull_keeps_the_last_good_one(
    tmp_path: Path,
    published: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    text = json.dumps(published).encode()
    answer_with(monkeypatch, lambda req: (200, {}, text))
    assert run_pull(tmp_path, capsys)[0] == 0
    meta = (tmp_path / META).read_bytes()
    today = json.loads(meta)["checked"]

    def refuse(req: Request) -> tuple[int, dict[str, str], bytes]:
        raise OSError("no route\x1b[31m")

    answers: list[tuple[Answer, str]] = [
        (lambda req: (500, {}, b""), "HTTP 500"),
        (lambda req: (200, {}, b"<html>"), "no JSON"),
        (lambda req: (200, {}, text + b" "), "larger than"),
        (lambda req: (302, {"Location": "http://example.org/"}, b""), "no https:// address"),
        (lambda req: (302, {"Location": "file:///etc/passwd"}, b""), "HTTP 302"),
        (lambda req: (302, {"Location": "https://me:pass@example.org/"}, b""), "no https:// address"),
        (lambda req: (302, {"Location": PAYMENTS.url}, b""), "HTTP 302"),
        (refuse, "cannot be fetched"),
    ]
    for answer, reason in answers:
        with monkeypatch.context() as patch:
            patch.setattr(pull, "MOST_BYTES", len(text))
            answer_with(patch, answer)
            code, printed = run_pull(tmp_path, capsys)
        assert code == 1
        assert re.search(f"{reason}.*; the one of {today} is kept", printed), printed
        assert "\x1b" not in printed
        assert (tmp_path / FILE).read_bytes() == text
        assert (tmp_path / META).read_bytes() == meta


def test_pull_ends_in_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def wait(req: Request) -> tuple[int, dict[str, str], bytes]:
        time.sleep(1)
        return 200, {}, b""

    monkeypatch.setattr(pull, "MOST_SECONDS", 0.1)
    answer_with(monkeypatch, wait)
    assert "took longer" in run_pull(tmp_path, capsys)[1]


def test_a_build_asks_nobody(
    tmp_path: Path, published: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = answer_with(monkeypatch, lambda req: (200, {}, b""))
    build_hub(tmp_path, published)
    assert not asked
    sources = Path(pull.__file__).parents[1].rglob("*.py")
    users = [path.name for path in sources if re.search(r"urllib\.request", path.read_text(encoding="utf-8"))]
    assert users == ["pull.py"]
