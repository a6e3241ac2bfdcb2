"""Sites that are built when a test asks for them."""

from __future__ import annotations

import gc
import hashlib
import os
import time
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
    """The same for tests that only look at a site: it is built once for each set of files, by the first of
    the processes that run tests."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    made: dict[str, Path] = {}

    def build(files: dict[str, str], **more: Any) -> Path:
        key = hashlib.sha256(repr((files, more)).encode()).hexdigest()[:16]
        if key not in made:
            made[key] = _build_once(folder / f"site-{key}", files, more)
        return made[key]

    return build


def _build_once(root: Path, files: dict[str, str], more: dict[str, Any]) -> Path:
    done = root / "done"
    while not done.exists():
        try:
            root.mkdir()
        except FileExistsError:
            time.sleep(0.1)
            continue
        try:
            builder(root)(files, **more)
        except BaseException:
            # Whoever asks next tries again, and says what is wrong.
            root.rename(root.with_name(f"{root.name}-{os.getpid()}-{time.monotonic_ns()}"))
            raise
        done.touch()
    return root / "site"


def pytest_collection_finish() -> None:
    """What is loaded by now stays: to look again and again for what of it is garbage costs a tenth."""
    gc.freeze()
    gc.set_threshold(100_000)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Lists what tests found that is worth knowing and no reason to fail: texts without a translation."""
    notes = [note for report in terminalreporter.getreports("passed") for note in report.user_properties]
    for title in dict.fromkeys(title for title, _ in notes):
        entries = [str(entry) for name, entry in notes if name == title]
        terminalreporter.section(f"{title}: {len(entries)}")
        terminalreporter.write_line("\n\n".join(entries))
