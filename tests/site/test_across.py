"""What is known across repositories: who uses what, who still uses an old name, and which texts are copies.
What the generator of the repositories knows is compared with what a hub says."""

from __future__ import annotations

import json
import random
import re
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from histories import run
from mkdocs_agent_catalog.build import BuiltCatalog, Options, build
from mkdocs_agent_catalog.linking.across import AcrossIndex
from mkdocs_agent_catalog.linking.copies import CopyIndex, Places
from mkdocs_agent_catalog.model.other_catalogs import CatalogSource
from sites import agent, write

TEAMS = ("core", "payments", "risk", "search", "hub")
RENAMED = {
    ("skill", "core-rules"): "core-policy",
    ("agent", "core-lead"): "core-chief",
    ("server", "core-db"): "core-store",
    ("skill", "core-old"): "",
}
"""What core renamed, and removed."""
KEPT = [
    ("skill", "risk-limits"),
    ("agent", "search-helper"),
    ("server", "payments-bank"),
    ("skill", "nowhere"),
]
OWN_COPY = ("risk", "core-rules")
"""A team that has a skill of the name itself."""

AHEAD, APART = ("core", "search"), "payments"
"""The teams that changed the text that all had: in the same way, and in a way of its own."""


@dataclass
class Company:
    """The repositories, and what each agent (team and id) refers to."""

    root: Path
    refers: dict[tuple[str, str], set[tuple[str, str]]] = field(default_factory=dict)

    def list_users(self, kind: str, name: str, but: str = "") -> set[tuple[str, str]]:
        """By brute force: who refers to what its own repository has not."""
        return {user for user, names in self.refers.items() if (kind, name) in names and user[0] != but}


def make_agent(name: str, refers: set[tuple[str, str]]) -> str:
    tools = ["Read", *(f"Agent({n})" for k, n in sorted(refers) if k == "agent")]
    tools += [f"mcp__{n}__query" for k, n in sorted(refers) if k == "server"]
    skills = "".join(f"\n  - {n}" for k, n in sorted(refers) if k == "skill")
    return agent(
        name, f"tools: {', '.join(tools)}\n" + (f"skills:{skills}\n" if skills else ""), f"I am {name}."
    )


def make_skill(name: str, text: str) -> str:
    return f"---\nname: {name}\ndescription: Says {text}.\n---\n{text}\n" + f"A line of {text}.\n" * 6


def make_servers(*names: str) -> str:
    return json.dumps(
        {"mcpServers": {name: {"command": "npx", "args": [f"the-{n}"]} for n, name in enumerate(names)}}
    )


def commit(root: Path, message: str) -> None:
    run(root, "git", "add", "-A")
    run(root, "git", "commit", "-qm", message)


def make_company(root: Path) -> Company:
    company, dice = Company(root), random.Random(7)
    for team in TEAMS:
        files = {"skills/shared/SKILL.md": make_skill("shared", "the same in all teams")}
        for number in range(6):
            name = f"{team}-{number}"
            names = set(dice.sample([*RENAMED, *KEPT], dice.randint(1, 4)))
            names = {(k, n) for k, n in names if not n.startswith(f"{team}-")}
            company.refers[team, name] = names
            files[f"agents/{name}.md"] = make_agent(name, names)
        write(root / team, files)
        run(root / team, "git", "init", "-q", "-b", "main")
    core = {f"skills/core-{n}/SKILL.md": make_skill(f"core-{n}", n) for n in ("rules", "old")}
    write(root / "core", {**core, ".mcp.json": make_servers("core-db", "core-cache")})
    write(root / "core", {"agents/lead.md": agent("core-lead", "tools: Read\n", "I lead.\n" * 9)})
    write(root / "risk", {"skills/risk-limits/SKILL.md": make_skill("risk-limits", "limits")})
    write(root / "risk", {"skills/core-rules/SKILL.md": make_skill("core-rules", "rules of our own")})
    write(root / "search", {"agents/search-helper.md": agent("search-helper", "tools: Read\n")})
    write(root / "payments", {".mcp.json": make_servers("payments-bank")})
    for team in ("risk", "payments"):
        write(root / team, {"agents/twin.md": agent("twin", "tools: Read\n", "I am in two teams.\n" * 4)})
    for team in TEAMS:
        commit(root / team, "First")
    core_root = root / "core"
    run(core_root, "git", "mv", "skills/core-rules", "skills/core-policy")
    write(core_root, {"skills/core-policy/SKILL.md": make_skill("core-policy", "rules")})
    write(core_root, {"agents/lead.md": agent("core-chief", "tools: Read\n", "I lead.\n" * 9)})
    write(core_root, {".mcp.json": make_servers("core-store", "core-cache")})
    run(core_root, "git", "rm", "-rq", "skills/core-old")
    commit(core_root, "Other names")
    for team in AHEAD:
        write(root / team, {"skills/shared/SKILL.md": make_skill("shared", "something newer")})
    # A text that nobody had is no sign of anything.
    write(root / APART, {"skills/shared/SKILL.md": make_skill("shared", "something else")})
    for team in dict.fromkeys((*AHEAD, APART)):
        commit(root / team, "Other texts")
    return company


def publish(root: Path, team: str) -> str:
    site = f"https://{team}.example.org/"
    built = build(root / team, Options(site_url=site, site_name=team))
    (output,) = [output for output in built.outputs if output.uri == "catalog.json"]
    return str(output.content)


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Company:
    return make_company(tmp_path_factory.mktemp("company"))


@pytest.fixture(scope="module")
def hub(company: Company) -> BuiltCatalog:
    others = [team for team in TEAMS if team != "hub"]
    texts = {f"catalogs/{team}.json": publish(company.root, team) for team in others}
    write(company.root / "hub", texts)
    sources = tuple(CatalogSource(team, f"catalogs/{team}.json", label=team.title()) for team in others)
    return build(company.root / "hub", Options(catalogs=sources))


def test_a_rename_lists_exactly_who_still_uses_the_name(company: Company, hub: BuiltCatalog) -> None:
    names = {(old.kind, old.name): old for old in AcrossIndex(hub.catalog).find_old_names()}
    assert names.keys() == RENAMED.keys()
    told = {item.message: item for item in hub.diagnostics if item.check == "renamed_elsewhere"}
    assert len(told) == len(RENAMED)
    for (kind, name), now in RENAMED.items():
        old = names[kind, name]
        users = company.list_users(kind, name, OWN_COPY[0] if name == OWN_COPY[1] else "")
        assert {(use.user.catalog.source.id or "hub", use.user.item.id) for use in old.uses} == users
        assert [place.item.name for place in old.now] == [now or name]
        (message,) = [message for message in told if f" `{name}`, which" in message]
        ids = {f"{team}/{id}".removeprefix("hub/") for team, id in users}
        assert set(re.findall(r"`([^`]+)`", message.partition(" the ")[0])) == ids
        assert (f"is called `{now}` in Core now" if now else "which Core removed on 2") in message
        assert told[message].get_level({}) == ("warn" if name != OWN_COPY[1] else "info")


def test_who_uses_something_is_whoever_refers_to_it(company: Company, hub: BuiltCatalog) -> None:
    index = AcrossIndex(hub.catalog)
    for kind, name in KEPT[:-1]:
        team = name.partition("-")[0]
        uses = index.find_uses(index.by_id[team, kind, name])
        assert {(u.user.catalog.source.id or "hub", u.user.item.id) for u in uses} == company.list_users(
            kind, name
        )


def list_teams(places: Places) -> list[str]:
    return [source_id or "hub" for source_id, _folder in places]


def read_page(built: BuiltCatalog, uri: str) -> str:
    (output,) = [output for output in built.outputs if output.uri == uri]
    return re.sub(r"<[^>]+>", "", str(output.content))


def test_a_copy_is_behind_if_its_text_is_an_earlier_one(hub: BuiltCatalog) -> None:
    spread = CopyIndex(AcrossIndex(hub.catalog).catalogs).list_spread()
    copies = [(list_teams(copied.same), list_teams(copied.older)) for copied in spread]
    behind = ["hub", "risk"]
    # Two went on from the same text: that of the others is an earlier one of both.
    assert sorted(copies) == sorted([([*AHEAD], behind), (["payments", "risk"], []), ([APART], behind)])
    told = read_page(hub, "skills/shared.md")
    assert "A newer text is in: Core, Payments, Search · The same text is in: Risk" in told
    assert "The same text is in: Risk" in read_page(hub, "agents/payments/twin.md")
    assert "An older text is in: This repository, Risk" in read_page(hub, "repositories.md")


def test_the_pages_say_who_uses_something_elsewhere(company: Company, hub: BuiltCatalog) -> None:
    page = read_page(hub, "servers/payments-bank.md")
    for team, name in company.list_users("server", "payments-bank", "hub"):
        assert re.search(rf"{name}\s+{team.title()}", page), name
    assert "Core calls it now: core-store" in read_page(hub, "servers/core-db.md")
    assert "It is in: Risk" in read_page(hub, "skills/risk-limits.md")
    assert "Used by" in read_page(hub, "agents/search/search-helper.md")
    told = read_page(hub, "repositories.md")
    assert "Core calls it now: core-chief" in told
    assert "Core removed it on " in told
