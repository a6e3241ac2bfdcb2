"""A repository with lists that are too long for one page."""

from __future__ import annotations

from mkdocs_agent_catalog.pages.pagination import PageLimits
from sites import agent

LIMITS = PageLimits(entries=70, cards=30, groups=20, cells=900)
"""How much one page holds here."""


def one(n: int, **more: str) -> str:
    tools = more.get("tools", f"Read, Bash(git:*), mcp__docs__query{n % 40}, Tool{n % 50}")
    frontmatter = f"---\nname: agent-{n}\ndescription: Does “{n}” & more, 日本語 with <b>.\ntools: {tools}\n"
    return (
        f"{frontmatter}skills: [plans]\n---\n\nAsk `agent-{n + 1}`, and read `plans` or `skill-{n % 60}`.\n"
    )


def files() -> dict[str, str]:
    """A large group, small ones, one without a name, an agent in a folder called like that of the parts."""
    definitions = {f"agents/big/agent-{n}.md": one(n) for n in range(90)}
    definitions |= {f"agents/small-{n % 9}/agent-{n}.md": one(n) for n in range(90, 130)}
    definitions |= {f"agents/agent-{n}.md": agent(f"agent-{n}") for n in range(130, 136)}
    definitions |= {"agents/group/agent-136.md": one(136), "agents/group/big.md": one(137)}
    definitions |= {f"agents/skills/skill-{n}/SKILL.md": agent(f"skill-{n}") for n in range(60)}
    return definitions | {"agents/skills/plans/SKILL.md": agent("plans", body="Plan.")}
