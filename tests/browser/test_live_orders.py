"""The page of the orders shows changes without a reload."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Page, WebSocket, expect
from psycopg2.extensions import connection as Connection  # noqa: N812 - a class with a lower-case name

from harness.ports import free_port
from harness.servers.server import RunningServer, serve
from tests.browser.test_pages import sign_in
from tests.browser.watching import Watched
from tests.contract.client import Account, Client
from tests.contract.observed import IMPLEMENTATIONS
from tests.contract.shop import new_account, new_category, new_order, new_product
from tests.contract.websockets.conftest import SERVERS

# Events are as late as the longest transaction on the database server, and other tests have long ones.
TIMEOUT_MS = 60_000


@pytest.fixture(params=IMPLEMENTATIONS)
def running(request: pytest.FixtureRequest, database_url: str, sql: Connection) -> Iterator[RunningServer]:  # noqa: ARG001
    """The server of an implementation, whose pages know where its WebSocket is."""
    port, sockets = free_port(), free_port()
    with ExitStack() as stack:
        if request.param == "django":
            stack.enter_context(serve(SERVERS["django"], database_url, port=sockets))
        else:
            sockets = port
        environment = {"SOCKET_URL": f"ws://127.0.0.1:{sockets}"}
        yield stack.enter_context(serve(request.param, database_url, port=port, environment=environment))


@pytest.fixture
def account(sql: Connection) -> Account:
    """Return the account of a customer."""
    return new_account(sql)


@pytest.fixture
def customer(staff: Client, account: Account) -> Client:
    """Return a client of the API that is authenticated as the customer."""
    return staff.as_(account)


def connected_page(window: Watched, account: Account) -> tuple[Page, list[WebSocket]]:
    """Sign in, and return the page of the orders, with the WebSockets that it opens from now on."""
    sockets: list[WebSocket] = []
    sign_in(window, account.email)
    window.page.on("websocket", lambda socket: sockets.append(socket))
    with window.page.expect_websocket():
        window.page.goto(f"{window.url}/orders")
    return window.page, sockets


def test_page_follows_the_orders(
    open_window: Callable[..., Watched], staff: Client, customer: Client, account: Account
) -> None:
    product = new_product(staff, new_category(staff), stock=10)
    order = new_order(customer, product)
    page, sockets = connected_page(open_window(), account)
    status = page.locator(f"#order-{order['id']} [aria-live]")
    expect(status).to_have_text("pending")

    customer.post(f"/api/orders/{order['id']}/pay")
    expect(status).to_have_text("paid", timeout=TIMEOUT_MS)
    staff.post(f"/api/orders/{order['id']}/ship")
    expect(status).to_have_text("shipped", timeout=TIMEOUT_MS)
    second = new_order(customer, product)
    expect(page.locator("article").first).to_have_id(f"order-{second['id']}", timeout=TIMEOUT_MS)
    expect(page.locator("article")).to_have_count(2)
    # Else the page could have its changes from a connection that is lost and opened again.
    assert [socket.is_closed() for socket in sockets] == [False]


def test_page_does_not_show_the_orders_of_others(
    open_window: Callable[..., Watched], staff: Client, customer: Client, account: Account, sql: Connection
) -> None:
    product = new_product(staff, new_category(staff), stock=10)
    page, sockets = connected_page(open_window(), account)

    new_order(staff.as_(new_account(sql)), product)
    own = new_order(customer, product)
    expect(page.locator("article")).to_have_id(f"order-{own['id']}", timeout=TIMEOUT_MS)
    assert [socket.is_closed() for socket in sockets] == [False]


def test_page_without_javascript_shows_changes_after_a_reload(
    open_window: Callable[..., Watched], staff: Client, customer: Client, account: Account
) -> None:
    order = new_order(customer, new_product(staff, new_category(staff), stock=10))
    window = open_window(java_script_enabled=False)
    sign_in(window, account.email)
    page = window.visit("/orders")
    status = page.locator(f"#order-{order['id']} [aria-live]")
    expect(status).to_have_text("pending")

    customer.post(f"/api/orders/{order['id']}/pay")
    page.reload()
    expect(status).to_have_text("paid")
