"""What is kept from one build to the next: never seen in what comes out, and no more than is needed."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from edits import EDITS
from mkdocs_agent_catalog import build
from mkdocs_agent_catalog.build import Options
from mkdocs_agent_catalog.model.definitions import Document, Source
from mkdocs_agent_catalog.reading import frontmatter
from mkdocs_agent_catalog.reading.build_cache import NO_CACHE, BuildCache
from sites import REPOSITORY, write

OPTIONS = (Options(), Options(exclude=("agents/one/a.md",)), Options(profile="allowed-tools"))


def test_what_is_kept_is_never_seen(tmp_path: Path) -> None:
    write(tmp_path, REPOSITORY)
    chance, cache = random.Random(7), BuildCache()
    for n in range(30):
        for _ in range(chance.choice([0, 1, 1, 2])):
            chance.choice(EDITS)(tmp_path, chance)
        cache.start_build()
        options = chance.choice(OPTIONS)
        now, anew = build.check_catalog(tmp_path, options, cache), build.check_catalog(tmp_path, options)
        assert now.catalog == anew.catalog, f"after {n} edits"
        assert (now.diagnostics, now.suppressed) == (anew.diagnostics, anew.suppressed)


def test_an_edit_has_one_file_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, REPOSITORY)
    cache = BuildCache()
    asked: list[str] = []
    read = frontmatter.parse_document

    def counted(source: Source, keys: frozenset[str] = frozenset()) -> Document:
        asked.append(source.path)
        return read(source, keys)

    monkeypatch.setattr(frontmatter, "parse_document", counted)
    build.load_catalog(tmp_path, Options(), cache)
    assert "agents/one/helper.md" in asked
    assert len(asked) > 5
    path = tmp_path / "agents/one/helper.md"
    path.write_text(path.read_text(encoding="utf-8") + "More.\n", encoding="utf-8")
    asked.clear()
    cache.start_build()
    build.load_catalog(tmp_path, Options(), cache)
    assert asked == ["agents/one/helper.md"]


def test_no_more_is_kept_than_the_last_build_asked_for() -> None:
    cache = BuildCache()
    made: list[int] = []

    def twice(n: int) -> int:
        made.append(n)
        return 2 * n

    for asked in ([1, 2, 1], [2], [1, 2]):
        cache.start_build()
        assert [cache.get(twice, n) for n in asked] == [2 * n for n in asked]
    assert made == [1, 2, 1]
    assert [NO_CACHE.get(twice, 5), NO_CACHE.get(twice, 5)] == [10, 10]
    assert made[3:] == [5, 5]
