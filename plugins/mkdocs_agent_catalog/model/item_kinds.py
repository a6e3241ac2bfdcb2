"""The kinds of items that a catalog lists, and their names in addresses and on pages."""

from __future__ import annotations

from dataclasses import dataclass


def _(text: str) -> str:
    """Marks a text for translators; whoever shows it translates it."""
    return text


@dataclass(frozen=True, slots=True)
class ItemKind:
    """One kind. The texts are in English; whoever shows them translates them."""

    name: str
    """As in references and data files: ``agent``."""
    folder: str
    """The folder of its pages: ``agents``."""
    label: str
    list_label: str
    all_label: str
    """A link to the list."""
    noun: str
    """As within a sentence."""
    gone_text: str
    """What the page of a thing says that is gone."""
    gone_on_text: str
    """The same with the day."""
    gone_why: str
    """Why there is none any more."""

    @property
    def index_uri(self) -> str:
        """The page that lists all of them."""
        return f"{self.folder}/index.md"


ITEM_KINDS = {
    kind.name: kind
    for kind in (
        ItemKind(
            *("agent", "agents", _("Agent"), _("Agents"), _("All agents"), _("agent")),
            _("This agent was removed."),
            _("This agent was removed on {day}."),
            _("Its file is not in the repository any more."),
        ),
        ItemKind(
            *("tool", "tools", _("Tool"), _("Tools"), _("All tools"), _("tool")),
            _("This tool was removed."),
            _("This tool was removed on {day}."),
            _("A tool is listed here as long as an agent names it."),
        ),
        ItemKind(
            *("skill", "skills", _("Skill"), _("Skills"), _("All skills"), _("skill")),
            _("This skill was removed."),
            _("This skill was removed on {day}."),
            _("It has no file any more, and no agent names it."),
        ),
        ItemKind(
            *("server", "servers", _("MCP server"), _("MCP servers"), _("All MCP servers"), _("MCP server")),
            _("This MCP server was removed."),
            _("This MCP server was removed on {day}."),
            _("A server is listed here as long as a file configures it or an agent names it."),
        ),
    )
}
