"""Idempotency-Key: the same key and order return the same response, a different order is rejected."""

from functools import partial

import httpx
import pytest

from tests.contract.client import Client, Json, field_errors, send_concurrently, status_and_code, statuses
from tests.contract.document import OPERATIONS
from tests.contract.shop import new_product, order_body, stock_of, unique_name

URL = "/api/orders"
MAX_LENGTH = next(one for one in OPERATIONS["place_order"].parameters if one["in"] == "header")["schema"]["maxLength"]


def new_key() -> str:
    """Return an idempotency key that no other test uses."""
    return unique_name("key").replace(" ", "-")


def place_order(client: Client, body: Json, *keys: str) -> httpx.Response:
    """Place an order with an Idempotency-Key header for each key."""
    return client.post(URL, body, headers=[("Idempotency-Key", key) for key in keys])


def test_repeated_request_returns_the_same_response_and_one_order(shopper: Client, product: Json) -> None:
    key = new_key()
    first, second = (place_order(shopper, order_body(product), key) for _ in range(2))

    assert (first.status_code, second.status_code) == (201, 201)
    assert (first.content, first.headers["location"]) == (second.content, second.headers["location"])
    assert len(shopper.pages(URL)) == 1
    assert stock_of(shopper, product) == 9


def test_repeated_request_returns_the_original_response_after_the_order_changed(
    staff: Client, shopper: Client, product: Json
) -> None:
    key = new_key()
    first = place_order(shopper, order_body(product), key)
    shopper.post(f"{URL}/{first.json()['id']}/cancel")
    staff.patch(f"/api/products/{product['slug']}", {"name": "Another", "price": "1", "is_active": False})

    assert place_order(shopper, order_body(product), key).content == first.content
    assert shopper.get(f"{URL}/{first.json()['id']}").json()["status"] == "cancelled"


def test_different_order_with_the_same_key_is_rejected(staff: Client, shopper: Client, category: Json) -> None:
    one, other = new_product(staff, category), new_product(staff, category)
    key = new_key()
    place_order(shopper, order_body(one), key)

    for body in (order_body(one, quantity=2), order_body(other), order_body(one, other)):
        assert field_errors(place_order(shopper, body, key)) == [("header", "/Idempotency-Key", "key_reused")]
    assert len(shopper.pages(URL)) == 1


def test_orders_are_compared_after_merging_lines(staff: Client, shopper: Client, category: Json) -> None:
    one, other = new_product(staff, category), new_product(staff, category)
    key = new_key()
    first = place_order(shopper, {"items": order_body(one, other)["items"] + order_body(one)["items"]}, key)
    merged = {"items": order_body(other)["items"] + order_body(one, quantity=2)["items"]}

    assert place_order(shopper, merged, key).content == first.content


def test_keys_are_scoped_to_the_user(shopper: Client, other_shopper: Client, product: Json) -> None:
    key = new_key()
    mine, theirs = (
        place_order(shopper, order_body(product), key),
        place_order(other_shopper, order_body(product, quantity=2), key),
    )

    assert (mine.status_code, theirs.status_code) == (201, 201)
    assert mine.json()["id"] != theirs.json()["id"]


def test_key_of_a_rejected_order_can_be_reused(shopper: Client, product: Json) -> None:
    key = new_key()

    assert status_and_code(place_order(shopper, order_body(product, quantity=11), key)) == (409, "out_of_stock")
    assert place_order(shopper, order_body({"slug": "nothing-of-this-name"}), key).status_code == 422
    assert place_order(shopper, order_body(product), key).status_code == 201


def test_every_request_without_a_key_creates_an_order(shopper: Client, product: Json) -> None:
    first, second = (place_order(shopper, order_body(product)) for _ in range(2))

    assert first.json()["id"] != second.json()["id"]


def test_concurrent_requests_with_the_same_key_create_one_order(shopper: Client, product: Json) -> None:
    for remaining_stock in (8, 6, 4):
        key = new_key()
        responses = send_concurrently([partial(place_order, shopper, order_body(product, quantity=2), key)] * 10)

        assert statuses(responses) == [201] * 10
        assert len({(response.content, response.headers["location"]) for response in responses}) == 1
        assert stock_of(shopper, product) == remaining_stock


def test_concurrent_different_orders_with_the_same_key_accept_one(shopper: Client, product: Json) -> None:
    key = new_key()
    calls = [partial(place_order, shopper, order_body(product, quantity=quantity), key) for quantity in (1, 2)]

    assert statuses(send_concurrently(calls * 4)) == [201] * 4 + [422] * 4
    assert len(shopper.pages(URL)) == 1


@pytest.mark.parametrize(
    "key", ["!", "~", "a" * MAX_LENGTH, '"quoted"', "a,b", "5f2b1c9e-order-1"], ids=lambda key: key[:9]
)
def test_visible_ascii_key_is_accepted(shopper: Client, product: Json, key: str) -> None:
    assert place_order(shopper, order_body(product), key).status_code == 201


@pytest.mark.parametrize(
    ("key", "code"),
    [
        ("", "too_short"),
        ("a" * (MAX_LENGTH + 1), "too_long"),
        ("a b", "invalid_characters"),
        ("a\tb", "control_character"),
        ("é", "invalid_characters"),
        ("a\u0085b", "control_character"),
    ],
    ids=lambda value: ascii(value)[:12],
)
def test_invalid_key_is_rejected(shopper: Client, product: Json, key: str, code: str) -> None:
    response = place_order(shopper, order_body(product), key)

    assert field_errors(response) == [("header", "/Idempotency-Key", code)]


def test_repeated_key_header_is_joined(shopper: Client, product: Json) -> None:
    first, second = new_key(), new_key()
    joined = place_order(shopper, order_body(product), first, second)

    assert place_order(shopper, order_body(product), f"{first},{second}").content == joined.content
