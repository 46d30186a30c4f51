"""Headless Chromium against the real application. Skipped, saying so, where there is no Chromium."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.browser.desk import CHROMIUM, CHROMIUM_ARGUMENTS, Desk
from tests.browser.server import Server

expect.set_options(timeout=15_000)  # a busy machine is slow; what never comes still fails


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            if os.environ.get("CI"):  # once more, and told in the summary: one slow moment must not hold a change up
                item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not Path(CHROMIUM).exists():
        pytest.skip(f"no Chromium at {CHROMIUM}; on Debian: apt install chromium")
    # Playwright keeps an event loop running in this thread while it is open; the tests still use Django here, one at a time.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_ARGUMENTS)
        yield chromium
        chromium.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(scope="session")  # one loop for the layer in memory, as in a real process
def server(django_db_setup: None) -> Iterator[Server]:
    with Server() as running:
        yield running


@pytest.fixture
def desk(transactional_db: None, publishing: None, browser: Browser, server: Server) -> Iterator[Desk]:
    """Open pages with it; the test fails when one of them logs an error or breaks the content security policy."""
    opened = Desk(browser, server.url)
    yield opened
    opened.close()
    server.wait_until_idle()
    assert not opened.unexpected(), "\n".join(opened.unexpected())
