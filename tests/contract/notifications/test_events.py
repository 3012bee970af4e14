"""Each change stores its events in its own transaction."""

from collections.abc import Callable
from typing import Any

import pytest
from psycopg2.extensions import connection as Connection  # noqa: N812 - a class with a lower-case name

from tests.contract.client import Client, Json
from tests.contract.document import SETTINGS
from tests.contract.shop import new_account, new_order, new_product, order_body, product_body, rows
from tests.pictures import picture

LOW = SETTINGS["events"]["low_stock"]


class Recorded:
    """The events that were stored since the last call, as (type, data, customer, whether it is public)."""

    def __init__(self, sql: Connection) -> None:
        self.sql = sql

    def __call__(self) -> list[tuple[str, Any, str | None, bool]]:
        found = rows(
            self.sql,
            "WITH read AS (DELETE FROM outbox RETURNING *)"
            " SELECT type, data, customer_id::text, is_public FROM read ORDER BY transaction_id, id",
        )
        return [(event_type, data, customer, public) for event_type, data, customer, public in found]


@pytest.fixture
def recorded(sql: Connection) -> Recorded:
    """Return the events that were stored since the last call."""
    return Recorded(sql)


def details(product: Json, **changes: Any) -> dict[str, Any]:
    """Return the data of an event of a product."""
    return {name: product[name] for name in ("slug", "name", "price", "stock", "is_active")} | changes


def test_created_product_is_an_event(staff: Client, category: Json, recorded: Recorded) -> None:
    product = new_product(staff, category, price="5", stock=LOW + 1)

    assert recorded() == [("product.created", details(product, price="5.00"), None, True)]


def test_events_of_inactive_products_are_not_public(staff: Client, category: Json, recorded: Recorded) -> None:
    product = new_product(staff, category, is_active=False)
    staff.patch(f"/api/products/{product['slug']}", {"stock": 1})

    assert recorded() == [
        ("product.created", details(product), None, False),
        ("product.updated", details(product, stock=1), None, False),
    ]


CHANGES: dict[str, tuple[Callable[[Client, str], Any], dict[str, Any]]] = {
    "update": (
        lambda staff, url: staff.patch(url, {"name": "Another", "price": "7.5"}),
        {"name": "Another", "price": "7.50"},
    ),
    "adjust_stock": (lambda staff, url: staff.post(f"{url}/adjust-stock", {"quantity": 5}), {"stock": LOW + 10}),
    "set_image": (
        lambda staff, url: staff.request("PUT", f"{url}/image", files={"image": ("a.png", picture({}))}),
        {},
    ),
}


@pytest.mark.parametrize(("change", "changed"), CHANGES.values(), ids=CHANGES)
def test_changed_product_is_an_event(
    staff: Client,
    category: Json,
    recorded: Recorded,
    change: Callable[[Client, str], Any],
    changed: dict[str, Any],
) -> None:
    product = new_product(staff, category, stock=LOW + 5)
    recorded()
    assert change(staff, f"/api/products/{product['slug']}").status_code == 200

    assert recorded() == [("product.updated", details(product, **changed), None, True)]


def test_deleted_image_is_an_event(staff: Client, product: Json, recorded: Recorded) -> None:
    url = f"/api/products/{product['slug']}/image"
    staff.request("PUT", url, files={"image": ("a.png", picture({}))})
    recorded()
    assert staff.delete(url).status_code == 204

    assert recorded() == [("product.updated", details(product), None, True)]


def test_change_without_fields_is_no_event(staff: Client, product: Json, recorded: Recorded) -> None:
    recorded()
    staff.patch(f"/api/products/{product['slug']}", {})

    assert recorded() == []


def test_order_and_its_states_are_events_of_the_customer(
    anonymous: Client, staff: Client, sql: Connection, category: Json, recorded: Recorded
) -> None:
    customer = new_account(sql)
    shopper = anonymous.as_(customer)
    product = new_product(staff, category, stock=LOW + 5, price="2.5")
    recorded()
    paid, cancelled = new_order(shopper, product, quantity=2), new_order(shopper, product)
    shopper.post(f"/api/orders/{paid['id']}/pay")
    staff.post(f"/api/orders/{paid['id']}/ship")
    shopper.post(f"/api/orders/{cancelled['id']}/cancel")

    def created(order: Json) -> tuple[str, Any, str, bool]:
        data = {"id": order["id"], "status": "pending", "total": order["total"]}
        return "order.created", data, customer.id, False

    def status(order: Json, name: str) -> tuple[str, Any, str, bool]:
        return "order.status", {"id": order["id"], "status": name}, customer.id, False

    assert recorded() == [
        created(paid),
        created(cancelled),
        status(paid, "paid"),
        status(paid, "shipped"),
        status(cancelled, "cancelled"),
    ]


def low(product: Json, stock: int) -> tuple[str, Any, None, bool]:
    """Return the event of a product of which few pieces are left."""
    return "stock.low", {"slug": product["slug"], "name": product["name"], "stock": stock}, None, True


def test_order_that_makes_stock_low_is_an_event_for_each_product(
    staff: Client, shopper: Client, category: Json, recorded: Recorded
) -> None:
    many, some, few = (new_product(staff, category, stock=LOW + extra) for extra in (5, 0, -1))
    recorded()
    new_order(shopper, few, some, many)

    assert [event for event in recorded() if event[0] == "stock.low"] == [low(some, LOW - 1)]


@pytest.mark.parametrize("change", ["adjust_stock", "update"])
def test_change_that_makes_stock_low_is_an_event_once(
    staff: Client, category: Json, recorded: Recorded, change: str
) -> None:
    product = new_product(staff, category, stock=LOW)
    url = f"/api/products/{product['slug']}"
    recorded()
    for stock in (LOW - 1, LOW - 2):
        if change == "update":
            staff.patch(url, {"stock": stock})
        else:
            staff.post(f"{url}/adjust-stock", {"quantity": -1})

    assert recorded() == [
        ("product.updated", details(product, stock=LOW - 1), None, True),
        low(product, LOW - 1),
        ("product.updated", details(product, stock=LOW - 2), None, True),
    ]


def test_low_stock_of_an_inactive_product_is_no_event(staff: Client, category: Json, recorded: Recorded) -> None:
    product = new_product(staff, category, stock=LOW)
    recorded()
    staff.patch(f"/api/products/{product['slug']}", {"stock": 0, "is_active": False})

    assert recorded() == [("product.updated", details(product, stock=0, is_active=False), None, False)]


def test_rejected_requests_store_no_event(staff: Client, shopper: Client, product: Json, recorded: Recorded) -> None:
    recorded()
    rejected = [
        staff.post("/api/products", product_body({"slug": "no-such-category"})),
        staff.post(f"/api/products/{product['slug']}/adjust-stock", {"quantity": -1000}),
        staff.patch(f"/api/products/{product['slug']}", {"category": "no-such-category"}),
        shopper.post("/api/orders", order_body(product, quantity=1000)),
        staff.delete(f"/api/products/{product['slug']}/image"),
    ]

    assert [response.status_code for response in rejected] == [422, 409, 422, 409, 404]
    assert recorded() == []


def test_repeated_order_stores_no_second_event(shopper: Client, product: Json, recorded: Recorded) -> None:
    recorded()
    for _ in range(2):
        shopper.post("/api/orders", order_body(product), headers={"Idempotency-Key": "again"})

    assert [event_type for event_type, *_ in recorded()] == ["stock.low", "order.created"]


def test_event_and_change_have_the_same_transaction(staff: Client, category: Json, sql: Connection) -> None:
    product = new_product(staff, category)

    assert rows(sql, "SELECT xmin::text, transaction_id::text FROM outbox") == [
        rows(sql, "SELECT xmin::text, xmin::text FROM products WHERE slug = %s", product["slug"])[0]
    ]
