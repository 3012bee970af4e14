"""A page connects to the WebSocket with a token, unless it belongs to another site."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page
from psycopg2.extensions import connection as Connection  # noqa: N812 - a class with a lower-case name

from harness.servers.server import RunningServer, serve
from tests.contract.observed import IMPLEMENTATIONS
from tests.contract.shop import new_account
from tests.contract.websockets.conftest import SERVERS
from tests.contract.websockets.frames import read_frame
from tests.contract.websockets.sockets import SOCKETS, TIMEOUT_SECONDS, insert_event

# Resolves to the selected subprotocol, or to the code of a connection that is closed before it is open.
CONNECT = """([address, token]) => new Promise(resolve => {
  window.received = [];
  const socket = new WebSocket(address, ['bearer', token]);
  socket.onmessage = message => window.received.push(message.data);
  socket.onopen = () => resolve(socket.protocol);
  socket.onclose = closed => resolve(closed.code);
})"""


@pytest.fixture(params=IMPLEMENTATIONS)
def own_server(request: pytest.FixtureRequest, database_url: str) -> Iterator[RunningServer]:
    """The server of the WebSocket of an implementation."""
    with serve(SERVERS[request.param], database_url) as running:
        yield running


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page without JavaScript of its own, and without a security policy."""
    context = browser.new_context()
    context.set_default_timeout(TIMEOUT_SECONDS * 1000)
    yield context.new_page()
    context.close()


def test_page_receives_events(own_server: RunningServer, page: Page, sql: Connection) -> None:
    page.goto(f"{own_server.url}/healthz")
    address = own_server.url.replace("http:", "ws:") + SOCKETS["path"]

    assert page.evaluate(CONNECT, [address, new_account(sql).token]) == SOCKETS["subprotocol"]
    event = insert_event(sql)
    page.wait_for_function("window.received.length > 0")
    assert [read_frame(text)["id"] for text in page.evaluate("window.received")] == [event]


def test_page_of_another_site_cannot_connect(own_server: RunningServer, page: Page, sql: Connection) -> None:
    page.route("http://evil.example/", lambda route: route.fulfill(body="<title>Another site</title>"))
    page.goto("http://evil.example/")
    address = own_server.url.replace("http:", "ws:") + SOCKETS["path"]

    assert page.evaluate(CONNECT, [address, new_account(sql).token]) == 1006
