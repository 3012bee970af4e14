"""Orders after they are placed: paid by the owner, shipped by staff, cancelled by either."""

import uuid
from collections.abc import Callable
from functools import partial

import httpx
import pytest
from psycopg2.extensions import connection as Connection  # noqa: N812 - a class with a lower-case name

from tests.contract.client import Client, Json, send_concurrently, status_and_code, statuses
from tests.contract.document import bound
from tests.contract.shop import new_order, stock_of

URL = "/api/orders"


@pytest.fixture
def order(shopper: Client, product: Json) -> Json:
    """Place an order of 2 units."""
    return new_order(shopper, product, quantity=2)


def post_action(client: Client, order: Json, action: str) -> httpx.Response:
    """Pay, ship or cancel an order."""
    return client.post(f"{URL}/{order['id']}/{action}")


def test_owner_pays_and_staff_ship_an_order(staff: Client, shopper: Client, order: Json) -> None:
    paid, shipped = post_action(shopper, order, "pay"), post_action(staff, order, "ship")

    assert (paid.status_code, paid.json()["status"]) == (200, "paid")
    assert (shipped.status_code, shipped.json()["status"]) == (200, "shipped")
    assert order["updated_at"] < paid.json()["updated_at"] < shipped.json()["updated_at"]
    assert paid.json() | {"status": "", "updated_at": ""} == order | {"status": "", "updated_at": ""}
    assert shopper.get(f"{URL}/{order['id']}").content == shipped.content


@pytest.mark.parametrize("is_paid", [False, True])
@pytest.mark.parametrize("by_staff", [False, True])
def test_cancelling_by_owner_or_staff_restores_the_stock(
    staff: Client, shopper: Client, product: Json, order: Json, *, is_paid: bool, by_staff: bool
) -> None:
    if is_paid:
        post_action(shopper, order, "pay")
    response = post_action(staff if by_staff else shopper, order, "cancel")

    assert (response.status_code, response.json()["status"]) == (200, "cancelled")
    assert stock_of(shopper, product) == 10


@pytest.mark.parametrize(
    ("previous_actions", "action"),
    [
        ("pay", "pay"),
        ("cancel", "pay"),
        ("pay ship", "pay"),
        ("cancel", "cancel"),
        ("pay ship", "cancel"),
        ("", "ship"),
        ("cancel", "ship"),
        ("pay ship", "ship"),
    ],
)
def test_invalid_status_transition_is_rejected(
    staff: Client, shopper: Client, order: Json, previous_actions: str, action: str
) -> None:
    clients = {"pay": shopper, "cancel": shopper, "ship": staff}
    for previous_action in previous_actions.split():
        assert post_action(clients[previous_action], order, previous_action).status_code == 200
    before = shopper.get(f"{URL}/{order['id']}").content

    assert status_and_code(post_action(clients[action], order, action)) == (409, "wrong_status")
    assert shopper.get(f"{URL}/{order['id']}").content == before


def test_staff_cannot_pay_orders_of_customers(staff: Client, order: Json) -> None:
    assert status_and_code(post_action(staff, order, "pay")) == (403, "permission_denied")


def test_staff_can_pay_their_own_orders(staff: Client, product: Json) -> None:
    assert post_action(staff, new_order(staff, product), "pay").status_code == 200


def test_customers_cannot_ship(shopper: Client, other_shopper: Client, order: Json) -> None:
    post_action(shopper, order, "pay")

    assert status_and_code(post_action(shopper, order, "ship")) == (403, "permission_denied")
    assert status_and_code(post_action(other_shopper, order, "ship")) == (403, "permission_denied")


def test_order_of_another_user_is_not_found(staff: Client, other_shopper: Client, order: Json) -> None:
    assert status_and_code(other_shopper.get(f"{URL}/{order['id']}")) == (404, "not_found")
    assert status_and_code(post_action(other_shopper, order, "pay")) == (404, "not_found")
    assert status_and_code(post_action(other_shopper, order, "cancel")) == (404, "not_found")
    assert staff.get(f"{URL}/{order['id']}").json() == order


def test_customers_list_their_own_orders_and_staff_all(
    staff: Client, shopper: Client, other_shopper: Client, order: Json
) -> None:
    assert shopper.pages(URL) == [order]
    assert other_shopper.pages(URL) == []
    assert order in staff.get(URL).json()["items"]


@pytest.mark.parametrize("make", [str.upper, lambda id_: id_.replace("-", ""), lambda id_: f"{{{id_}}}", lambda _: "x"])
def test_non_canonical_order_id_is_not_found(
    shopper: Client, staff: Client, order: Json, make: Callable[[str], str]
) -> None:
    other = {"id": make(order["id"])}

    assert status_and_code(shopper.get(f"{URL}/{other['id']}")) == (404, "not_found")
    assert status_and_code(post_action(shopper, other, "pay")) == (404, "not_found")
    assert status_and_code(post_action(shopper, other, "cancel")) == (404, "not_found")
    assert status_and_code(post_action(staff, other, "ship")) == (404, "not_found")


@pytest.mark.parametrize("action", ["pay", "cancel", "ship"])
def test_unknown_order_is_not_found(staff: Client, action: str) -> None:
    assert status_and_code(post_action(staff, {"id": str(uuid.uuid4())}, action)) == (404, "not_found")


def test_cancelling_cannot_exceed_the_maximum_stock(staff: Client, shopper: Client, product: Json, order: Json) -> None:
    maximum = bound("Stock", "maximum")
    staff.patch(f"/api/products/{product['slug']}", {"stock": maximum - 1})

    assert status_and_code(post_action(shopper, order, "cancel")) == (409, "stock_limit_exceeded")
    assert shopper.get(f"{URL}/{order['id']}").json() == order
    assert stock_of(shopper, product) == maximum - 1


def test_concurrent_cancellations_restore_the_stock_once(
    staff: Client, shopper: Client, product: Json, order: Json
) -> None:
    clients = [shopper, staff] * 4
    responses = send_concurrently([partial(post_action, client, order, "cancel") for client in clients])

    assert statuses(responses) == [200] + [409] * 7
    assert stock_of(shopper, product) == 10


def test_concurrent_pay_and_cancel_end_cancelled(shopper: Client, order: Json) -> None:
    paid, cancelled = send_concurrently([partial(post_action, shopper, order, action) for action in ("pay", "cancel")])

    assert cancelled.status_code == 200
    assert paid.status_code in {200, 409}
    assert shopper.get(f"{URL}/{order['id']}").json()["status"] == "cancelled"


def test_order_lines_keep_their_position(staff: Client, shopper: Client, sql: Connection) -> None:
    category = staff.post("/api/categories", {"name": uuid.uuid4().hex}).json()
    slugs = []
    for number in range(5):
        body = {"name": f"{number} {category['name']}", "description": "x" * 10, "price": "1", "stock": 9}
        slugs.append(staff.post("/api/products", body | {"category": category["slug"]}).json()["slug"])
    order = new_order(shopper, *({"slug": slug} for slug in reversed(slugs)))
    with sql.cursor() as cursor:
        cursor.execute(
            "UPDATE order_items SET quantity = quantity WHERE order_id = %s AND position = 1", (order["id"],)
        )
        # PostgreSQL then scans the table, because it is small; an index would return the lines sorted.
        cursor.execute("ANALYZE order_items")

    assert [item["product"] for item in shopper.get(f"{URL}/{order['id']}").json()["items"]] == slugs[::-1]
    assert [item["product"] for item in shopper.get(URL).json()["items"][0]["items"]] == slugs[::-1]
