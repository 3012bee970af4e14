"""Requests that wait for a row leave the server alive and ready."""

import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial

import httpx
import psycopg2
import pytest

from tests.contract.client import Client, Json
from tests.contract.test_waiting import WAITING

# As many as either implementation has database connections; more of them wait for those, longer than a request may.
CONNECTIONS = 4
WRITERS = 8 * CONNECTIONS
PATIENCE_SECONDS = 30


@contextmanager
def waiting_writers(staff: Client, product: Json, database_url: str) -> "Iterator[list[Future[httpx.Response]]]":
    """Requests that all want a row which another transaction has locked, until the block is left."""
    adjust = partial(staff.post, f"/api/products/{product['slug']}/adjust-stock", {"quantity": 1})
    with ThreadPoolExecutor(WRITERS) as pool, other_transaction(database_url) as cursor:
        cursor.execute("SELECT 1 FROM products WHERE id = %s FOR UPDATE", (product["id"],))
        writers = [pool.submit(adjust) for _ in range(WRITERS)]
        deadline = time.monotonic() + PATIENCE_SECONDS
        while waiting(database_url) < CONNECTIONS:
            assert time.monotonic() < deadline, "they do not wait"
            time.sleep(0.005)
        yield writers


@contextmanager
def other_transaction(database_url: str) -> Iterator[psycopg2.extensions.cursor]:
    connection = psycopg2.connect(database_url)
    try:
        yield connection.cursor()
    finally:
        connection.close()


def waiting(database_url: str) -> int:
    with other_transaction(database_url) as cursor:
        cursor.execute(WAITING)
        (count,) = cursor.fetchone() or (0,)
        return int(count)


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_a_server_whose_requests_all_wait_for_a_row_is_healthy(
    anonymous: Client, staff: Client, product: Json, database_url: str, path: str
) -> None:
    with waiting_writers(staff, product, database_url) as writers:
        answer = anonymous.get(path)
        was_behind_them = all(writer.done() for writer in writers)

    assert (answer.status_code, was_behind_them) == (200, False)
