"""Orders after they are placed: paid by the owner, shipped by staff, cancelled by either."""

import uuid
from collections.abc import Callable
from functools import partial

import httpx
import pytest
from psycopg2.extensions import connection as Connection  # noqa: N812 - a class with a lower-case name

from tests.contract.client import Client, Json, at_once, refusal, statuses
from tests.contract.document import bound
from tests.contract.shop import new_order, stock_of

LIST = "/api/orders"


@pytest.fixture
def order(shopper: Client, product: Json) -> Json:
    """A pending order of 2 pieces."""
    return new_order(shopper, product, quantity=2)


def step(client: Client, order: Json, action: str) -> httpx.Response:
    return client.post(f"{LIST}/{order['id']}/{action}")


def test_owner_pays_and_staff_ship_an_order(staff: Client, shopper: Client, order: Json) -> None:
    paid, shipped = step(shopper, order, "pay"), step(staff, order, "ship")

    assert (paid.status_code, paid.json()["status"]) == (200, "paid")
    assert (shipped.status_code, shipped.json()["status"]) == (200, "shipped")
    assert order["updated_at"] < paid.json()["updated_at"] < shipped.json()["updated_at"]
    assert paid.json() | {"status": "", "updated_at": ""} == order | {"status": "", "updated_at": ""}
    assert shopper.get(f"{LIST}/{order['id']}").content == shipped.content


@pytest.mark.parametrize("is_paid", [False, True])
@pytest.mark.parametrize("by_staff", [False, True])
def test_cancelling_by_owner_or_staff_restores_the_stock(
    staff: Client, shopper: Client, product: Json, order: Json, *, is_paid: bool, by_staff: bool
) -> None:
    if is_paid:
        step(shopper, order, "pay")
    answer = step(staff if by_staff else shopper, order, "cancel")

    assert (answer.status_code, answer.json()["status"]) == (200, "cancelled")
    assert stock_of(shopper, product) == 10


@pytest.mark.parametrize(
    ("steps", "action"),
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
    staff: Client, shopper: Client, order: Json, steps: str, action: str
) -> None:
    caller = {"pay": shopper, "cancel": shopper, "ship": staff}
    for earlier in steps.split():
        assert step(caller[earlier], order, earlier).status_code == 200
    before = shopper.get(f"{LIST}/{order['id']}").content

    assert refusal(step(caller[action], order, action)) == (409, "wrong_status")
    assert shopper.get(f"{LIST}/{order['id']}").content == before


def test_staff_cannot_pay_orders_of_customers(staff: Client, order: Json) -> None:
    assert refusal(step(staff, order, "pay")) == (403, "permission_denied")


def test_staff_can_pay_their_own_orders(staff: Client, product: Json) -> None:
    assert step(staff, new_order(staff, product), "pay").status_code == 200


def test_customers_cannot_ship(shopper: Client, stranger: Client, order: Json) -> None:
    step(shopper, order, "pay")

    assert refusal(step(shopper, order, "ship")) == refusal(step(stranger, order, "ship")) == (403, "permission_denied")


def test_order_of_another_user_is_not_found(staff: Client, stranger: Client, order: Json) -> None:
    assert refusal(stranger.get(f"{LIST}/{order['id']}")) == (404, "not_found")
    assert refusal(step(stranger, order, "pay")) == (404, "not_found")
    assert refusal(step(stranger, order, "cancel")) == (404, "not_found")
    assert staff.get(f"{LIST}/{order['id']}").json() == order


def test_customers_list_their_own_orders_and_staff_all(
    staff: Client, shopper: Client, stranger: Client, order: Json
) -> None:
    assert shopper.pages(LIST) == [order]
    assert stranger.pages(LIST) == []
    assert order in staff.get(LIST).json()["items"]


@pytest.mark.parametrize("make", [str.upper, lambda id_: id_.replace("-", ""), lambda id_: f"{{{id_}}}", lambda _: "x"])
def test_non_canonical_order_id_is_not_found(
    shopper: Client, staff: Client, order: Json, make: Callable[[str], str]
) -> None:
    other = {"id": make(order["id"])}

    assert refusal(shopper.get(f"{LIST}/{other['id']}")) == (404, "not_found")
    assert refusal(step(shopper, other, "pay")) == (404, "not_found")
    assert refusal(step(shopper, other, "cancel")) == (404, "not_found")
    assert refusal(step(staff, other, "ship")) == (404, "not_found")


@pytest.mark.parametrize("action", ["pay", "cancel", "ship"])
def test_unknown_order_is_not_found(staff: Client, action: str) -> None:
    assert refusal(step(staff, {"id": str(uuid.uuid4())}, action)) == (404, "not_found")


def test_cancelling_cannot_exceed_the_maximum_stock(staff: Client, shopper: Client, product: Json, order: Json) -> None:
    most = bound("Stock", "maximum")
    staff.patch(f"/api/products/{product['slug']}", {"stock": most - 1})

    assert refusal(step(shopper, order, "cancel")) == (409, "stock_limit_exceeded")
    assert shopper.get(f"{LIST}/{order['id']}").json() == order
    assert stock_of(shopper, product) == most - 1


def test_concurrent_cancellations_restore_the_stock_once(
    staff: Client, shopper: Client, product: Json, order: Json
) -> None:
    callers = [shopper, staff] * 4
    answers = at_once([partial(step, caller, order, "cancel") for caller in callers])

    assert statuses(answers) == [200] + [409] * 7
    assert stock_of(shopper, product) == 10


def test_concurrent_pay_and_cancel_end_cancelled(shopper: Client, order: Json) -> None:
    paid, cancelled = at_once([partial(step, shopper, order, action) for action in ("pay", "cancel")])

    assert cancelled.status_code == 200
    assert paid.status_code in {200, 409}
    assert shopper.get(f"{LIST}/{order['id']}").json()["status"] == "cancelled"


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
        # A table that is known to be small is read as it lies there, not by an index, which would sort the lines.
        cursor.execute("ANALYZE order_items")

    assert [item["product"] for item in shopper.get(f"{LIST}/{order['id']}").json()["items"]] == slugs[::-1]
    assert [item["product"] for item in shopper.get(LIST).json()["items"][0]["items"]] == slugs[::-1]
