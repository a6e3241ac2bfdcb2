"""No secret of a definition is told: planted in every place, then sought in all that comes out."""

from __future__ import annotations

import gzip
import json
import re
import subprocess
import sys
import zlib
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path

import pytest
import yaml
from mkdocs_agent_catalog.build import Options, build
from mkdocs_agent_catalog.cli.main import main
from mkdocs_agent_catalog.reading import masking
from planted import Garden, Plant, pieces
from sites import ENVIRONMENT, settings, write


def test_escapes_of_json_are_decoded() -> None:
    text = r'{"a": "x\/y\u002Bz\u0022\u005c\\/\\u002b\n\ud83d"}'
    decoded = masking.decode_json_escapes(text)
    assert decoded == r'{"a": "x/y+z\u0022\u005c\\/\\u002b\n\ud83d"}'
    assert json.loads(decoded) == json.loads(text)


@pytest.mark.parametrize("kind", ["slack-webhook", "github-classic", "azure-storage", "basic", "pulumi"])
@pytest.mark.parametrize("escaped", ["/", "+", "_", "abcdef0123456789/+-_="])
def test_escaped_secrets_of_manifests(tmp_path: Path, kind: str, escaped: str) -> None:
    plant = Garden(5).some({kind})[0]
    codes = {char: f"\\u{ord(char):04X}" if char != "/" else "\\/" for char in escaped}
    written = "".join(codes.get(char, char) for char in json.dumps(plant.text))
    entry = f'"name": "p", "description": {written}, "version": {written}, "source": "./"'
    manifests = {
        ".claude-plugin/plugin.json": f"{{{entry}}}",
        ".claude-plugin/marketplace.json": f'{{"plugins": [{{{entry}}}]}}',
        ".mcp.json": f'{{"mcpServers": {{{written}: {{"command": {written}, "type": {written}}}}}}}',
    }
    write(tmp_path, manifests | {"agents/a.md": "---\nname: a\ndescription: b\n---\nDo.\n"})
    site = build(tmp_path, Options())
    for output in site.outputs:
        content = (
            output.content if isinstance(output.content, str) else output.content.decode("utf-8", "replace")
        )
        assert not [piece for piece in pieces(plant.secret) if piece in content.lower()], output.uri
    masked = {note.span.path for note in site.diagnostics if note.check == "secret_like"}
    assert masked == set(manifests)


def quoted(text: str) -> str:
    """``text`` as YAML on one line."""
    return json.dumps(text)


def _agent(name: str, plants: list[Plant]) -> str:
    """An agent with ``plants`` in every place that a definition has, one after the other."""
    rest = iter(plants)

    def fields(count: int) -> str:
        return " and ".join(plant.text for _, plant in zip(range(count), rest, strict=False))

    share = max(1, len(plants) // 20)
    keys = ["model", "color", "permissionMode", "effort", "initialPrompt", "owner", "x-note", "version"]
    lines = [f"name: {name}", f"description: {quoted('Use it when ' + fields(share))}"]
    lines += [f"{key}: {quoted(fields(share))}" for key in keys]
    lines += [f"tools: [Read, {quoted('Bash(' + fields(share) + ')')}]", f"skills: [{quoted(fields(share))}]"]
    lines += ["hooks:\n  Stop:\n    - hooks:\n        - type: command"]
    lines += [f"          command: {quoted(fields(share))}", f"links:\n  - site: {quoted(fields(share))}"]
    lines += [f"mcpServers:\n  s:\n    command: x\n    args: [{quoted(fields(share))}]"]
    body = [f"# {name}", fields(share), f"```bash\n{fields(share)}\n```", f"- {fields(share)}"]
    body += [f"| a |\n|---|\n| {fields(share)} |", f"[link](https://x.example/?{fields(share)})"]
    body += [f"<!-- {fields(share)} -->", f"<example>\n{fields(share)}\n</example>"]
    body += [f"Then\n{plant.text}\n" for plant in rest]
    return "---\n" + "\n".join(lines) + "\n---\n\n" + "\n\n".join(body) + "\n"


def _server(plants: list[Plant]) -> str:
    texts = [plant.text for plant in plants]
    config = {
        "s": {
            "command": texts[0],
            "args": texts[1:30],
            "env": {f"E{n}": t for n, t in enumerate(texts[30:60])},
        },
        "h": {
            "url": f"https://x.example/?{texts[60]}",
            "headers": {f"H{n}": t for n, t in enumerate(texts[61:])},
        },
        "c": {"command": plants[3].secret, "unknown": {"deep": texts}, "type": texts[2]},
    }
    return json.dumps({"mcpServers": config, "inputs": texts}, indent=1)


def _files(garden: Garden) -> dict[str, str]:
    """A repository with secrets in every place."""
    files: dict[str, str] = {"docs/index.md": "# Home\n"}
    for number in range(4):
        plants = garden.every()
        files[f"agents/g/agent-{number}.md"] = _agent(
            f"agent-{number}", plants[number::4] + plants[: number * 9]
        )
        files[f"agents/skills/skill-{number}/SKILL.md"] = _agent(f"skill-{number}", garden.every()[number::4])
    broken = garden.every()
    lines = [f"k{n}: [{plant.text}" for n, plant in enumerate(broken)]
    files["agents/broken.md"] = "---\nname: broken\ndescription: x\n" + "\n".join(lines) + "\n---\nDo.\n"
    plain = "\n".join(f"k{n}: {plant.text}" for n, plant in enumerate(garden.every()))
    files["agents/repaired.md"] = f"---\nname: repaired\ndescription: a: b\n{plain}\n---\nDo.\n"
    open_ = "\n".join(f"- {plant.text}" for plant in garden.every())
    files["agents/open.md"] = f"---\nname: open\ndescription: Use it.\nlist:\n{open_}\n"
    files["agents/bare.md"] = f"No frontmatter\n\n{open_}\n"
    for plant in garden.some({"github-classic", "npm", "pulumi"}):
        files[f"agents/{plant.secret}.md"] = "---\nname: x\ndescription: y\n---\nZ\n"
        files[f"agents/skills/{plant.secret}/SKILL.md"] = "---\nname: x\ndescription: y\n---\nZ\n"
        files[f"agents/skills/skill-0/{plant.secret}.txt"] = "x"
        files[f"agents/name-{plant.kind}.md"] = (
            f"---\nname: {plant.secret}\ndescription: y\n---\nAsk {plant.secret}.\n"
        )
        escaped = "".join(f"\\u{ord(c):04x}" if c == "_" else c for c in plant.secret)
        files[f"agents/escaped-{plant.kind}.md"] = f'---\nname: e\ndescription: "Use {escaped}"\n---\nDo.\n'
    files[".mcp.json"] = _server(garden.every())
    files["agents/.mcp.json"] = _server(garden.every())[:-9] + ", oops"
    texts = [plant.text for plant in garden.every()]
    plugin = {"name": "p", "description": " ".join(texts[:50]), "version": texts[50], "keywords": texts[51:]}
    plugin["mcpServers"] = json.loads(_server(garden.every()))["mcpServers"]
    files["plugins/p/.claude-plugin/plugin.json"] = json.dumps(plugin)
    files["plugins/p/agents/one.md"] = _agent("one", garden.every()[::9])
    files["plugins/q/.claude-plugin/plugin.json"] = json.dumps({"name": "q", "agents": texts})[:-1]
    return files


def _commit(root: Path, secret: str) -> None:
    """A commit of all that stands, whose message and author are secrets, too."""
    identity = {f"GIT_{who}_{what}": secret for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    for command in (["init", "-q"], ["add", "."], ["-c", "commit.gpgsign=false", "commit", "-qm", secret]):
        subprocess.run(["git", *command], cwd=root, check=True, env={**ENVIRONMENT, **identity})


def _history(root: Path, garden: Garden) -> None:
    """What the agents said before, and one that is gone: feeds tell of them."""
    plants = garden.every()
    before = {
        f"agents/g/agent-{n}.md": _agent(f"agent-{n}", plants[n::4]).replace("---\n", f"---\nx{n}: 1\n", 1)
        for n in range(4)
    }
    before["agents/g/gone.md"] = _agent("gone", garden.every()[::3])
    before["agents/g/named.md"] = f"---\nname: {plants[3].secret}\ndescription: {plants[5].text}\n---\nZ\n"
    write(root, {**before, ".gitignore": "site\nsaid\n"})
    _commit(root, plants[4].secret)
    for name in ("gone", "named"):
        (root / f"agents/g/{name}.md").unlink()


@pytest.fixture(scope="module")
def garden() -> Garden:
    return Garden(2)


@pytest.fixture(scope="module")
def planted(garden: Garden, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository full of secrets, its site in ``site/``, and what every command said in ``said/``."""
    root = tmp_path_factory.mktemp("planted")
    _history(root, garden)
    write(root, _files(garden))
    _commit(root, garden.planted[3].secret)
    (root / "mkdocs.yml").write_text(yaml.safe_dump(settings(options={"embeds": True})), encoding="utf-8")
    printed = root / "said"
    printed.mkdir()
    build = [sys.executable, "-m", "mkdocs", "build", "--verbose"]
    done = subprocess.run(build, cwd=root, capture_output=True, text=True, env=ENVIRONMENT)
    assert done.returncode == 0, done.stderr
    (printed / "build").write_text(done.stdout + done.stderr, encoding="utf-8")
    commands = [["check", "--format", form] for form in ("text", "github", "sarif", "json")]
    for command in [*commands, ["explain", "agents/g/agent-1.md"], ["links", "--update"]]:
        out = StringIO()
        with redirect_stdout(out), redirect_stderr(out):
            main([*command, "-C", str(root)])
        (printed / "-".join(command).replace("/", "_")).write_text(out.getvalue(), encoding="utf-8")
    assert (root / "catalog.links.json").is_file()
    return root


def _text(path: Path) -> str:
    """What stands in a file, unpacked; bytes that are no text are none of a secret either."""
    raw = path.read_bytes()
    if path.suffix == ".inv":
        raw = zlib.decompress(raw.split(b"\n", 4)[4])
    elif path.suffix == ".gz":
        raw = gzip.decompress(raw)
    return raw.decode("utf-8", "replace")


# What has to be among what is searched, or the search proves nothing.
FORMS = (
    *("said/build", "said/check---format-sarif", "site/catalog.json", "site/matrix.csv"),
    *("site/llms.txt", "site/search/search_index.json", "site/agents/objects.inv", "site/sitemap.xml.gz"),
    *(
        "site/agents/g/agent-1/index.html",
        "site/agents/g/agent-1/card.html",
        "site/feed.xml",
        "site/feed.json",
    ),
    *("site/agents/g/agent-1/badge-name.svg", "site/agents/g/agent-1/oembed.json", "catalog.links.json"),
    *("site/agents/g/agent-1/agent.json", "site/agents/g/agent-1/agent.md"),
)


def test_nothing_that_comes_out_holds_a_secret(planted: Path, garden: Garden) -> None:
    lost = {piece: plant for plant in garden.planted for piece in pieces(plant.secret)}
    out = [p for folder in ("site", "said") for p in (planted / folder).rglob("*") if p.is_file()]
    assert not [name for name in FORMS if not (planted / name).is_file()]
    assert "Agent gone: •••" in (planted / "site/feed.json").read_text(encoding="utf-8")
    told = set()
    for path in [*out, planted / "catalog.links.json"]:
        if path.is_relative_to(planted / "site/assets"):  # The theme's and our own scripts and styles.
            continue
        text = f"{path.relative_to(planted)}\n{_text(path)}".lower()
        # Only in words so long may a piece be; what is escaped in a page is looked at as it is read, too.
        for form in {text, text.replace("&amp;", "&").replace("&#43;", "+"), re.sub(r"<[^>]*>", "", text)}:
            for word in set(re.findall(r"[^\s<>\"'`]{12,}", form)):
                chunks = (word[at : at + 12] for at in range(len(word) - 11))
                told |= {(lost[chunk].kind, path.name, chunk) for chunk in chunks if chunk in lost}
    assert sorted(told) == []
    problems = (planted / "site/problems/index.html").read_text(encoding="utf-8")
    assert "its name looks like a secret" in problems.lower()
