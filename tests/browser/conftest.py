"""Fixtures: Chromium, and pages on each implementation."""

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright
from psycopg2.extensions import connection as Connection  # noqa: N812 - a class with a lower-case name

from harness.servers.server import RunningServer
from tests.browser.watching import Watched
from tests.contract.client import Client
from tests.contract.conftest import open_client
from tests.contract.observed import IMPLEMENTATIONS
from tests.contract.shop import new_account

# As root, Chromium has no sandbox. In a container, /dev/shm is small.
OPTIONS = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of the system's Chromium. Without it the tests are skipped, and in CI they fail."""
    path = shutil.which("chromium")
    if path is None and os.environ.get("CI") == "true":
        pytest.fail("chromium is not installed, and CI must run the tests in the browser")
    if path is None:
        pytest.skip("chromium is not installed; on Debian: apt-get install chromium")
    return path


# Not for the session: Playwright's event loop runs in this thread until the fixture ends, and tests with asyncio need
# their own.
@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    """Chromium, for the tests of one module."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=OPTIONS)
        yield browser
        browser.close()


@pytest.fixture(params=IMPLEMENTATIONS)
def running(
    request: pytest.FixtureRequest,
    sql: Connection,  # noqa: ARG001 - empties the tables
) -> RunningServer:
    """The server of an implementation; a test that uses it runs once for each."""
    running: RunningServer = request.getfixturevalue(request.param)
    return running


@pytest.fixture
def open_window(browser: Browser, running: RunningServer) -> Iterator[Callable[..., Watched]]:
    """Return a function that opens a window, with options of a context of Playwright.

    At the end the test fails if a page reported an error or loaded something from another host.
    """
    windows: list[Watched] = []

    def open_one(**options: Any) -> Watched:
        context = browser.new_context(**options)
        context.set_default_timeout(10_000)
        windows.append(Watched(context.new_page(), running.url))
        return windows[-1]

    yield open_one
    for window in windows:
        window.page.context.close()
    assert [problem for window in windows for problem in window.problems] == []


@pytest.fixture
def staff(running: RunningServer, sql: Connection) -> Iterator[Client]:
    """Return a client of the API that is authenticated as staff."""
    with open_client(running) as client:
        yield client.as_(new_account(sql, is_staff=True))
