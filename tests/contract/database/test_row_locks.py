"""A request waits for a row lock of another transaction, and then uses the committed values."""

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from urllib.parse import urlsplit

import httpx
import pytest
from psycopg2.extensions import connection as Connection  # noqa: N812 - a class with a lower-case name

from harness.postgres.server import Server
from tests.contract.client import Client, Json, field_errors, status_and_code
from tests.contract.shop import DESCRIPTION, new_category, new_order, new_product, order_body, stock_of, unique_name

TIMEOUT_SECONDS = 30
COUNT_BLOCKED_REQUESTS = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
)

type SendDuringChange = Callable[[Callable[[], httpx.Response], str, str], httpx.Response]


@pytest.fixture
def send_during_change(server: Server, sql: Connection, database_url: str) -> SendDuringChange:
    """Return a function that sends a request while another transaction has changed a row.

    The other transaction commits when the request waits for its lock.
    """
    name = urlsplit(database_url).path.removeprefix("/")

    def send(request: Callable[[], httpx.Response], change: str, id_: str) -> httpx.Response:
        with server.connection(name) as connection, connection.cursor() as cursor, ThreadPoolExecutor(1) as pool:
            cursor.execute("BEGIN")
            cursor.execute(change, (id_,))
            response = pool.submit(request)
            try:
                wait_until_blocked(response, sql)
            finally:
                cursor.execute("COMMIT")
            return response.result()

    return send


def wait_until_blocked(response: "Future[httpx.Response]", sql: Connection, requests: int = 1) -> None:
    """Return when this number of requests wait for a lock. Fail if the response arrives before that."""
    deadline = time.monotonic() + TIMEOUT_SECONDS
    with sql.cursor() as cursor:
        while time.monotonic() < deadline:
            cursor.execute(COUNT_BLOCKED_REQUESTS)
            if (cursor.fetchone() or (0,))[0] >= requests:
                return
            assert not response.done(), f"the request did not wait: {response.result().text}"
            time.sleep(0.005)
    pytest.fail("no lock and no response within the timeout")


def test_order_uses_committed_stock(shopper: Client, product: Json, send_during_change: SendDuringChange) -> None:
    place_order = partial(shopper.post, "/api/orders", order_body(product))

    response = send_during_change(place_order, "UPDATE products SET stock = 0 WHERE id = %s", product["id"])

    assert status_and_code(response) == (409, "out_of_stock")


def test_order_uses_committed_price(shopper: Client, product: Json, send_during_change: SendDuringChange) -> None:
    place_order = partial(shopper.post, "/api/orders", order_body(product))

    response = send_during_change(place_order, "UPDATE products SET price = 7 WHERE id = %s", product["id"])

    assert (response.status_code, response.json()["total"]) == (201, "7.00")


def test_order_rejects_concurrently_deleted_product(
    shopper: Client, product: Json, send_during_change: SendDuringChange
) -> None:
    place_order = partial(shopper.post, "/api/orders", order_body(product))

    response = send_during_change(place_order, "DELETE FROM products WHERE id = %s", product["id"])

    assert field_errors(response) == [("body", "/items/0/product", "unknown_product")]


def test_adjustment_adds_to_committed_stock(staff: Client, product: Json, send_during_change: SendDuringChange) -> None:
    adjust = partial(staff.post, f"/api/products/{product['slug']}/adjust-stock", {"quantity": 5})

    response = send_during_change(adjust, "UPDATE products SET stock = 3 WHERE id = %s", product["id"])

    assert (response.status_code, response.json()["stock"]) == (200, 8)
    assert stock_of(staff, product) == 8


def test_update_keeps_concurrent_change_of_another_field(
    staff: Client, product: Json, send_during_change: SendDuringChange
) -> None:
    change = partial(staff.patch, f"/api/products/{product['slug']}", {"price": "7"})

    response = send_during_change(change, "UPDATE products SET stock = 3 WHERE id = %s", product["id"])

    assert (response.json()["price"], response.json()["stock"]) == ("7.00", 3)


@pytest.mark.parametrize(
    ("method", "address", "body"),
    [("POST", "/api/products/{}/adjust-stock", {"quantity": 5}), ("PATCH", "/api/products/{}", {"price": "7"})],
)
def test_update_succeeds_for_concurrently_moved_product(
    staff: Client, product: Json, send_during_change: SendDuringChange, method: str, address: str, body: Json
) -> None:
    other = new_category(staff)
    change = partial(staff.request, method, address.format(product["slug"]), json=body)

    response = send_during_change(
        change, f"UPDATE products SET category_id = '{other['id']}' WHERE id = %s", product["id"]
    )

    assert (response.status_code, response.json().get("category")) == (200, other["slug"])


@pytest.mark.parametrize("action", ["pay", "cancel"])
def test_concurrently_cancelled_order_cannot_be_paid_or_cancelled(
    shopper: Client, product: Json, send_during_change: SendDuringChange, action: str
) -> None:
    order = new_order(shopper, product)
    step = partial(shopper.post, f"/api/orders/{order['id']}/{action}")

    response = send_during_change(step, "UPDATE orders SET status = 'cancelled' WHERE id = %s", order["id"])

    assert status_and_code(response) == (409, "wrong_status")
    assert stock_of(shopper, product) == 9


def test_create_product_rejects_concurrently_deleted_category(
    staff: Client, category: Json, send_during_change: SendDuringChange
) -> None:
    body = {"name": unique_name(), "description": DESCRIPTION, "price": "1", "category": category["slug"]}
    create = partial(staff.post, "/api/products", body)

    response = send_during_change(create, "DELETE FROM categories WHERE id = %s", category["id"])

    assert field_errors(response) == [("body", "/category", "unknown_category")]


def test_category_with_concurrently_added_subcategory_is_not_deleted(
    staff: Client, category: Json, send_during_change: SendDuringChange
) -> None:
    name = unique_name()
    delete = partial(staff.delete, f"/api/categories/{category['slug']}")
    # Checking the reference immediately locks the category, as a request to an implementation does.
    insert = (
        f"SET CONSTRAINTS ALL IMMEDIATE; INSERT INTO categories (name, slug, description, parent_id)"
        f" VALUES ('{name}', '{name}', '', %s)"
    )

    response = send_during_change(delete, insert, category["id"])

    assert status_and_code(response) == (409, "category_in_use")


def test_concurrently_ordered_product_is_not_deleted(
    staff: Client, shopper: Client, product: Json, category: Json, send_during_change: SendDuringChange
) -> None:
    order = new_order(shopper, new_product(staff, category))
    delete = partial(staff.delete, f"/api/products/{product['slug']}")
    insert = (
        "SET CONSTRAINTS ALL IMMEDIATE; INSERT INTO order_items"
        " (order_id, position, product_id, product_slug, product_name, unit_price, quantity)"
        f" SELECT '{order['id']}', 2, id, slug, name, price, 1 FROM products WHERE id = %s"
    )

    response = send_during_change(delete, insert, product["id"])

    assert status_and_code(response) == (409, "product_in_use")
