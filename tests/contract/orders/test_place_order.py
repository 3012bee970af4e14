"""Placing an order reduces the stock and copies names and prices, or changes nothing."""

from collections.abc import Callable
from decimal import Decimal
from functools import partial

import pytest

from tests.contract.client import Client, Json, field_errors, send_concurrently, status_and_code, statuses
from tests.contract.document import bound
from tests.contract.shop import new_order, new_product, order_body, stock_of

URL = "/api/orders"


def order_line(product: Json, quantity: Json = 1) -> Json:
    """Return a line of the body of an order."""
    return {"product": product["slug"], "quantity": quantity}


def test_order_copies_prices_and_names_and_reduces_stock(staff: Client, shopper: Client, category: Json) -> None:
    cup, pot = new_product(staff, category, price="19.99"), new_product(staff, category, price="0.1")
    response = shopper.post(URL, {"items": [order_line(cup, 2), order_line(pot, 3)]})
    order = response.json()

    assert response.status_code == 201
    assert response.headers["location"] == f"{URL}/{order['id']}"
    assert shopper.get(response.headers["location"]).content == response.content
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

    assert shopper.get(f"{URL}/{order['id']}").json() == order


def test_lines_of_the_same_product_are_merged(staff: Client, shopper: Client, category: Json) -> None:
    one, other = new_product(staff, category), new_product(staff, category)
    items = [order_line(other), order_line(one, 2), order_line(other, 3), order_line(one)]
    order = shopper.post(URL, {"items": items}).json()

    assert [(item["product"], item["quantity"]) for item in order["items"]] == [(other["slug"], 4), (one["slug"], 3)]
    assert (stock_of(shopper, one), stock_of(shopper, other)) == (7, 6)


def test_order_updates_updated_at_of_the_product(shopper: Client, product: Json) -> None:
    new_order(shopper, product)

    assert shopper.get(f"/api/products/{product['slug']}").json()["updated_at"] > product["updated_at"]


def test_order_of_maximum_size_is_accepted(staff: Client, shopper: Client, category: Json) -> None:
    maximum = bound("NewOrderItem.quantity", "maximum")
    lines = bound("NewOrder.items", "maxItems")
    product = new_product(staff, category, price="99999999.99", stock=maximum * lines)
    order = shopper.post(URL, {"items": [order_line(product, maximum)] * lines}).json()

    assert order["items"][0]["quantity"] == maximum * lines
    assert Decimal(order["total"]) == Decimal("99999999.99") * maximum * lines
    assert stock_of(shopper, product) == 0


def test_rejected_order_leaves_the_stock_unchanged(staff: Client, shopper: Client, category: Json) -> None:
    in_stock, last_unit = new_product(staff, category), new_product(staff, category, stock=1)

    response = shopper.post(URL, {"items": [order_line(in_stock), order_line(last_unit, 2)]})

    assert status_and_code(response) == (409, "out_of_stock")
    assert status_and_code(
        shopper.post(URL, {"items": [order_line(in_stock), order_line(last_unit), order_line(last_unit)]})
    ) == (409, "out_of_stock")
    assert (stock_of(staff, in_stock), stock_of(staff, last_unit)) == (10, 1)
    assert shopper.pages(URL) == []


def test_every_line_with_an_unavailable_product_is_reported(staff: Client, shopper: Client, category: Json) -> None:
    good, inactive = new_product(staff, category), new_product(staff, category, is_active=False)
    unknown = {"slug": "nothing-of-this-name"}
    items = [
        order_line(unknown),
        order_line(good, 99),
        order_line(inactive),
        order_line({"slug": "Not A Slug"}),
        order_line(unknown),
    ]

    assert field_errors(shopper.post(URL, {"items": items})) == [
        ("body", f"/items/{number}/product", "unknown_product") for number in (0, 2, 3, 4)
    ]


def test_staff_cannot_order_inactive_products(staff: Client, category: Json) -> None:
    inactive = new_product(staff, category, is_active=False)

    assert field_errors(staff.post(URL, order_body(inactive))) == [("body", "/items/0/product", "unknown_product")]


def test_unknown_products_are_reported_before_missing_stock(shopper: Client, product: Json) -> None:
    items = [order_line(product, 99), order_line({"slug": "nothing-of-this-name"})]

    assert field_errors(shopper.post(URL, {"items": items})) == [("body", "/items/1/product", "unknown_product")]


def test_number_of_lines_is_limited(shopper: Client, product: Json) -> None:
    too_many = [order_line(product)] * (bound("NewOrder.items", "maxItems") + 1)

    assert field_errors(shopper.post(URL, {"items": []})) == [("body", "/items", "too_few")]
    assert field_errors(shopper.post(URL, {"items": too_many})) == [("body", "/items", "too_many")]


def test_errors_of_lines_are_sorted_by_pointer(shopper: Client, product: Json) -> None:
    items = [order_line(product, 0), "text", order_line(product), {}, order_line(product) | {"price": "0.01"}, None]

    assert field_errors(shopper.post(URL, {"items": items})) == [
        ("body", "/items/0/quantity", "too_small"),
        ("body", "/items/1", "not_an_object"),
        ("body", "/items/3/product", "required"),
        ("body", "/items/3/quantity", "required"),
        ("body", "/items/4/price", "unknown_field"),
        ("body", "/items/5", "null_not_allowed"),
    ]


def test_pointers_are_sorted_as_text(shopper: Client, product: Json) -> None:
    items = [order_line(product, 0) for _ in range(11)]
    pointers = [pointer for _, pointer, _ in field_errors(shopper.post(URL, {"items": items}))]

    assert pointers == sorted(f"/items/{number}/quantity" for number in range(11))


@pytest.mark.parametrize("field", ["total", "status", "customer", "id"])
def test_read_only_fields_are_rejected(shopper: Client, product: Json, field: str) -> None:
    response = shopper.post(URL, order_body(product) | {field: "1"})

    assert field_errors(response) == [("body", f"/{field}", "unknown_field")]


def test_concurrent_orders_sell_the_last_unit_once(shopper: Client, product_with_stock: Callable[[int], Json]) -> None:
    product = product_with_stock(1)
    responses = send_concurrently([partial(shopper.post, URL, order_body(product))] * 20)

    assert statuses(responses) == [201] + [409] * 19
    assert stock_of(shopper, product) == 0


def test_orders_locking_products_in_opposite_order_do_not_deadlock(
    staff: Client, shopper: Client, category: Json
) -> None:
    one, two, three = (new_product(staff, category, stock=100) for _ in range(3))
    orders = [(one, two, three), (three, two, one), (two, three, one), (three, one, two)] * 12
    responses = send_concurrently([partial(shopper.post, URL, order_body(*products)) for products in orders])

    assert statuses(responses) == [201] * 48
    assert [stock_of(staff, product) for product in (one, two, three)] == [52] * 3


def test_concurrent_orders_cancellations_and_adjustments_keep_the_stock_consistent(
    staff: Client, shopper: Client, category: Json
) -> None:
    one, other = (new_product(staff, category, stock=50) for _ in range(2))
    placed = [new_order(shopper, one, other, quantity=2) for _ in range(6)]
    calls = [
        *(partial(shopper.post, f"{URL}/{order['id']}/cancel") for order in placed),
        *([partial(shopper.post, URL, order_body(other, one))] * 6),
        *([partial(staff.post, f"/api/products/{other['slug']}/adjust-stock", {"quantity": 1})] * 6),
    ]

    assert statuses(send_concurrently(calls)) == [200] * 12 + [201] * 6
    assert (stock_of(staff, one), stock_of(staff, other)) == (44, 50)
