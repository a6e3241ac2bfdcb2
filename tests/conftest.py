"""Sites that are built when a test asks for them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sites import Build, builder


@pytest.fixture
def site(tmp_path: Path) -> Build:
    """Writes files and a mkdocs.yml, builds strictly, returns the site's folder."""

    return builder(tmp_path)


@pytest.fixture(scope="session")
def shared_site(tmp_path_factory: pytest.TempPathFactory) -> Build:
    """The same for tests that only look at a site: it is built once for each set of files."""
    made: dict[str, Path] = {}

    def build(files: dict[str, str], **more: Any) -> Path:
        key = repr((files, more))
        if key not in made:
            made[key] = builder(tmp_path_factory.mktemp("site"))(files, **more)
        return made[key]

    return build


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Lists what tests found that is worth knowing and no reason to fail: texts without a translation."""
    notes = [note for report in terminalreporter.getreports("passed") for note in report.user_properties]
    for title in dict.fromkeys(title for title, _ in notes):
        entries = [str(entry) for name, entry in notes if name == title]
        terminalreporter.section(f"{title}: {len(entries)}")
        terminalreporter.write_line("\n\n".join(entries))
