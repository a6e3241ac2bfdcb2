"""Files as strangers write them: what of them is loaded, what is never shown, and what is said of them."""

from __future__ import annotations

import csv
import io
import json
import os
from pathlib import Path

import jsonschema
import pytest
from mkdocs_agent_catalog.build import BuiltCatalog, Options, build, check_catalog
from mkdocs_agent_catalog.cli.main import main
from reading import catalog_from
from sites import agent, write

AGENT = ".claude/agents/a.md"
SECRET = "hunter2zz"
ROLE = 'name = "r"\ndescription = "d"\ndeveloper_instructions = "Do."\n'

# Keys of an agent file that hold the secret.
BLOCKS = """
mcpServers: {docs: {args: ["--key=@"], command: npx}}
mcpServers: !!map {docs: !server {env: !secret {K: @}}}
base: &b {K: @}|mcpServers: {docs: {env: {<<: *b}}}
env: K=@
environment: [K=@]
environment: [{name: K, value: @}]
mcp: {docs: {envFile: /home/@/.env}}
mcpServers:|  docs:|    command: npx|    # old key @
mcpServers:|  docs:|    command: npx # @|model: opus
mcpServers: {docs: {command: npx,|  args: [a,| "@"]}}
"mcp\\u0053ervers": {docs: {env: {K: @}}}
mcpServers: >|  docs: command npx --token @
mcpServers: https://x.example/?k=@
mcpServers: ["https://x.example/@?a=b"]
mcpServers: {"npx -y foo --token @": {}}
http-headers: {X: @}
cfg: {http_headers: {X: @}}
mcpServers: {docs: {url: "https://x.example", headersHelper: /opt/@.sh}}
docs: {serverUrl: "https://x.example/@"}
docs: {endpoint: "https://x.example/", token: @}
docs: {url: "https://x.example/", bearer_token: @}
vars: {db: @}
vars: [db=@]
env_vars: {db: @}
secrets: [@]
credentials: {user: x, pin: @}
apiKey: @
db: {password: @}
oauth2: {client_secret: @}
mcpServers: {docs: {env: {K: "a\u2028@"}}}
mcpServers:|\tdocs:|\t\tenv:|\t\t\tK: @
x: [|mcpServers: {docs: {env: {K: @}}}
note: a: b: c|mcpServers: {docs: {env: {K: @}}}
MCP_Servers: {docs: {ENV: {K: @}}}
a: [{b: [{c: [{env: {K: @}}]}]}]
mcpServers: {docs: {env: {@: x}}}
mcpServers: {d: {env: {@: 1, @: 2}}}
? [mcpServers, @]|: x
"mcpServers\u200b": {docs: {command: npx, args: [@]}}
"""
FILES = {
    ".mcp.json": """
{"mcpServers": {"d": {"command": "/opt/@/run", "args": ["@"], "env": {"K": "@"}, "url": "https://h/?x=@"}}}
{"mcpServers": {"https://x/?t=@": {"command": "npx"}}}
{"mcpServers": {"npx foo --token @": {"command": "npx"}}}
{"mcpServers": {"d": {"command": "npx -y foo --token @", "type": "@"}}}
{"mcpServers": {"d": {"env": {"K": "@",}}
{"mcpServers": {"d": {"env": {"@": "1", "@": "2"}, "headers": {"a.@": 1, "a.@": 2}}}}
""",
    ".codex/agents/r.toml": """
[mcp_servers.d]|command = "npx"|args = ["--k", "@"]
mcp_servers = { d = { command = "npx", args = ["@"] } }
[mcp_servers.d]|args = [|  "--k",|  "@",|]
mcp_servers.d.args = ["@"]
[[servers]]|command = "npx"|args = ["@"]
[mcp_servers.d.env]|K = '''|[@]|x = @|'''
[mcp_servers.d] # @|command = "npx" # @
[mcp_servers.d]|# @|command = "npx"
api_token = "@"|[x]|password = "@"
x = { y = { env = { K = "@" } } }
x = [|  { env = { K = "@" } },|]
[mcp_servers.d.env."@"]|k = 1
""",
    ".kiro/agents/r.json": """
{"name": "r", "description": "d", "prompt": "Do.", "mcpServers": {"d": {"command": "npx", "args": ["@"]}}}
{"name": "r", "description": "d", "prompt": "Do.", "db": {"password": "@"}}
""",
}


def list_cases() -> list[tuple[str, str]]:
    cases = [
        (AGENT, f"---\nname: a\ndescription: b\n{line}\n---\n\nDo.\n".replace("|", "\n"))
        for line in BLOCKS.strip("\n").split("\n")
    ]
    for path, lines in FILES.items():
        head = ROLE if path.endswith(".toml") else ""
        cases += [(path, head + line.replace("|", "\n")) for line in lines.strip("\n").split("\n")]
    return [(path, text.replace("@", SECRET)) for path, text in cases]


def read_texts(site: BuiltCatalog) -> dict[str, str]:
    return {output.uri: str(output.body if output.is_page else output.content) for output in site.outputs}


@pytest.mark.parametrize(("path", "text"), list_cases())
def test_no_configured_value_is_shown(tmp_path: Path, path: str, text: str) -> None:
    write(tmp_path, {AGENT: agent("other"), path: text})
    site = build(tmp_path, Options(embeds=True))
    outputs = read_texts(site)
    assert "catalog.json" in outputs
    assert [uri for uri, content in outputs.items() if SECRET in content] == []
    assert SECRET not in "".join(map(str, site.diagnostics))
    if path.endswith((".md", ".toml")):
        own = [text for uri, text in outputs.items() if uri.endswith("agent.md")]
        assert any("•••" in text for text in own)


# Descriptions that Claude Code 2.1.332 was asked about: those with which it loads the file, and the others.
LOADED = """
"Use: it" and: more
Use "it": now
[a] b
[a, b]: c
@foo x
*x y
&x y
`x` y
%x y
| x
> x y
! x
{x y
it's: "x"
"a: b"
a\\n: b
a: "b\\"c": d
<x>: y
: x
a:b: c
x\ty: z
{{x}}: y
[x: y
2024-01-01
"5"
'a: b' c: d
“a”: b: c
yes
1_000
12:30:45
""".strip("\n").split("\n")
NOT_LOADED = """
"Use" it
'Use' it
"unclosed
- x
? x
"a" "b"
"a" x: "b"
"a": "b"
"a: b" "c"
12
1.5
0x1F
1e3
.inf
true
~
[a]
''
#x
""".strip("\n").split("\n")


@pytest.mark.parametrize(
    ("value", "loads"), [*((text, True) for text in LOADED), *((text, False) for text in NOT_LOADED)]
)
def test_what_claude_code_loads_is_loaded(tmp_path: Path, value: str, loads: bool) -> None:
    text = f"---\nname: a\ndescription: {value}\ntools: Read\n---\n\nDo.\n"
    (item,) = catalog_from(tmp_path, {AGENT: text}).agents
    assert (not item.not_loaded) == loads, item.not_loaded


def test_a_number_is_no_name_and_that_is_said(tmp_path: Path) -> None:
    write(tmp_path, {AGENT: "---\nname: 007 # Bond\ndescription: Spies.\n---\n\nDo.\n"})
    printed = {
        str(item) for item in check_catalog(tmp_path, Options()).diagnostics if item.check == "not_loaded"
    }
    message = "its `name` is a number or a truth value, so Claude Code does not load this agent [not_loaded]"
    assert printed == {f"{AGENT}:2:1: {message}\n  hint: put it in quotes"}


def test_an_agent_of_one_letter_is_called(tmp_path: Path) -> None:
    files = {AGENT: agent("a"), ".claude/agents/b.md": agent("b", body="Ask @agent-a. Ask @agent-ab-c.")}
    write(tmp_path, files)
    findings = [
        item for item in check_catalog(tmp_path, Options()).diagnostics if item.check == "unknown_agent"
    ]
    assert [item.message for item in findings] == ["there is no agent called `ab-c`"]


NAMES = (
    *(
        "🦊",
        "\u202etxt.exe",
        "re\u200bviewer",
        "аdmin",
        "cafe\u0301",
        "café",
        "ＡＢＣ",
        "x/../../y",
        "..",
        "=1+1",
    ),
    *(
        "+1",
        "-1",
        "@x",
        "＝1",
        "a\tb",
        "a\nb",
        'a","b',
        "index",
        "con",
        "A",
        "a",
        "<b>",
        "%2e%2e",
        "__proto__",
    ),
)


def test_hostile_names_leave_every_file_whole(tmp_path: Path) -> None:
    files = {
        f".claude/agents/{number}.md": f"---\nname: {json.dumps(name)}\ndescription: Does.\n"
        f"tools: [{json.dumps(name)}, Read]\n---\n\nDo.\n"
        for number, name in enumerate(NAMES)
    }
    servers = {name: {"command": "npx"} for name in (*NAMES, "")}
    write(tmp_path, {**files, ".mcp.json": json.dumps({"mcpServers": servers})})
    for link, target in (
        ("loop", "."),
        ("self.md", "self.md"),
        ("out.md", "/etc/hostname"),
        ("twin.md", "0.md"),
    ):
        os.symlink(target, tmp_path / ".claude/agents" / link)
    site = build(tmp_path, Options(embeds=True))
    outputs = read_texts(site)
    table = json.loads(outputs["catalog.json"])
    jsonschema.validate(table, json.loads(outputs["catalog.schema.json"]))
    assert len(table["agents"]) == len(NAMES)
    assert "" not in {server["name"] for server in table["servers"]}
    uris = [output.uri for output in site.outputs]
    assert len({uri.lower() for uri in uris}) == len(uris)
    assert not [uri for uri in uris if ".." in uri.split("/") or not uri.isprintable()]
    for name in ("matrix.csv", "matrix-effective.csv"):
        rows = list(csv.reader(io.StringIO(outputs[name], newline="")))
        assert len(rows) == len(NAMES) + 1
        assert {len(row) for row in rows} == {len(rows[0])}
        assert not [cell for row in rows for cell in row if cell.strip()[:1] in tuple("=+-@＝")]


def test_a_build_and_the_command_find_the_same(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = {
        ".claude/agents/a b,c.md": agent("a", "tools: Raed\ntools: Read, Grpe\n"),
        ".claude/agents/::x%0A.md": "---\nname: 12\ndescription: |\n  x\n---\n\nDo.\n",
        ".claude/agents/日本.md": agent("日本", "tools: mcp__docs__x\nmcpServers: [Docs]\n"),
        ".mcp.json": '{"mcpServers": {"docs": {"command": "npx"}, "docs": 1}}',
        "mkdocs.yml": "site_name: x\nplugins: [agent-catalog]\n",
    }
    write(tmp_path, files)
    built = sorted(
        (item.check, item.span.path, item.span.line) for item in build(tmp_path, Options()).diagnostics
    )
    checks = {check for check, _path, _line in built}
    assert {"config_unreadable", "duplicate_key", "not_loaded", "unknown_tool"} <= checks
    counts = {}
    for form in ("json", "sarif", "github", "text"):
        main(["check", "-C", str(tmp_path), "--format", form])
        counts[form] = capsys.readouterr().out
    table = json.loads(counts["json"])
    findings = table["diagnostics"] if isinstance(table, dict) else table
    assert sorted((item["check"], item["path"], item["line"]) for item in findings) == built
    assert len(json.loads(counts["sarif"])["runs"][0]["results"]) == len(built)
    assert len(counts["github"].splitlines()) == len(built)
    assert sum(
        line.endswith("]") and not line.startswith(" ") for line in counts["text"].splitlines()
    ) == len(built)


@pytest.mark.parametrize(
    ("ignored", "stays"),
    [
        ("{unknown_tool: It is ours.}", False),
        ("{unknown_tool: ''}", True),
        ("{unknown_tool: true}", True),
        ("{unknown_tool: [x]}", True),
        ("[unknown_tool]", True),
        ("{'*': x}", True),
        ("{UNKNOWN_TOOL: x}", True),
        ("{unknown_tool: x, secret_like: y}", False),
    ],
)
def test_only_a_reason_leaves_a_finding_out(tmp_path: Path, ignored: str, stays: bool) -> None:
    write(tmp_path, {AGENT: agent("a", f"tools: Read, Mine\nagent-catalog: {{ignore: {ignored}}}\n")})
    checks = {item.check for item in build(tmp_path, Options()).diagnostics}
    assert ("unknown_tool" in checks) == stays


@pytest.mark.parametrize(
    "page",
    [
        "- [a](.claude/agents/a.md)\n- [b](.claude/agents/gone.md)\n",
        "- [a](.claude/agents/a.md)\r\n- [b](.claude/agents/gone.md)\r\n",
        "| [a](.claude/agents/a.md) | x |\n|-|-|\n| [b](.claude/agents/gone.md) | y |\n",
        "- [a](./.claude/agents/a.md#x)\n- [b](.claude/agents/gone.md?x)\n",
        "\ufeff- [a](.claude/agents/a.md)\n- [b](<.claude/agents/gone.md>)\n",
    ],
)
def test_a_list_by_hand_is_compared(tmp_path: Path, capsys: pytest.CaptureFixture[str], page: str) -> None:
    write(
        tmp_path,
        {AGENT: agent("a"), "mkdocs.yml": "site_name: x\nplugins: [agent-catalog]\n", "LIST.md": page},
    )
    main(["check", "-C", str(tmp_path), "--against", "LIST.md", "--format", "json"])
    table = json.loads(capsys.readouterr().out)
    findings = table["diagnostics"] if isinstance(table, dict) else table
    assert {item["check"] for item in findings if item["path"] == "LIST.md"} == {"index_unknown"}
