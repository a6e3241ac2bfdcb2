"""What the settings and hooks of a project add to an agent's own file, for its page."""

from __future__ import annotations

from typing import Any

from ..model.definitions import Agent, ToolGrant
from ..permissions.decisions import PermissionResolver
from ..runtimes import get_runtime_of
from ..runtimes.tool_lists import get_server_id


def build_project_section(agent: Agent, grants: PermissionResolver) -> dict[str, Any] | None:
    """What a settings file or a hook says about ``agent``; ``None`` if nothing.

    ``session``: where a settings file says that sessions run as the agent. ``refused``: rules that keep
    the agent itself from being started. ``denied`` and ``asks``: rules about tools that it could use
    without them. ``allowed``: such tools that it may use, all or in part, without a question, each with
    the number of rules and the first one's place. ``modes``: the mode of each settings file, if the agent
    sets none. ``hooks``: its own and those of the settings files. ``is_own``: whether there is nothing but
    its own hooks.
    """
    runtime = get_runtime_of(agent)
    rules = agent.project_rules
    starters = {runtime.get_current_name(name) for name in runtime.agent_tools}
    refused = [
        rule
        for rule in rules
        if rule.effect == "deny" and rule.tool in starters and rule.specifier == agent.name
    ]
    concerned = [rule for rule in rules if rule not in refused and _concerns(agent, rule, grants)]
    allowed: dict[str, list[str]] = {}
    for rule in concerned:
        if rule.effect == "allow":
            allowed.setdefault(rule.tool, []).append(str(rule.span))
    key = runtime.bypass_setting[0] if runtime.bypass_setting else ""
    modes = [
        (settings.default_mode, settings.source.path)
        for settings in agent.settings_files
        if settings.default_mode and not any(field.key == key for field in agent.settings)
    ]
    section = {
        "session": agent.session_span,
        "refused": refused,
        "denied": [rule for rule in concerned if rule.effect == "deny"],
        "asks": [rule for rule in concerned if rule.effect == "ask"],
        "allowed": [(tool, len(places), places[0]) for tool, places in allowed.items()],
        "modes": modes,
        "hooks": agent.every_hook,
    }
    if not any(section.values()):
        return None
    others = [value for key, value in section.items() if value and key != "hooks"]
    return section | {"is_own": not others and agent.every_hook == agent.hooks}


def _concerns(agent: Agent, rule: ToolGrant, grants: PermissionResolver) -> bool:
    """Whether a rule is about a tool that the agent could use without it."""
    runtime, server = get_runtime_of(agent), get_server_id(rule)
    tools = [rule.tool] if server else [*runtime.current_tools, rule.tool]
    about = (tool for tool in tools if runtime.matches_project_rule(rule, tool, server))
    decisions = (grants.decide(agent, tool, server) for tool in about)
    return any(
        decision.is_usable or decision.rule.endswith(("project-denied", "project-denied-main"))
        for decision in decisions
    )
