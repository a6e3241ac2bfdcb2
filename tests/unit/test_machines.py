"""What a program reads: a file for each agent and skill, wherever an address led, and what is gone."""

from __future__ import annotations

import hashlib
import html
import io
import json
import posixpath
import re
import tarfile
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import jsonschema
import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from markdown_it import MarkdownIt
from mkdocs_agent_catalog import __version__
from mkdocs_agent_catalog.addresses import urls
from mkdocs_agent_catalog.addresses.history import update_lock
from mkdocs_agent_catalog.build import BuiltCatalog, Options, build
from mkdocs_agent_catalog.cli.wiki_links.resolver import AddressResolver
from mkdocs_agent_catalog.model.address_lock import NAME, AddressLock, LockEntry, dump_lock
from mkdocs_agent_catalog.model.output import Output
from mkdocs_agent_catalog.publishing.former_places import get_published_path
from places import PACKAGE
from sites import HOSTILE, REPOSITORY, agent, write

SCHEMA = PACKAGE / "publishing/catalog.schema.json"
SECRETS = """---
name: keeper
description: Keeps.
mcpServers:
  vault:
    command: npx
    env:
      TOKEN: hunter2
---

Use ghp_9aXk2LmQ7RtYv4WzB8NcD1EfG5HjK3PoSuTi here.
"""


def schema() -> dict[str, Any]:
    """The published schema, stricter: what it does not describe is a mistake of ours."""
    text = SCHEMA.read_text("utf-8")
    table: dict[str, Any] = json.loads(text)
    assert '"additionalProperties": false' not in text, "readers are told that keys may come"
    return forbid_unknown_keys(table)


def forbid_unknown_keys(table: Any) -> Any:
    if isinstance(table, list):
        return [forbid_unknown_keys(part) for part in table]
    if not isinstance(table, dict):
        return table
    closed = {key: forbid_unknown_keys(part) for key, part in table.items()}
    is_object = isinstance(table.get("properties"), dict) and "required" in table
    return {**closed, "additionalProperties": False} if is_object else closed


def files_of(site: BuiltCatalog) -> dict[str, str]:
    """The files (no pages) by where they are written."""
    outputs = [output for output in site.outputs if not output.is_page]
    assert len({output.uri for output in outputs}) == len(outputs), "a file is written twice"
    return {output.uri: str(output.content) for output in outputs}


def built(tmp_path: Path, files: dict[str, str] | None = None, **options: Any) -> BuiltCatalog:
    write(tmp_path, files or REPOSITORY)
    return build(tmp_path, Options(**{"embeds": True, **options}))


@pytest.mark.parametrize("directory_urls", [True, False])
@pytest.mark.parametrize("path", ["", "team"])
def test_every_agent_and_skill_is_a_file(tmp_path: Path, directory_urls: bool, path: str) -> None:
    site = built(tmp_path, path=path, use_directory_urls=directory_urls)
    files, folder = files_of(site), f"{path}/" if path else ""
    table, whole = json.loads(files[f"{folder}catalog.json"]), schema()
    jsonschema.validate(table, whole)
    assert len(table["agents"]) > 8
    assert table["site"] == {"name": "", "url": None, "path": path}
    assert table["generator"] == {"name": "mkdocs-agent-catalog", "version": __version__}
    assert table["repository"] is None, "there is no git"
    for entry in (*table["agents"], *table["tools"], *table["skills"], *table["servers"]):
        assert entry["addresses"][0] == folder + entry["url"]
    for kind in ("agent", "skill"):
        form = {"$ref": f"#/$defs/{kind}", "$defs": whole["$defs"]}
        for entry in table[f"{kind}s"]:
            text = files[folder + entry["json"]]
            published = json.loads(text)
            jsonschema.validate(published, form)
            up = "../" * entry["json"].count("/")
            assert published.pop("$schema") == f"{up}catalog.schema.json#/$defs/{kind}"
            assert published == entry
            assert (entry["markdown"] is None) == (entry["source"] is None)
            if entry["markdown"]:
                written = (tmp_path / entry["source"]["path"]).read_text(encoding="utf-8")
                assert files[folder + entry["markdown"]] == written
                assert entry["fingerprint"] == f"sha256:{hashlib.sha256(written.encode()).hexdigest()}"


def test_every_part_of_the_schema_has_a_name_for_generated_types() -> None:
    table = json.loads(SCHEMA.read_text("utf-8"))
    parts = table["$defs"]
    names = [part["title"] for part in parts.values()]
    assert all(re.fullmatch(r"([A-Z][a-z]+)+", name) for name in names)
    assert len(set(names)) == len(names)
    without = [name for name, part in table["properties"].items() if "'properties'" in str(part)]
    without += [name for name, part in parts.items() if str(part).count("'properties'") > 1]
    assert not without, "objects within objects get a name that nobody chose"


def test_who_may_use_a_tool_is_said_with_the_agent_and_counted_with_the_tool(tmp_path: Path) -> None:
    files = {
        "agents/a.md": agent("a", "tools: Read, mcp__docs__find\nallowed-tools: [Bash]\n"),
        "agents/b.md": agent("b", "tools: Read, Write\ndisallowedTools: Write\n"),
        "agents/c.md": agent("c"),
    }
    table = json.loads(files_of(built(tmp_path, files))["catalog.json"])
    jsonschema.validate(table, schema())
    entries = {
        (definition["name"], key, entry["rule"]): (entry["outcome"], entry["by"], entry["caveats"])
        for definition in table["agents"]
        for key in ("tools", "denied", "ignored")
        for entry in definition[key] or ()
    }
    assert {key: outcome for key, (outcome, _, _) in entries.items()} == {
        ("a", "tools", "Read"): "allowed",
        ("a", "tools", "mcp__docs__find"): "allowed",
        ("a", "ignored", "Bash"): "not_declared",
        ("b", "tools", "Read"): "allowed",
        ("b", "tools", "Write"): "denied",
        ("b", "denied", "Write"): "denied",
    }
    tools = {tool["name"]: tool for tool in table["tools"]}
    read = [(use["state"], use["outcome"], use["count"]) for use in tools["Read"]["uses"]]
    assert read == [("granted", "allowed", 2), ("inherited", "inherited", 1)]
    assert {use["by"] for use in tools["Read"]["uses"]} >= {entries["a", "tools", "Read"][1]}
    (docs,) = table["servers"]
    assert sum(use["count"] for use in docs["uses"]) == 1, "no file configures it for another"
    assert not any("agents" in item for item in (*table["tools"], *table["servers"]))


def test_a_skill_that_was_not_found_has_data_and_no_text(tmp_path: Path) -> None:
    files = files_of(built(tmp_path, {"agents/a.md": agent("a", "skills: [nowhere]\n")}))
    assert json.loads(files["skills/nowhere/skill.json"])["source"] is None
    assert "skills/nowhere/skill.md" not in files


def test_the_text_is_masked_like_the_raw_file_of_the_page(tmp_path: Path) -> None:
    site = built(tmp_path, {"agents/keeper.md": SECRETS})
    text = files_of(site)["agents/keeper/agent.md"]
    page = next(
        str(output.content) for output in site.outputs if output.uri == "agents/keeper.md" and output.is_page
    )
    assert text.count("•••") == 4
    assert "name: keeper" in text
    assert '<a href="agent.md">Open the file</a> Configured values are masked' in page
    assert "name: keeper" not in page
    for published in site.outputs:
        assert "hunter2" not in str(published.content)
        assert "ghp_9aXk" not in str(published.content)


def test_what_moved_is_there_again_under_its_old_addresses(tmp_path: Path) -> None:
    old = ("agents/old/", "agents/older/one.html", "agents/new.html", "go/first/")
    moved = LockEntry("agent", "first", "old", "new", path="agents/old.md", addresses=old)
    files = files_of(built(tmp_path, {"agents/new.md": agent("new"), NAME: dump_lock(AddressLock((moved,)))}))
    where = {uri.removesuffix("/agent.json") for uri in files if uri.endswith("/agent.json")}
    assert where == {"agents/new", "agents/old", "agents/older/one", "go/first"}
    assert {files[f"{folder}/agent.md"] for folder in where} == {agent("new")}
    for address in where:
        assert json.loads(files[f"{address}/agent.json"])["url"] == "agents/new/"
        assert json.loads(files[f"{address}/agent.json"])["addresses"] == ["agents/new/", *sorted(old)]
        assert f"{address}/agent.json".count("/") == json.loads(files[f"{address}/agent.json"])[
            "$schema"
        ].count("../")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"path": ""}, {"path": "team", "use_directory_urls": False}),
        ({"path": "old", "use_directory_urls": False}, {"path": ""}),
        ({"path": "old"}, {"path": "old/new"}),
        ({"path": ""}, {"path": "", "use_directory_urls": False}),
    ],
)
def test_everything_lives_on_where_the_catalog_was(
    tmp_path: Path, before: dict[str, Any], after: dict[str, Any]
) -> None:
    first = built(tmp_path, site_url="https://example.org/", **before)
    update_lock(tmp_path, first.catalog.ledger)
    second = built(tmp_path, {"agents/new.md": agent("new")}, site_url="https://example.org/", **after)
    was, now = Options(**before).where, Options(**after).where
    paths = [get_published_path(output, now) for output in second.outputs]
    assert len(set(paths)) == len(paths), "nothing is written twice"
    old = {get_published_path(output, was): output for output in first.outputs}
    dead = {path for path in old if path not in paths}
    assert {path.removeprefix(f"{was.path}/").split("/")[0] for path in dead} <= {"assets"}
    files, resolver = files_of(second), AddressResolver(second.shared, second.outputs)
    for path, output in old.items():
        answer = resolver.resolve(f"https://example.org/{path}")
        if not output.uri.startswith(was.uri("assets/")) and (output.is_page or not path.endswith(".html")):
            is_same = path in {get_published_path(page, now) for page in second.outputs if page.is_page}
            assert answer
            assert answer.state in (("right",) if is_same else ("right", "moved")), path
    if was.path != now.path:
        assert files[was.uri("catalog.json")] == files[now.uri("catalog.json")]
        embed = was.uri("matrix/effective/group/one/embed.html")
        link = re.search(r'href="([^"]*lead[^"]*)"', files[embed])
        assert link
        target = posixpath.normpath(posixpath.join(posixpath.dirname(embed), link[1]))
        assert any(path.removesuffix("/index.html") == target for path in paths)
    index = get_published_path(Output(was.uri("agents/index.md"), "", "", True), was)
    if index in files:
        to = urls.make_page_path(now.uri("agents/index.md"), now.directory_urls)
        assert f'<link rel="canonical" href="https://example.org/{to}">' in files[index]


def test_another_agent_s_file_goes_before_an_old_address(tmp_path: Path) -> None:
    # One had `agents/b/`, the other is published now as `agents/b.html`: the folder of both is the same.
    moved = LockEntry("agent", "a", "b", "a", path="agents/b.md", addresses=("agents/b/",))
    repository = {
        "agents/a.md": agent("a"),
        "agents/b.md": agent("b"),
        NAME: dump_lock(AddressLock((moved,))),
    }
    files = files_of(built(tmp_path, repository, use_directory_urls=False))
    assert files["agents/b/agent.md"] == agent("b")
    assert files["agents/a/agent.md"] == agent("a")


def test_what_is_gone_is_told(tmp_path: Path) -> None:
    addresses = ("agents/was/", "go/was/")
    was = LockEntry(
        "agent", "was", "was", "Was <b>", "It was.", "agents/was.md", addresses, gone="2026-01-02"
    )
    heir = LockEntry("agent", "heir", "heir", "heir", addresses=("go/heir/",), gone="", replaced_by="a")
    lock = dump_lock(AddressLock((was, heir)))
    site = built(tmp_path, {"agents/a.md": agent("a"), NAME: lock})
    table = json.loads(files_of(site)["catalog.json"])
    jsonschema.validate(table, schema())
    assert table["gone"] == [
        {
            "kind": "agent",
            "name": "heir",
            "url": "gone/heir/",
            "permanent": "heir",
            "since": None,
            "successor": "a",
            "addresses": ["go/heir/"],
            "former_names": [],
        },
        {
            "kind": "agent",
            "name": "Was <b>",
            "url": "agents/was/",
            "permanent": "was",
            "since": "2026-01-02",
            "successor": None,
            "addresses": ["agents/was/", "go/was/"],
            "former_names": [],
        },
    ]
    assert not [uri for uri in files_of(site) if "was/agent" in uri], "what is gone is no entry"


HOSTILE_LINE = """---
name: 'a](https://evil.example) [b'
description: "first\\n- [x](y): z\\n## Title\\n* <b> `c` **d** __e__ f_g &lt; ~~h~~ \u202e #"
---
"""
# As the reference program of llmstxt.org takes the top of the file, and a line, apart.
TOP = re.compile(
    r"^#\s*(?P<title>.+?$)\n+(?:^>\s*(?P<summary>.+?$)$)?\n+(?P<info>.*)", re.MULTILINE | re.DOTALL
)
LINE = re.compile(r"-\s*\[(?P<title>[^\]]+)\]\((?P<url>[^\)]+)\)(?::\s*(?P<about>.*))?")


def parsed(text: str) -> dict[str, list[tuple[str, str, str]]]:
    """The sections with the text, address and note of each line; read twice, as Markdown and by patterns."""
    tokens = MarkdownIt("commonmark").parse(text)
    assert [block.type for block in tokens[:11]] == [
        *("heading_open", "inline", "heading_close"),
        *("blockquote_open", "paragraph_open", "inline", "paragraph_close", "blockquote_close"),
        *("paragraph_open", "inline", "paragraph_close"),
    ]
    top = TOP.search(re.split(r"^##\s*.*?$", text, flags=re.MULTILINE)[0].strip())
    assert top, "it is read by the reference program"
    assert top["title"] == tokens[1].content
    assert top["summary"] == tokens[5].content
    assert top["info"] == tokens[9].content
    kinds = {"heading_open", "heading_close", "inline", "bullet_list_open", "bullet_list_close"}
    kinds |= {"list_item_open", "list_item_close", "paragraph_open", "paragraph_close"}
    assert {block.type for block in tokens[11:]} <= kinds, "nothing but headings and lists"
    sections: dict[str, list[tuple[str, str, str]]] = {}
    for before, token in pairwise(tokens[11:]):
        if before.type == "heading_open":
            assert before.tag == "h2"
            section = sections.setdefault("".join(child.content for child in token.children or []), [])
        elif token.type == "inline":
            opening, *rest = token.children or []
            assert opening.type == "link_open", token.content
            assert {child.type for child in rest} <= {"text", "text_special", "link_close"}, token.content
            words = ["".join(child.content for child in rest)]
            line = LINE.fullmatch(f"- {token.content}")
            assert line, token.content
            assert line["url"] == opening.attrs["href"]
            title = re.sub(r"\\(.)", r"\1", html.unescape(line["title"]))
            assert words[0].startswith(title)
            section.append((title, line["url"], words[0][len(title) :].removeprefix(": ")))
    return sections


@pytest.mark.parametrize("path", ["", "team"])
def test_llms_txt_lists_what_there_is(tmp_path: Path, path: str) -> None:
    site = built(tmp_path, path=path, site_url="https://example.org/", site_name="Team *1*")
    text = files_of(site)[f"{path}/llms.txt".lstrip("/")]
    assert text.startswith("# Team \\*1\\*\n\n> What AI agents there are")
    sections, base = parsed(text), f"https://example.org/{path}".rstrip("/")
    assert list(sections) == [
        "Agents",
        "Agents: one",
        "Agents: tools",
        "Skills",
        "Tools",
        "MCP servers",
        "Optional",
    ]
    assert ("lead", f"{base}/agents/one/lead/agent.md", "Does lead.") in sections["Agents: one"]
    assert ("plans", f"{base}/skills/plans/skill.md", "Does plans.") in sections["Skills"]
    assert ("docs", f"{base}/servers/docs/", "query") in sections["MCP servers"]
    written = {output.uri: output for output in site.outputs}
    table = json.loads(files_of(site)[f"{path}/catalog.json".lstrip("/")])
    assert len([line for name in sections if name.startswith("Agents") for line in sections[name]]) == len(
        table["agents"]
    )
    addresses = [line[1] for lines in sections.values() for line in lines]
    assert len(set(addresses)) == len(addresses)
    for address in addresses:
        uri = unquote(address.removeprefix("https://example.org/"))
        assert (f"{uri.rstrip('/')}.md" if uri.endswith("/") else uri) in written, address


def test_the_bill_of_materials_is_valid_and_says_no_configured_value(tmp_path: Path) -> None:
    server = {"command": "npx", "env": {"TOKEN": "hunter2"}, "args": ["--key=hunter2"]}
    more = {
        "plugins/p/.claude-plugin/plugin.json": '{"name": "p", "version": "1.2.0"}',
        "plugins/p/agents/pinned.md": agent("pinned"),
        ".mcp.json": json.dumps({"mcpServers": {"docs": server}}),
        "agents/hostile.md": HOSTILE,
    }
    site = built(tmp_path, REPOSITORY | more, **WHERE)
    text = files_of(site)["team/catalog.cdx.json"]
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    assert "hunter2" not in text
    assert files_of(build(tmp_path, Options(embeds=True, **WHERE)))["team/catalog.cdx.json"] == text
    table, catalog = json.loads(text), json.loads(files_of(site)["team/catalog.json"])
    refs = {component["bom-ref"]: component for component in table["components"]}
    assert refs.keys() == {
        f"{kind}:{entry['id']}"
        for kind in ("agent", "skill", "server")
        for entry in catalog[f"{kind}s"]
        if kind == "server" or entry["source"]
    }
    for entry in catalog["agents"]:
        hashed = refs[f"agent:{entry['id']}"]["hashes"]
        assert hashed == [{"alg": "SHA-256", "content": entry["fingerprint"].removeprefix("sha256:")}]
    assert refs["agent:p/pinned"]["version"] == "1.2.0"
    needs = {entry["ref"]: entry["dependsOn"] for entry in table["dependencies"]}
    assert needs["agent:one/lead"] == ["server:docs", "skill:plans"]
    changed = build(tmp_path, Options(embeds=True, **(WHERE | {"site_name": "Other"})))
    assert json.loads(files_of(changed)["team/catalog.cdx.json"])["serialNumber"] != table["serialNumber"]


WHERE = {"site_url": "https://example.org/", "site_name": "Team", "path": "team"}
SKILLS_INDEX = {
    "type": "object",
    "properties": {
        "$schema": {"const": "https://schemas.agentskills.io/discovery/0.2.0/schema.json"},
        "skills": {
            "minItems": 1,
            "items": {
                "properties": {
                    "name": {"pattern": "^[a-z0-9]+(-[a-z0-9]+)*$", "maxLength": 64},
                    "type": {"enum": ["skill-md", "archive"]},
                    "description": {"type": "string", "minLength": 1, "maxLength": 1024},
                    "url": {"type": "string"},
                    "digest": {"pattern": "^sha256:[a-f0-9]{64}$"},
                },
                "required": ["name", "type", "description", "url", "digest"],
            },
        },
    },
    "required": ["$schema", "skills"],
}
"""What the draft asks for: its own schema is a name and no document."""


@pytest.mark.parametrize("path", ["", "team"])
def test_skills_can_be_installed_from_the_site(tmp_path: Path, path: str) -> None:
    skill = "---\nname: {0}\ndescription: {1}\n---\n\nDo it.\n"
    files = {
        "agents/a.md": agent("a"),
        "skills/plans/SKILL.md": skill.format("plans", "x" * 1100),
        "skills/Bad_Name/SKILL.md": skill.format("Bad_Name", "Its name is none."),
        "skills/whole/SKILL.md": skill.format("whole", "Has more files."),
        "skills/whole/scripts/run.py": "print()",
        "skills/secret/SKILL.md": skill.format("secret", "Has a file with a secret."),
        "skills/secret/run.sh": SECRETS,
        "skills/nameless/SKILL.md": "---\ndescription: Has no name.\n---\n",
        **{f"plugins/{plugin}/.claude-plugin/plugin.json": f'{{"name": "{plugin}"}}' for plugin in "pqr"},
        "plugins/p/skills/same/SKILL.md": skill.format("same", "Same."),
        "plugins/q/skills/same/SKILL.md": skill.format("same", "Same."),
        "plugins/r/skills/other/SKILL.md": skill.format("other", "First."),
        "plugins/q/skills/other/SKILL.md": skill.format("other", "Second."),
    }
    (tmp_path / "skills/picture").mkdir(parents=True)
    (tmp_path / "skills/picture/a.png").write_bytes(b"\x89PNG")
    files["skills/picture/SKILL.md"] = skill.format("picture", "Has a file that is no text.")
    site, folder = built(tmp_path, files, path=path), f"{path}/" if path else ""
    published = {output.uri: output.content for output in site.outputs if not output.is_page}
    place = f"{folder}.well-known/agent-skills/index.json"
    table = json.loads(published[place])
    jsonschema.validate(table, SKILLS_INDEX)
    assert [entry["name"] for entry in table["skills"]] == ["plans", "q-other", "r-other", "same", "whole"]
    for entry in table["skills"]:
        text = published[posixpath.normpath(posixpath.join(posixpath.dirname(place), entry["url"]))]
        data = text if isinstance(text, bytes) else text.encode()
        assert entry["digest"] == f"sha256:{hashlib.sha256(data).hexdigest()}"
        assert entry["type"] == ("archive" if entry["name"] == "whole" else "skill-md")
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        assert archive.getnames() == ["SKILL.md", "scripts/run.py"]
        extracted = archive.extractfile("scripts/run.py")
        assert extracted
        assert extracted.read() == b"print()"
    assert not any(
        "well-known" in uri for uri in files_of(built(tmp_path / "other", {"agents/a.md": agent("a")}))
    )


def test_without_an_address_links_are_those_from_the_file(tmp_path: Path) -> None:
    site = built(tmp_path, path="team", use_directory_urls=False)
    sections = parsed(files_of(site)["team/llms.txt"])
    assert ("lead", "agents/one/lead/agent.md", "Does lead.") in sections["Agents: one"]
    assert sections["MCP servers"][0][1] == "servers/docs.html"


def test_hostile_names_leave_a_list_a_list(tmp_path: Path) -> None:
    folder = "agents/g](x) [*z*"
    files = {f"{folder}/a.md": HOSTILE_LINE, "agents/b.md": HOSTILE, "agents/skills/s/SKILL.md": HOSTILE_LINE}
    sections = parsed(files_of(built(tmp_path, files, site_name="<i>\n# Two"))["llms.txt"])
    ((title, _, about),) = sections["Agents: g](x) [*z*"]
    assert title == "a](https://evil.example) [b"
    assert "\u202e" not in about
    assert "- [x](y): z" in about
    (hostile,) = sections["Agents"]
    assert "<script>" in hostile[0]


def test_llms_txt_speaks_the_language_of_the_site(tmp_path: Path) -> None:
    sections = parsed(files_of(built(tmp_path, language="pt-BR"))["llms.txt"])
    assert "Agentes: one" in sections
    assert "Ferramentas" in sections
    assert "Optional" in sections, "a word of the format"
