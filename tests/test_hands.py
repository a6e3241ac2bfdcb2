"""Other processes that make pages and write files: the same site, and a fault of theirs harms nothing."""

from __future__ import annotations

import gc
import logging
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import agent, write
from mkdocs.commands.build import build
from mkdocs.config import load_config
from mkdocs_agent_catalog import alone, hands
from mkdocs_agent_catalog.ahead import Ahead
from mkdocs_agent_catalog.hands import Hands
from mkdocs_agent_catalog.plugin import AgentCatalogPlugin

pytestmark = pytest.mark.skipif(
    not hasattr(os, "sched_getaffinity"), reason="no safe fork: one process does all"
)
AGENTS = {f"agents/team-{n % 3}/one{n}.md": agent(f"one{n}", "tools: Read\n", "## Text") for n in range(12)}


@pytest.fixture
def team() -> Iterator[Callable[..., Hands]]:
    """Makes a team that is sent home at the end."""
    made: list[Hands] = []

    def of(*parts: Any) -> Hands:
        made.append(Hands(*parts))
        return made[-1]

    yield of
    for one in made:
        one.close()


def whose() -> int:
    return os.getpid()


@pytest.mark.parametrize("others", [1, 3])
def test_all_is_made_once_and_in_part_elsewhere(
    tmp_path: Path, team: Callable[..., Hands], others: int
) -> None:
    def written(n: int) -> None:
        with open(tmp_path / str(n), "a") as file:
            file.write(f"{os.getpid()}\n")

    files = [lambda n=n: written(n) for n in range(50)]
    pages = [lambda n=n: (n, "x" * 100_000, os.getpid()) for n in range(60)]
    found = team(files, pages, others)
    jobs = [found.job(n) for n in range(110)]
    for n, job in enumerate(jobs[:50]):
        if job.claim():
            written(n)
    found.settle()
    assert {len((tmp_path / str(n)).read_text().split()) for n in range(50)} <= {1, 2}
    end = time.monotonic() + 30
    while not any(found.claimed[50:110]) and time.monotonic() < end:
        time.sleep(0.01)
    given = [job.take() for job in jobs[50:]]
    assert [one[:2] for one in given] == [(n, "x" * 100_000) for n in range(60)]
    assert {one[2] for one in given} - {os.getpid()}, "nobody else made a page"


def test_a_killed_process_takes_nothing_with_it(team: Callable[..., Hands]) -> None:
    here = os.getpid()

    def made(n: int) -> int:
        if n == 3 and os.getpid() != here:
            os.kill(os.getpid(), signal.SIGKILL)
        return n

    found = team([], [lambda n=n: made(n) for n in range(10)], 1)
    os.waitid(os.P_PID, found.children[0], os.WEXITED | os.WNOWAIT)
    assert [found.job(n).take() for n in range(10)] == list(range(10))


def test_what_cannot_be_made_says_so_where_it_is_wanted(tmp_path: Path, team: Callable[..., Hands]) -> None:
    def broken() -> None:
        raise OSError("No space left")

    found = team([broken], [broken], 1)
    os.waitid(os.P_PID, found.children[0], os.WEXITED | os.WNOWAIT)
    assert not found.job(0).claim()
    with pytest.raises(OSError, match="No space"):
        found.settle()
    with pytest.raises(OSError, match="No space"):
        found.job(1).take()


def test_nobody_works_on_when_the_build_has_failed(team: Callable[..., Hands]) -> None:
    found = team([], [lambda: threading.Event().wait(60)] * 3, 2)
    children = list(found.children)
    found.close()
    for child in children:
        with pytest.raises(ProcessLookupError):
            os.kill(child, 0)
    assert not found.halves


def test_one_process_does_what_is_little(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hands, "_processors", lambda: 2)
    assert hands.hands([], [whose] * (hands.WORTH - 1)) is None
    monkeypatch.setattr(hands, "WORTH", 1)
    stop = threading.Event()
    thread = threading.Thread(target=stop.wait)
    thread.start()
    assert hands.hands([], [whose]) is None, "threads do not survive a fork"
    stop.set()
    thread.join()
    monkeypatch.setattr(hands, "_processors", lambda: 1)
    assert hands.hands([], [whose]) is None


def read(site: Path) -> dict[str, bytes]:
    paths = sorted(path for path in site.rglob("*") if path.is_file() and path.suffix != ".gz")
    return {str(path.relative_to(site)): path.read_bytes() for path in paths}


def numbered(n: int, size: int) -> tuple[int, int, int]:
    return n, len("x" * size), os.getpid()


def test_each_is_made_in_order_by_several(monkeypatch: pytest.MonkeyPatch) -> None:
    of = [(n, 100) for n in range(hands.WORTH)]
    monkeypatch.setattr(hands, "_processors", lambda: 1)
    assert {one[2] for one in hands.each(numbered, of)} == {os.getpid()}
    monkeypatch.setattr(hands, "_processors", lambda: 3)
    slow = [(n, 20_000_000 if n % 100 == 0 else 100) for n, _ in of]
    found = hands.each(numbered, slow)
    assert [(n, size) for n, size, _ in found] == slow
    assert len({whose for _, _, whose in found}) > 1
    assert not gc.get_freeze_count()
    with pytest.raises(ZeroDivisionError):
        hands.each(lambda n: 1 // (n - 700), [(n,) for n, _ in of])


def test_what_is_made_ahead_is_the_first_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    of = [(n, 100) for n in range(hands.WORTH)]
    monkeypatch.setattr(hands, "_processors", lambda: 2)
    with Ahead(numbered, of) as one:
        deadline = time.monotonic() + 20
        while os.fstat(one.store).st_size < 10_000 and time.monotonic() < deadline:
            time.sleep(0.01)
        found = one.made()
        assert one.made() == [], "it is given once"
    assert found
    assert [(n, size) for n, size, _ in found] == of[: len(found)]
    assert os.getpid() not in {whose for _, _, whose in found}

    def stuck(n: int, _: int) -> int:
        time.sleep(60 if n == 3 else 0)
        return n

    with Ahead(stuck, of) as one:
        time.sleep(0.2)
        assert one.made() == [], "what is not out of its hands is not there"
    with Ahead(numbered, of) as one:
        child = one.child
    with pytest.raises(ProcessLookupError):
        os.kill(child, 0)
    assert not gc.get_freeze_count()
    monkeypatch.setattr(hands, "_processors", lambda: 1)
    with Ahead(numbered, of) as one:
        assert one.made() == []


# A hook that sees what pages are given: then pages are made ahead, and MkDocs writes them.
HOOK = "def on_page_context(context, *, page, **_):\n    page.seen = len(page.content)\n    return context\n"


@pytest.mark.parametrize("hook", ["", HOOK], ids=["nobody else", "a hook"])
def test_the_site_is_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, hook: str
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    caplog.set_level("INFO")
    write(tmp_path, {"docs/index.md": "# Home\n", "hook.py": hook, **AGENTS})
    settings = "site_name: Test\ntheme: {name: material, font: false}\nplugins: [search, agent-catalog]\n"
    (tmp_path / "mkdocs.yml").write_text(f"{settings}hooks: [{'hook.py' if hook else ''}]\n")
    monkeypatch.setattr(hands, "WORTH", 1)
    teams: list[Hands | None] = []
    ordinary = alone.hands

    def noted(*parts: Any) -> Hands | None:
        teams.append(ordinary(*parts))
        return teams[-1]

    monkeypatch.setattr(alone, "hands", noted)
    sites = []
    for processors in (1, 3):
        monkeypatch.setattr(hands, "_processors", lambda n=processors: n)
        config = load_config(str(tmp_path / "mkdocs.yml"))
        config.plugins.on_startup(command="build", dirty=False)
        build(config)
        sites.append(read(Path(config.site_dir)))
    assert sites[0] == sites[1]
    assert [one is None for one in teams] == [True, False]
    assert [one.children for one in teams if one] == [[]], "they are sent home"
    assert [len(one.made) == one.files for one in teams if one] == [not hook], "who writes the pages"
    assert "skipped" not in caplog.text
    assert not gc.get_freeze_count(), "what was kept from the collector is given back"
    assert gc.get_threshold()[0] < alone.SELDOM
    assert not logging.getLogger("mkdocs.commands.build").filters


def test_a_page_that_cannot_be_written_stops_the_build(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, {"docs/index.md": "# Home\n", **AGENTS})
    settings = "site_name: Test\ntheme: {name: material, font: false}\nplugins: [search, agent-catalog]\n"
    (tmp_path / "mkdocs.yml").write_text(settings)
    monkeypatch.setattr(hands, "WORTH", 1)
    monkeypatch.setattr(hands, "_processors", lambda: 2)

    def full(*_: Any) -> None:
        raise OSError("No space left")

    monkeypatch.setattr(alone.CatalogFile, "put", full)
    config = load_config(str(tmp_path / "mkdocs.yml"))
    config.plugins.on_startup(command="build", dirty=False)
    with pytest.raises(OSError, match="No space"):
        build(config)
    assert not logging.getLogger("mkdocs.commands.build").filters


def test_the_collector_rests_while_a_catalog_is_read() -> None:
    def broken() -> None:
        with hands.undisturbed(lasting=True):
            assert not gc.isenabled()
            raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        broken()
    assert gc.isenabled()
    assert gc.get_freeze_count()
    gc.unfreeze()
    with hands.undisturbed(lasting=False):
        pass
    assert not gc.get_freeze_count()


def test_a_process_ends_without_a_last_look(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []
    monkeypatch.setattr(hands.atexit, "register", asked.append)
    hands.leave_at_once.cache_clear()
    AgentCatalogPlugin().on_startup(command="serve", dirty=False)
    assert not asked
    for _ in range(2):
        AgentCatalogPlugin().on_startup(command="build", dirty=False)
    assert asked == [gc.freeze]
