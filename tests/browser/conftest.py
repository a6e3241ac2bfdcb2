"""Chromium, started once for the tests of a file."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from browsing import open_browser
from playwright.sync_api import Browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as chromium:
        yield chromium
