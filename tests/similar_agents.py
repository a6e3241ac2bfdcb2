"""A repository with agents that are alike."""

from __future__ import annotations


def described(name: str, description: str, more: str = "", body: str = "Do it.") -> str:
    return f"---\nname: {name}\ndescription: {description}\n{more}---\n\n{body}\n"


FILES = {
    "agents/cloud/terraform-pro.md": described(
        "terraform-pro", "Writes Terraform modules for AWS.", "tools: Read, Write\n"
    ),
    "agents/cloud/terraform-reviewer.md": described(
        "terraform-reviewer", "Reviews Terraform modules.", "tools: Read, Grep\n"
    ),
    "agents/cloud/zeta.md": described("zeta", "Translates poems.", "tools: Read\n"),
    "agents/web/css-artist.md": described("css-artist", "Paints buttons.", "tools: Read\n"),
}
