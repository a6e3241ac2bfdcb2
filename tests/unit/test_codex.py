"""Roles of Codex: files of their own, and what the configuration of a project says of them.

What loads is what Codex 0.171.0 says of such folders when it starts.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from mkdocs_agent_catalog.build import Options, check_catalog, load_catalog

ROLE = 'name = "{name}"\ndescription = "Reads."\ndeveloper_instructions = "Do."\n'
SAME_KEY = "[agents.scout]\n"


def read_roles(repo: Path, files: dict[str, str]) -> dict[str, str]:
    """The roles by name, each with the reason why it does not load."""
    for path, text in files.items():
        (repo / ".codex" / path).parent.mkdir(parents=True, exist_ok=True)
        (repo / ".codex" / path).write_text(text, encoding="utf-8")
    return {agent.name: str(agent.not_loaded) for agent in load_catalog(repo, Options()).agents}


@pytest.mark.parametrize(
    ("files", "roles"),
    [
        ({"config.toml": '[agents.scout]\ndescription = "Looks."\n'}, {"scout": ""}),
        ({"config.toml": SAME_KEY}, {"scout": "it has no `description`"}),
        (
            {"config.toml": '[agents.scout]\ndescription = "Looks."\nconfig_file = "agents/none.toml"\n'},
            {"scout": "its file is not there: `.codex/agents/none.toml`"},
        ),
        (
            {"config.toml": '[agents.scout]\nconfig_file = ".codex/agents/none.toml"\n'},
            {"scout": "its file is not there: `.codex/.codex/agents/none.toml`"},
        ),
        ({"agents/a.toml": '[agent]\nname = "scout"\n'}, {"a": "it has no `name`"}),
        (
            {
                "config.toml": '[agents.scout]\ndescription = "Looks."\nconfig_file = "agents/s.toml"\n',
                "agents/s.toml": 'model = "gpt-5.6"\n',
            },
            {"scout": ""},
        ),
        (
            {
                "config.toml": '[agents.scout]\ndescription = "Looks."\nconfig_file = "agents/s.toml"\n',
                "agents/s.toml": ROLE.format(name="lookout"),
            },
            {"lookout": ""},
        ),
        (
            {
                "config.toml": '[agents.scout]\ndescription = " "\nconfig_file = "agents/s.toml"\n',
                "agents/s.toml": ROLE.format(name="lookout"),
            },
            {"lookout": "the `description` in the configuration of the project is blank"},
        ),
        (
            {
                "config.toml": '[agents.scout]\ndescription = "Looks."\nconfig_file = "roles/s.toml"\n',
                "roles/s.toml": 'sandbox_mode = "read-only"\n',
            },
            {"scout": ""},
        ),
        (
            {
                "config.toml": '[agents.scout]\ndescription = "Looks."\nconfig_file = "roles/s.toml"\n',
                "roles/s.toml": "foo = 1\n",
            },
            {"scout": "its key `foo` is not known"},
        ),
        (
            {
                "config.toml": '[agents.scout]\ndescription = "Looks."\nnickname_candidates = ["a/b"]\n',
            },
            {"scout": "its `nickname_candidates` is not what the key may hold"},
        ),
        (
            {
                "config.toml": '[agents.scout]\ndescription = "Looks."\nconfig_file = "roles/s.toml"\n'
                '[agents.b]\ndescription = "Looks."\nconfig_file = "agents/b.toml"\n',
                "roles/s.toml": 'developer_instructions = "Do."\n',
                "agents/b.toml": 'developer_instructions = "Do."\n',
            },
            {"scout": "", "b": ""},
        ),
        ({"config.toml": "[agents]\nmax_threads = 2\n", "agents/a.toml": ROLE.format(name="a")}, {"a": ""}),
        ({"config.toml": "[agents.scout\n", "agents/a.toml": ROLE.format(name="a")}, {"a": ""}),
        ({"agents/.h/a.toml": ROLE.format(name="a"), "agents/b.md": "Notes."}, {"a": ""}),
    ],
)
def test_configuration_and_files(tmp_path: Path, files: dict[str, str], roles: dict[str, str]) -> None:
    assert read_roles(tmp_path, files) == roles


def test_role_of_the_configuration_stands_in_for_a_file_of_its_name(tmp_path: Path) -> None:
    files = {
        "config.toml": '[agents.scout]\ndescription = "Looks."\n',
        "agents/scout.toml": ROLE.format(name="scout"),
    }
    read_roles(tmp_path, files)
    agents = {a.source.path: str(a.not_loaded) for a in load_catalog(tmp_path, Options()).agents}
    assert agents == {
        ".codex/config.toml": "",
        ".codex/agents/scout.toml": "the configuration of the project has another role of this name",
    }


def test_text_of_a_role_file_elsewhere_is_its_prompt(tmp_path: Path) -> None:
    files = {
        "config.toml": '[agents.scout]\ndescription = "Looks."\nconfig_file = "roles/s.toml"\n',
        "roles/s.toml": 'developer_instructions = """\nLook north.\n"""\n[mcp_servers.docs]\ncommand = "x"\n'
        'env = { TOKEN = "planted-secret-1" }\n',
    }
    read_roles(tmp_path, files)
    (agent,) = load_catalog(tmp_path, Options()).agents
    assert agent.document.body.strip() == "Look north."
    assert agent.document.body_path == ".codex/roles/s.toml"
    assert agent.source.path == ".codex/config.toml"
    assert "planted-secret" not in repr([field.value for field in (*agent.settings, *agent.unknown)])
    assert agent.document.lines == (1, 3)


@pytest.mark.parametrize(
    "line",
    [
        'nickname_candidates = ["Ann", "Al"]',
        "approval_policy = {granular = {rules = true}}",
        "web_search = {}",
    ],
)
def test_lists_and_tables_are_sound_where_codex_takes_them(tmp_path: Path, line: str) -> None:
    path = tmp_path / ".codex/agents/a.toml"
    path.parent.mkdir(parents=True)
    path.write_text(f"{ROLE.format(name='a')}{line}\n", encoding="utf-8")
    assert not [d for d in check_catalog(tmp_path, Options()).diagnostics if d.check == "invalid_value"]


# What Codex 0.171.0 said of role files with these lines.
@pytest.mark.parametrize(
    ("lines", "key"),
    [
        ('mcp_servers.s = {command = "x", args = ["a"], env = {A = "b"}, more = 1}', ""),
        ('mcp_servers.s = {command = "x", args = "a"}', "mcp_servers"),
        ('mcp_servers.s = {command = "x", env = {A = 1}}', "mcp_servers"),
        ('mcp_servers.s = {command = "x", enabled = "yes"}', "mcp_servers"),
        ('mcp_servers.s = {command = "x", http_headers = {A = "b"}}', "mcp_servers"),
        ('mcp_servers.s = {url = "x", bearer_token_env_var = "A"}', ""),
        ('mcp_servers.s = {url = "x", bearer_token = "planted"}', "mcp_servers"),
        ('mcp_servers.s = {url = "x", args = ["a"]}', "mcp_servers"),
        ('[[skills.config]]\npath = "x"\nenabled = false', ""),
        ('[[skills.config]]\npath = "x"', "skills.config"),
        ('[skills]\nconfig = "x"', "skills.config"),
    ],
)
def test_tables_in_a_role_file(tmp_path: Path, lines: str, key: str) -> None:
    reason = f"its `{key}` is not what the key may hold" if key else ""
    assert read_roles(tmp_path, {"agents/a.toml": f"{ROLE.format(name='a')}{lines}\n"}) == {"a": reason}


def test_of_two_files_for_a_role_the_first_is_read(tmp_path: Path) -> None:
    roles = {f"agents/{name}.toml": ROLE.format(name="scout") for name in "ab"}
    read_roles(tmp_path, roles)
    findings = [d for d in check_catalog(tmp_path, Options()).diagnostics if d.check == "duplicate_name"]
    assert len(findings) == 2
    assert "only the first by its path is read" in str(findings[0].hint)


def test_the_prompt_is_no_field_that_nobody_knows(tmp_path: Path) -> None:
    files = {"config.toml": '[agents.b]\ndescription = "Looks."\nconfig_file = "b.toml"\n', "b.toml": ""}
    read_roles(tmp_path, {**files, "agents/a.toml": ROLE.format(name="a")})
    agents = load_catalog(tmp_path, Options()).agents
    assert [(agent.name, agent.unknown) for agent in agents] == [("a", ()), ("b", ())]


def test_a_role_without_its_file_is_said_to_lack_nothing_else(tmp_path: Path) -> None:
    read_roles(tmp_path, {"config.toml": '[agents.scout]\nconfig_file = "roles/name.toml"\n'})
    (finding,) = check_catalog(tmp_path, Options()).diagnostics
    message = "its file is not there: `.codex/roles/name.toml`, so Codex does not load this agent"
    assert (finding.message, finding.hint) == (message, "")
