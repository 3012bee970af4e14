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
from harness.servers.command_lines import Implementation
from harness.servers.server import Budget, serve
from tests.contract.client import Account, Client, Json, statuses
from tests.contract.conftest import TIMEOUT_SECONDS, caller
from tests.contract.database.test_row_locks import until_it_waits
from tests.contract.observed import IMPLEMENTATIONS
from tests.contract.shop import new_category, new_product, order_of

CONNECTIONS = Budget().pool
# Each has the lock's time-out to wait, four at a time: a probe that waited behind them all would come last.
WRITERS = 3 * CONNECTIONS
WAITING = 8


@contextmanager
def locked(server: Server, database_url: str, product: Json) -> Iterator[None]:
    """Another transaction holds the product's row."""
    name = urlsplit(database_url).path.removeprefix("/")
    with server.connection(name) as holder, holder.cursor() as cursor:
        cursor.execute("BEGIN; SELECT FROM products WHERE slug = %s FOR UPDATE", (product["slug"],))
        yield
        cursor.execute("ROLLBACK")


def write(staff: Client, product: Json) -> httpx.Response:
    """Change the stock of the product, which needs its row."""
    return staff.post(f"/api/products/{product['slug']}/adjust-stock", {"quantity": 1})


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_server_stays_healthy_while_writers_wait_for_a_row_lock(
    anonymous: Client, staff_account: Account, path: str, server: Server, sql: Connection, database_url: str
) -> None:
    staff = anonymous.as_(staff_account)
    product = new_product(staff, new_category(staff))
    with ThreadPoolExecutor(WRITERS) as pool, locked(server, database_url, product):
        writers = [pool.submit(write, staff, product) for _ in range(WRITERS)]
        until_it_waits(writers[0], sql, CONNECTIONS)

        answers = [anonymous.get(path) for _ in range(3)]
        still_wait = [writer for writer in writers if not writer.done()]

    assert statuses(answers) == [200] * 3
    assert still_wait


@pytest.mark.parametrize("implementation", IMPLEMENTATIONS)
def test_requests_get_database_connections_in_order_of_arrival(
    implementation: Implementation, staff_account: Account, server: Server, sql: Connection, database_url: str
) -> None:
    with (
        serve(implementation, database_url, budget=Budget(threads=1, pool=1)) as running,
        caller(running) as anonymous,
        ThreadPoolExecutor(1) as pool,
    ):
        staff = anonymous.as_(staff_account)
        held, *products = [new_product(staff, new_category(staff)) for _ in range(1 + WAITING)]
        with locked(server, database_url, held):
            until_it_waits(pool.submit(write, staff, held), sql)
            sent = [send_order(anonymous, running.port, staff_account, product) for product in products]
        orders = [answered(each) for each in sent]

    # An order asks for a connection twice: for the token's user, then to be placed.
    placed = sorted(orders, key=lambda order: str(order["created_at"]))
    assert [order["items"][0]["product"] for order in placed] == [product["slug"] for product in products]


def send_order(anonymous: Client, port: int, account: Account, product: Json) -> http.client.HTTPConnection:
    """Order the product, and return when the server has taken the request up; the answer is still to be read."""
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=TIMEOUT_SECONDS)
    headers = {"Authorization": f"Bearer {account.token}", "Content-Type": "application/json"}
    connection.request("POST", "/api/orders", json.dumps(order_of(product)), headers)
    for _ in range(3):  # it answers these after it has looked at what came before
        anonymous.get("/healthz")
    return connection


def answered(connection: http.client.HTTPConnection) -> Json:
    """Read the answer to the end, and close."""
    with closing(connection), connection.getresponse() as response:
        return json.load(response)
