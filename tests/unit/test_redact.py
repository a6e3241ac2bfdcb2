"""Nothing of a configured value is left, whatever the spelling."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from mkdocs_agent_catalog.build import Options, build
from mkdocs_agent_catalog.model.definitions import Document, Source
from mkdocs_agent_catalog.reading.frontmatter import parse_document
from mkdocs_agent_catalog.reading.mask_server_config import mask_frontmatter
from planted import Garden
from sites import write

SECRET = "hunter2"
BLOCKS = [
    "mcpServers:\n  s:\n    env:\n      KEY: hunter2\n    command: npx",
    "mcpServers:\n  s:\n    env: {KEY: hunter2}\n    command: npx",
    "mcpServers:\n  - s: {command: npx, env: {KEY: hunter2}}",
    "mcpServers:\n  s:\n    headers:\n      - Authorization: hunter2\n    command: npx",
    "mcpServers:\n  s:\n    headers:\n      Authorization: |\n        hunter2\n    command: npx",
    'mcpServers: {"s": {"command": "npx", "headers": {"A": "hunter2"}}}',
    "mcpServers:\n  s:\n    command: npx\n    args: [--token, hunter2]",
    "mcpServers:\n  s:\n    url: https://user:hunter2@example.org/?token=hunter2",
    "mcpServers:\n\n  s:\n    env:\n      KEY: hunter2",
    "mcpServers:\n- s:\n    env:\n    - KEY=hunter2",
    "mcpServers: [{x: {env: {A: '${B}', TOKEN: hunter2}}}]",
    "mcpServers: {x: {env: {A: b,\nTOKEN: hunter2}}}",
    'mcpServers: {\n"x": {\n"env": {\n"TOKEN": "hunter2"\n}}}',
    "mcpServers:\n  x:\n    ? env\n    : {TOKEN: hunter2}",
    "shared: &e {TOKEN: hunter2}\nmcpServers:\n  x:\n    env: *e",
    'mcpServers: ["npx foo --key hunter2"]',
    "mcpServers: {x: {command: y, env: {TOKEN: hunter2}}}\ndescription: d: e",
    "hooks:\n  Stop:\n    - env:\n        TOKEN: hunter2",
    "env:\n  TOKEN: hunter2",
    "headers: {Authorization: hunter2}",
    "mcp-servers:\n  x:\n    env:\n      TOKEN: hunter2",
    "servers:\n  t:\n    command: npx\n    environment:\n      TOKEN: hunter2",
    "tooling:\n  t:\n    command: x\n    args: [--key, hunter2]",
    "connections:\n  - name: db\n    url: https://x.example/?key=hunter2\n    headers: {X: hunter2}",
    "runtime:\n  environment:\n    DB_PASSWORD: hunter2",
    "deep:\n  a:\n    b: {command: npx, cwd: /srv/hunter2}",
    "secrets:\n  a: hunter2",
    "variables:\n  API_KEY: hunter2\n  OTHER_NAME: hunter2",
    "docs: {serverUrl: 'https://x.example/sse?k=hunter2'}",
    "tooling:\n  - httpUrl: https://x.example/hunter2",
    "vars:\n  db: hunter2",
    "steps: {x: {variables: {db: hunter2}}}",
    "integration: {type: http, url: 'https://a.example/hunter2', auth: {bearer: hunter2}}",
]


def read_agent(text: str) -> Document:
    return parse_document(Source("a.md", "a.md", "agent", "", text))


def mask_text(text: str) -> str:
    return mask_frontmatter(read_agent(text))


@pytest.mark.parametrize("block", BLOCKS)
@pytest.mark.parametrize(
    "opening", ["---\n", "\n---\n", "---\r\n", "---\ndescription: |\n  one\n  ---\n  two\n"]
)
def test_raw_text(block: str, opening: str) -> None:
    shown = mask_text(f"{opening}name: a\n{block}\n---\nBody with env: kept\n")
    assert SECRET not in shown
    assert "Body with env: kept" in shown
    assert "name: a" in shown


def test_no_output_holds_it(tmp_path: Path) -> None:
    for number, block in enumerate(BLOCKS):
        text = f"---\nname: a{number}\ndescription: b\n{block}\n---\n\nDo.\n"
        write(tmp_path, {f"agents/a{number}.md": text, f"agents/skills/s{number}/SKILL.md": text})
    site = build(tmp_path, Options())
    assert {f"a{number}" for number in range(len(BLOCKS))} <= {agent.name for agent in site.catalog.agents}
    for output in site.outputs:
        content = output.content if isinstance(output.content, bytes) else output.content.encode()
        assert SECRET.encode() not in content, output.uri
        assert SECRET not in output.uri
    assert SECRET not in " ".join(str(finding) for finding in site.diagnostics)
    assert SECRET not in json.dumps([output.search for output in site.outputs])


@pytest.mark.parametrize(
    "block",
    [
        "mcpServers:\n  x:\n    env:\n      TOKEN: *hunter2",
        "x:\n\tenv: {TOKEN: hunter2}",
        'x: [\n"\\x65nv": {TOKEN: hunter2}',
    ],
)
def test_frontmatter_that_does_not_parse_is_masked_whole(block: str) -> None:
    shown = mask_text(f"---\nname: a\n{block}\n---\nBody\n")
    lines = [line.strip() for line in shown.split("\n")]
    assert lines == ["---", *(["•••"] * (block.count("\n") + 2)), "---", "Body", ""]


@pytest.mark.parametrize(
    "block",
    [
        "mcpServers: {x: {env: {TOKEN: hunter2}}",
        'model: a: b\nx: "\\x65nv": {TOKEN: hunter2}',
        "description: a: b\nenv: {TOKEN: hunter2}",
    ],
)
def test_frontmatter_that_is_repaired_shows_no_configured_value(block: str) -> None:
    text = f"---\nname: a\n{block}\n---\nBody\n"
    document = parse_document(Source("agents/a.md", "a.md", "agent", "agents", text))
    assert document.repaired
    assert document.masked_keys & {"mcpServers", "x", "env"}
    assert "hunter2" not in mask_text(text)


def test_names_of_servers_are_shown() -> None:
    for block in ("mcpServers: [github, docs]", "mcpServers:\n  - github\n  - docs"):
        assert "github" in mask_text(f"---\nname: a\n{block}\n---\n")


def test_words_that_look_like_a_key_are_kept() -> None:
    text = "---\nname: a\ndescription: |\n  Sets headers: yes.\n  env: too\n---\nB\n"
    assert mask_text(text) == text


@pytest.mark.parametrize(
    ("block", "keys"),
    [
        ('"\\x65nv": {TOKEN: hunter2}', {"env"}),
        ('"mcp\\x53ervers": {s: {command: npx, args: [hunter2]}}', {"mcpServers"}),
        ("x:\n  y:\n    ? 'env'\n    : [hunter2]", {"x"}),
        ("mcp:\n  s:\n    type: local\n    environment: {TOKEN: hunter2}", {"mcp"}),
        ("mcp:\n  s:\n    command: [npx, --token, hunter2]", {"mcp"}),
        ("mcp-servers:\n  s:\n    command: npx # hunter2\n    type: hunter2", {"mcp-servers"}),
        ("mcpServers:\n  s:\n    command: npx\n      hunter2", {"mcpServers"}),
        ("mcpServers:\n  s:\n    type: http\n    headers:\n      type: hunter2", {"mcpServers"}),
        ("mcpServers:\n  s:\n    url: |\n      type: hunter2", {"mcpServers"}),
        ("mcpServers: [docs] # hunter2", {"mcpServers"}),
        ("tasks:\n  - command: x\n    args: [hunter2]", {"tasks"}),
        ("tasks: {x: {command: [npx, --api, hunter2], y: 1}}", {"tasks"}),
        ("tasks: {x: {command: npx, enabled: true, arguments: [hunter2]}}", {"tasks"}),
        ("tasks: {x: {command: npx, apiKey: hunter2}}", {"tasks"}),
        ("tasks: {x: {url: 'https://a.example/', bearerToken: hunter2}}", {"tasks"}),
        ("tasks: {x: {httpUrl: 'https://a.example/hunter2', timeout: 5}}", {"tasks"}),
        ("tasks: {x: {type: http, url: hunter2}}", {"tasks"}),
        ("e: &e {T: hunter2}\nx: {env: *e}", {"e", "x"}),
        ("b: &b {env: {T: hunter2}}\nmcp: {s: {<<: *b}}", {"b", "mcp"}),
        ("env: {a: &k z,\n  TOKEN: hunter2}\n*k : 1", {"env", "z"}),
        ("\ufeffx: 1\nenv:\n  TOKEN: hunter2", {"env"}),
        ("env: {A: hunter2}\nenv: {}", {"env"}),
        ("description: {env: {T: hunter2}}", {"description"}),
    ],
)
def test_the_structure_counts_and_not_the_spelling(block: str, keys: set[str]) -> None:
    document = read_agent(f"---\n{block}\n---\nBody\n")
    assert document.error is None
    assert SECRET not in mask_frontmatter(document)
    assert document.masked_keys == keys


@pytest.mark.parametrize("block", BLOCKS)
def test_a_hint_shows_no_configured_value_that_needs_quotes(block: str) -> None:
    document = read_agent(f"---\nname: a\n{block.replace(SECRET, f'@{SECRET}')}\n---\nBody\n")
    findings = filter(None, (document.error, document.repaired))
    assert SECRET not in "".join(f"{finding.message} {finding.hint}" for finding in findings)


def test_a_hint_beside_configured_values_names_the_line_that_needs_quotes() -> None:
    document = read_agent("---\nenv:\n  A: b\ntools:\n  - *\n---\nBody\n")
    assert document.error
    assert document.error.hint == "put the key or the value in line 5 in quotes"


@pytest.mark.parametrize("pattern", ["**/*.env", ".env", "config/.env"])
def test_rules_about_files_called_env_configure_nothing(pattern: str) -> None:
    document = read_agent(
        f'---\npermission:\n  read:\n    "{pattern}": deny\n  edit: ["{pattern}"]\n---\nBody\n'
    )
    assert (document.error, document.masked_keys, document.masked_lines) == (None, frozenset(), {})


def test_an_escaped_token_does_not_switch_off_the_mask(tmp_path: Path) -> None:
    token = Garden(3).some({"openai-old"})[0].secret
    escaped = token.replace("s", "\\x73")
    for number, block in enumerate(BLOCKS):
        head = f'name: a{number}\ndescription: b\nx-note: "{escaped}"\n{block}'
        text = f"---\n{head}\n---\n\nDo.\n"
        write(tmp_path, {f"agents/a{number}.md": text, f"agents/skills/s{number}/SKILL.md": text})
    for output in build(tmp_path, Options()).outputs:
        content = output.content if isinstance(output.content, bytes) else output.content.encode()
        for secret in (SECRET, token, escaped):
            assert secret.encode() not in content, output.uri


def test_what_tells_a_server_is_shown() -> None:
    text = "---\nmcp-servers:\n  docs:\n    type: 'http'\n    url: https://x\n  b:\n    command: npx\n---\n"
    shown = "---\nmcp-servers: •••\n  docs:\n    type: 'http'\n    •••\n  b:\n    command: npx\n---\n"
    assert mask_text(text) == shown
