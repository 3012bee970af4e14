"""Stock adjustments: the bounds of the stock, and concurrent adjustments."""

from functools import partial

import httpx
import pytest

from tests.contract.client import Client, Json, field_errors, send_concurrently, status_and_code, statuses
from tests.contract.document import bound
from tests.contract.shop import new_product, stock_of

MAX_STOCK = bound("Stock", "maximum")


def adjust(client: Client, product: Json, quantity: Json) -> httpx.Response:
    """Add a quantity, which may be negative, to the stock of a product."""
    return client.post(f"/api/products/{product['slug']}/adjust-stock", {"quantity": quantity})


def test_adjustment_adds_and_removes_stock(staff: Client, product: Json) -> None:
    more = adjust(staff, product, 5)
    none = adjust(staff, product, -15)

    assert (more.status_code, more.json()["stock"]) == (200, 15)
    assert (none.json()["stock"], none.json()["is_in_stock"]) == (0, False)
    assert product["updated_at"] < more.json()["updated_at"] < none.json()["updated_at"]
    assert staff.get(f"/api/products/{product['slug']}").content == none.content


def test_stock_cannot_fall_below_zero(staff: Client, product: Json) -> None:
    assert status_and_code(adjust(staff, product, -11)) == (409, "out_of_stock")
    response = adjust(staff, product, bound("StockAdjustment.quantity", "minimum"))

    assert status_and_code(response) == (409, "out_of_stock")
    assert stock_of(staff, product) == 10


def test_stock_cannot_exceed_its_maximum(staff: Client, product: Json) -> None:
    assert status_and_code(adjust(staff, product, MAX_STOCK)) == (409, "stock_limit_exceeded")
    assert adjust(staff, product, MAX_STOCK - 10).json()["stock"] == MAX_STOCK
    assert status_and_code(adjust(staff, product, 1)) == (409, "stock_limit_exceeded")


@pytest.mark.parametrize("quantity", [0, 0.0])
def test_adjustment_of_zero_is_rejected(staff: Client, product: Json, quantity: float) -> None:
    assert field_errors(adjust(staff, product, quantity)) == [("body", "/quantity", "zero_not_allowed")]


def test_stock_of_inactive_product_can_be_adjusted(staff: Client, category: Json) -> None:
    inactive = new_product(staff, category, is_active=False)

    assert adjust(staff, inactive, 1).json()["stock"] == 11


@pytest.mark.parametrize("slug", ["nothing-of-this-name", "Upper", "featured", "%00"])
def test_unknown_product_is_not_found(staff: Client, slug: str) -> None:
    assert status_and_code(adjust(staff, {"slug": slug}, 1)) == (404, "not_found")


def test_concurrent_adjustments_are_all_applied(staff: Client, product: Json) -> None:
    responses = send_concurrently(
        [partial(adjust, staff, product, 3)] * 10 + [partial(adjust, staff, product, -1)] * 10
    )

    assert statuses(responses) == [200] * 20
    assert stock_of(staff, product) == 10 + 10 * 3 - 10


def test_concurrent_removals_stop_at_zero(staff: Client, product: Json) -> None:
    responses = send_concurrently([partial(adjust, staff, product, -3)] * 8)

    assert statuses(responses) == [200] * 3 + [409] * 5
    assert stock_of(staff, product) == 1
