"""Requests that wait for a row lock or a connection do not block health checks, and are served in order."""

import http.client
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from urllib.parse import urlsplit

import httpx
import pytest
from psycopg2.extensions import connection as Connection  # noqa: N812 - a class with a lower-case name

from harness.ports import LOOPBACK
from harness.postgres.server import Server
from harness.servers.names import Implementation
from harness.servers.server import Budget, serve
from tests.contract.client import Account, Client, Json, statuses
from tests.contract.conftest import TIMEOUT_SECONDS, open_client
from tests.contract.database.test_row_locks import wait_until_blocked
from tests.contract.observed import IMPLEMENTATIONS
from tests.contract.shop import new_category, new_product, order_body

CONNECTIONS = Budget().pool
# Four at a time wait until the lock times out: a health check that waited behind all of them would come last.
WRITERS = 3 * CONNECTIONS
QUEUED_ORDERS = 8


@contextmanager
def row_locked(server: Server, database_url: str, product: Json) -> Iterator[None]:
    """Lock the row of the product in another transaction."""
    name = urlsplit(database_url).path.removeprefix("/")
    with server.connection(name) as connection, connection.cursor() as cursor:
        cursor.execute("BEGIN; SELECT FROM products WHERE slug = %s FOR UPDATE", (product["slug"],))
        yield
        cursor.execute("ROLLBACK")


def adjust_stock(staff: Client, product: Json) -> httpx.Response:
    """Change the stock of the product, which locks its row."""
    return staff.post(f"/api/products/{product['slug']}/adjust-stock", {"quantity": 1})


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_server_stays_healthy_while_writers_wait_for_a_row_lock(
    anonymous: Client, staff_account: Account, path: str, server: Server, sql: Connection, database_url: str
) -> None:
    staff = anonymous.as_(staff_account)
    product = new_product(staff, new_category(staff))
    with ThreadPoolExecutor(WRITERS) as pool, row_locked(server, database_url, product):
        writers = [pool.submit(adjust_stock, staff, product) for _ in range(WRITERS)]
        wait_until_blocked(writers[0], sql, CONNECTIONS)

        responses = [anonymous.get(path) for _ in range(3)]
        waiting = [writer for writer in writers if not writer.done()]

    assert statuses(responses) == [200] * 3
    assert waiting


@pytest.mark.parametrize("implementation", IMPLEMENTATIONS)
def test_requests_get_database_connections_in_order_of_arrival(
    implementation: Implementation, staff_account: Account, server: Server, sql: Connection, database_url: str
) -> None:
    with (
        serve(implementation, database_url, budget=Budget(threads=1, pool=1)) as running,
        open_client(running) as anonymous,
        ThreadPoolExecutor(1) as pool,
    ):
        staff = anonymous.as_(staff_account)
        locked_product, *products = [new_product(staff, new_category(staff)) for _ in range(1 + QUEUED_ORDERS)]
        with row_locked(server, database_url, locked_product):
            wait_until_blocked(pool.submit(adjust_stock, staff, locked_product), sql)
            connections = [send_order(anonymous, running.port, staff_account, product) for product in products]
        orders = [read_order(connection) for connection in connections]

    # Each of these requests takes a database connection twice: to read the user, and to place the order.
    sorted_orders = sorted(orders, key=lambda order: str(order["created_at"]))
    assert [order["items"][0]["product"] for order in sorted_orders] == [product["slug"] for product in products]


def send_order(anonymous: Client, port: int, account: Account, product: Json) -> http.client.HTTPConnection:
    """Send an order of the product; when the server has it, return the connection with the response unread."""
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=TIMEOUT_SECONDS)
    headers = {"Authorization": f"Bearer {account.token}", "Content-Type": "application/json"}
    connection.request("POST", "/api/orders", json.dumps(order_body(product)), headers)
    for _ in range(3):  # the server reads the order before it responds to these
        anonymous.get("/healthz")
    return connection


def read_order(connection: http.client.HTTPConnection) -> Json:
    """Read the response, which is an order, and close the connection."""
    with closing(connection), connection.getresponse() as response:
        return json.load(response)
