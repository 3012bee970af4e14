"""Placing an order reduces the stock and copies names and prices, or changes nothing."""

from collections.abc import Callable
from decimal import Decimal
from functools import partial

import pytest

from tests.contract.client import Client, Json, at_once, field_errors, refusal, statuses
from tests.contract.document import bound
from tests.contract.shop import new_order, new_product, order_of, stock_of

LIST = "/api/orders"


def line(product: Json, quantity: Json = 1) -> Json:
    return {"product": product["slug"], "quantity": quantity}


def test_order_copies_prices_and_names_and_reduces_stock(staff: Client, shopper: Client, category: Json) -> None:
    cup, pot = new_product(staff, category, price="19.99"), new_product(staff, category, price="0.1")
    answer = shopper.post(LIST, {"items": [line(cup, 2), line(pot, 3)]})
    order = answer.json()

    assert answer.status_code == 201
    assert answer.headers["location"] == f"{LIST}/{order['id']}"
    assert shopper.get(answer.headers["location"]).content == answer.content
    assert (order["status"], order["total"]) == ("pending", "40.28")
    assert order["items"] == [
        {
            "product": cup["slug"],
            "product_name": cup["name"],
            "unit_price": "19.99",
            "quantity": 2,
            "line_total": "39.98",
        },
        {
            "product": pot["slug"],
            "product_name": pot["name"],
            "unit_price": "0.10",
            "quantity": 3,
            "line_total": "0.30",
        },
    ]
    assert order["created_at"] == order["updated_at"]
    assert (stock_of(shopper, cup), stock_of(shopper, pot)) == (8, 7)


def test_order_keeps_names_and_prices_after_product_changes(staff: Client, shopper: Client, product: Json) -> None:
    order = new_order(shopper, product)
    staff.patch(f"/api/products/{product['slug']}", {"name": "Another", "price": "1", "is_active": False})

    assert shopper.get(f"{LIST}/{order['id']}").json() == order


def test_lines_of_the_same_product_are_merged(staff: Client, shopper: Client, category: Json) -> None:
    one, other = new_product(staff, category), new_product(staff, category)
    items = [line(other), line(one, 2), line(other, 3), line(one)]
    order = shopper.post(LIST, {"items": items}).json()

    assert [(item["product"], item["quantity"]) for item in order["items"]] == [(other["slug"], 4), (one["slug"], 3)]
    assert (stock_of(shopper, one), stock_of(shopper, other)) == (7, 6)


def test_order_updates_updated_at_of_the_product(shopper: Client, product: Json) -> None:
    new_order(shopper, product)

    assert shopper.get(f"/api/products/{product['slug']}").json()["updated_at"] > product["updated_at"]


def test_order_of_maximum_size_is_accepted(staff: Client, shopper: Client, category: Json) -> None:
    most = bound("NewOrderItem.quantity", "maximum")
    lines = bound("NewOrder.items", "maxItems")
    product = new_product(staff, category, price="99999999.99", stock=most * lines)
    order = shopper.post(LIST, {"items": [line(product, most)] * lines}).json()

    assert order["items"][0]["quantity"] == most * lines
    assert Decimal(order["total"]) == Decimal("99999999.99") * most * lines
    assert stock_of(shopper, product) == 0


def test_rejected_order_leaves_the_stock_unchanged(staff: Client, shopper: Client, category: Json) -> None:
    plenty, scarce = new_product(staff, category), new_product(staff, category, stock=1)

    assert refusal(shopper.post(LIST, {"items": [line(plenty), line(scarce, 2)]})) == (409, "out_of_stock")
    assert refusal(shopper.post(LIST, {"items": [line(plenty), line(scarce), line(scarce)]})) == (409, "out_of_stock")
    assert (stock_of(staff, plenty), stock_of(staff, scarce)) == (10, 1)
    assert shopper.pages(LIST) == []


def test_every_line_with_an_unavailable_product_is_reported(staff: Client, shopper: Client, category: Json) -> None:
    good, inactive = new_product(staff, category), new_product(staff, category, is_active=False)
    unknown = {"slug": "nothing-of-this-name"}
    items = [line(unknown), line(good, 99), line(inactive), line({"slug": "Not A Slug"}), line(unknown)]

    assert field_errors(shopper.post(LIST, {"items": items})) == [
        ("body", f"/items/{number}/product", "unknown_product") for number in (0, 2, 3, 4)
    ]


def test_staff_cannot_order_inactive_products(staff: Client, category: Json) -> None:
    inactive = new_product(staff, category, is_active=False)

    assert field_errors(staff.post(LIST, order_of(inactive))) == [("body", "/items/0/product", "unknown_product")]


def test_unknown_products_are_reported_before_missing_stock(shopper: Client, product: Json) -> None:
    items = [line(product, 99), line({"slug": "nothing-of-this-name"})]

    assert field_errors(shopper.post(LIST, {"items": items})) == [("body", "/items/1/product", "unknown_product")]


def test_number_of_lines_is_limited(shopper: Client, product: Json) -> None:
    too_many = [line(product)] * (bound("NewOrder.items", "maxItems") + 1)

    assert field_errors(shopper.post(LIST, {"items": []})) == [("body", "/items", "too_few")]
    assert field_errors(shopper.post(LIST, {"items": too_many})) == [("body", "/items", "too_many")]


def test_errors_of_lines_are_sorted_by_pointer(shopper: Client, product: Json) -> None:
    items = [line(product, 0), "text", line(product), {}, line(product) | {"price": "0.01"}, None]

    assert field_errors(shopper.post(LIST, {"items": items})) == [
        ("body", "/items/0/quantity", "too_small"),
        ("body", "/items/1", "not_an_object"),
        ("body", "/items/3/product", "required"),
        ("body", "/items/3/quantity", "required"),
        ("body", "/items/4/price", "unknown_field"),
        ("body", "/items/5", "null_not_allowed"),
    ]


def test_pointers_are_sorted_as_text(shopper: Client, product: Json) -> None:
    items = [line(product, 0) for _ in range(11)]
    pointers = [pointer for _, pointer, _ in field_errors(shopper.post(LIST, {"items": items}))]

    assert pointers == sorted(f"/items/{number}/quantity" for number in range(11))


@pytest.mark.parametrize("field", ["total", "status", "customer", "id"])
def test_read_only_fields_are_rejected(shopper: Client, product: Json, field: str) -> None:
    answer = shopper.post(LIST, order_of(product) | {field: "1"})

    assert field_errors(answer) == [("body", f"/{field}", "unknown_field")]


def test_concurrent_orders_sell_the_last_unit_once(shopper: Client, product_with_stock: Callable[[int], Json]) -> None:
    product = product_with_stock(1)
    answers = at_once([partial(shopper.post, LIST, order_of(product))] * 20)

    assert statuses(answers) == [201] + [409] * 19
    assert stock_of(shopper, product) == 0


def test_orders_locking_products_in_opposite_order_do_not_deadlock(
    staff: Client, shopper: Client, category: Json
) -> None:
    one, two, three = (new_product(staff, category, stock=100) for _ in range(3))
    orders = [(one, two, three), (three, two, one), (two, three, one), (three, one, two)] * 12
    answers = at_once([partial(shopper.post, LIST, order_of(*products)) for products in orders])

    assert statuses(answers) == [201] * 48
    assert [stock_of(staff, product) for product in (one, two, three)] == [52] * 3


def test_concurrent_orders_cancellations_and_adjustments_keep_the_stock_consistent(
    staff: Client, shopper: Client, category: Json
) -> None:
    one, other = (new_product(staff, category, stock=50) for _ in range(2))
    placed = [new_order(shopper, one, other, quantity=2) for _ in range(6)]
    calls = [
        *(partial(shopper.post, f"{LIST}/{order['id']}/cancel") for order in placed),
        *([partial(shopper.post, LIST, order_of(other, one))] * 6),
        *([partial(staff.post, f"/api/products/{other['slug']}/adjust-stock", {"quantity": 1})] * 6),
    ]

    assert statuses(at_once(calls)) == [200] * 12 + [201] * 6
    assert (stock_of(staff, one), stock_of(staff, other)) == (44, 50)
