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
    """Chromium without a page; what a test opens is closed after it, and what it may is taken back."""
    shared = chromium.contexts[0] if chromium.contexts else chromium.new_context()
    yield chromium
    for page in shared.pages:
        page.close()
    shared.clear_permissions()
    shared.set_offline(False)
    for context in chromium.contexts[1:]:
        context.close()
