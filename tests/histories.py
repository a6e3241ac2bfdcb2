"""Repositories with a history."""

from __future__ import annotations

import os
import random
import subprocess
from pathlib import Path

WORDS = [f"word{number}" for number in range(18)]


def body(seed: int) -> str:
    """Thirty lines that no other seed gives."""
    dice = random.Random(seed)
    return "\n".join(" ".join(dice.choices(WORDS, k=9)) + "." for _ in range(30))


def run(root: Path, *command: str, **environment: str) -> None:
    mail = {"GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@example.org"}
    mail |= {"GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@example.org"}
    subprocess.run(
        command, cwd=root, check=True, capture_output=True, env={**os.environ, **mail, **environment}
    )
