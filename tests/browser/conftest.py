"""Chromium, started once for all tests of a process."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from browsing import open_browser
from playwright.sync_api import Browser


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with open_browser() as started:
        yield started


@pytest.fixture
def browser(chromium: Browser) -> Iterator[Browser]:
    """Chromium without a page; what a test opens is closed after it."""
    yield chromium
    for context in chromium.contexts:
        context.close()
