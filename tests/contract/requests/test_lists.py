"""Lists: pagination to the last page, every ordering with ties, cursors."""

import base64
import json
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal

import pytest
from psycopg2.extensions import connection as Connection  # noqa: N812 - a class with a lower-case name

from tests.contract.client import Client, Json, field_errors
from tests.contract.document import OPERATIONS, SETTINGS, schema
from tests.contract.shop import new_category, new_order, unique_name

ORDERINGS = schema("ProductOrdering")["enum"]
DEFAULT_ORDERING = schema("ProductOrdering")["default"]
SORT_KEYS: dict[str, Callable[[Json], object]] = {
    "created_at": lambda item: datetime.fromisoformat(item["created_at"]),
    "price": lambda item: Decimal(item["price"]),
    "name": lambda item: item["name"],
}
PATHS = {"products": "/api/products", "categories": "/api/categories", "orders": "/api/orders"}

every_ordering = pytest.mark.parametrize("ordering", ORDERINGS)


def sorted_by(items: list[Json], ordering: str) -> list[Json]:
    """Return the items in the order of the contract: by the column, then by id in the same direction."""
    key = SORT_KEYS[ordering.removeprefix("-")]
    return sorted(items, key=lambda item: (key(item), item["id"]), reverse=ordering.startswith("-"))


@pytest.fixture
def category_with_ties(sql: Connection, category: Json) -> Json:
    """Create a category with 23 products, of which several have the same name, price or time."""
    with sql.cursor() as cursor:
        cursor.execute(
            "INSERT INTO products"
            " (name, slug, description, price, stock, category_id, is_active, created_at, updated_at)"
            " SELECT (array['Tea', 'tea', 'Äther', 'Zebra', '茶'])[1 + n %% 5], %s || n, 'One of many products.',"
            " (array[5, 5.5, 10])[1 + n %% 3], n %% 2, %s, true, t, t FROM generate_series(1, 23) AS n,"
            " LATERAL (SELECT timestamptz '2026-01-01 10:00:00Z' + n / 4 * interval '0.5 s' AS t)",
            (f"{category['slug']}-", category["id"]),
        )
    return category


@every_ordering
def test_ordering_is_consistent_across_pages(anonymous: Client, category_with_ties: Json, ordering: str) -> None:
    all_items = anonymous.pages("/api/products", category=category_with_ties["slug"], ordering=ordering, limit=100)
    assert all_items == sorted_by(all_items, ordering)
    assert len(all_items) == 23

    for limit in (1, 4, 22, 23):
        pages = anonymous.pages("/api/products", category=category_with_ties["slug"], ordering=ordering, limit=limit)
        assert pages == all_items


def test_default_page_is_the_newest_twenty(anonymous: Client, category_with_ties: Json) -> None:
    page = anonymous.get("/api/products", params={"category": category_with_ties["slug"]}).json()
    explicit = {
        "category": category_with_ties["slug"],
        "ordering": DEFAULT_ORDERING,
        "limit": SETTINGS["pages"]["default_limit"],
    }

    assert page == anonymous.get("/api/products", params=explicit).json()
    assert len(page["items"]) == SETTINGS["pages"]["default_limit"]


@every_ordering
def test_cursor_is_base64url_of_ordering_value_and_id(
    anonymous: Client, category_with_ties: Json, ordering: str
) -> None:
    params = {"category": category_with_ties["slug"], "ordering": ordering, "limit": 5}
    page = anonymous.get("/api/products", params=params).json()
    last = page["items"][-1]

    assert page["next"] == encode_cursor([ordering, last[ordering.removeprefix("-")], last["id"]])


def encode_cursor(value: Json) -> str:
    """Return the cursor that contains a JSON value."""
    content = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def test_cursor_is_independent_of_filters(anonymous: Client, category_with_ties: Json) -> None:
    page = anonymous.get("/api/products", params={"category": category_with_ties["slug"], "limit": 1}).json()

    assert anonymous.get("/api/products", params={"cursor": page["next"]}).status_code == 200


def test_cursor_is_valid_after_its_row_is_deleted(anonymous: Client, category_with_ties: Json, sql: Connection) -> None:
    params = {"category": category_with_ties["slug"], "ordering": "name", "limit": "5"}
    page = anonymous.get("/api/products", params=params).json()
    remaining = anonymous.pages("/api/products", **params, cursor=page["next"])
    with sql.cursor() as cursor:
        cursor.execute("DELETE FROM products WHERE id = %s", (page["items"][-1]["id"],))

    assert anonymous.pages("/api/products", **params, cursor=page["next"]) == remaining


UUID = "019ab0c4-3f60-7c3e-9a55-0f1f6f1c2d40"
TIME = "2026-03-01T09:30:00.123456Z"
INVALID_CURSORS = [
    "x",
    "abc",
    "a" * 2001,
    "eA==",
    "e+/A",
    encode_cursor({}),
    encode_cursor([]),
    encode_cursor(None),
    encode_cursor("x"),
    encode_cursor(["-created_at", TIME]),
    encode_cursor(["-created_at", TIME, UUID, 1]),
    encode_cursor(["created_at", TIME, UUID]),
    encode_cursor(["-created_at", 1, UUID]),
    encode_cursor(["-created_at", "yesterday", UUID]),
    encode_cursor(["-created_at", "2026-03-01T09:30:00.123456+00:00", UUID]),
    encode_cursor(["-created_at", "2026-03-01T09:30:00.123Z", UUID]),
    encode_cursor(["-created_at", "2026-03-01T09:30:00.000000Z", UUID]),
    encode_cursor(["-created_at", "2026-02-30T09:30:00Z", UUID]),
    encode_cursor(["-created_at", "0000-01-01T00:00:00Z", UUID]),
    encode_cursor(["-created_at", TIME, UUID.upper()]),
    encode_cursor(["-created_at", TIME, "1"]),
    encode_cursor(["-created_at", TIME, None]),
    encode_cursor([["-created_at"], TIME, UUID]),
    base64.urlsafe_b64encode(f'["-created_at", "{TIME}", "{UUID}"]'.encode()).rstrip(b"=").decode(),
    base64.urlsafe_b64encode(f'["-created_at","{TIME}","{UUID}"]\n'.encode()).rstrip(b"=").decode(),
    encode_cursor(["-created_at", TIME, UUID]) + "AA",
    base64.urlsafe_b64encode(b'["\xff"]').rstrip(b"=").decode(),
]


@pytest.mark.parametrize("name", ["products", "orders"])
@pytest.mark.parametrize("cursor", INVALID_CURSORS, ids=range(len(INVALID_CURSORS)))
def test_invalid_cursor_is_rejected(shopper: Client, name: str, cursor: str) -> None:
    code = "too_long" if len(cursor) > 2000 else "invalid_cursor"

    assert field_errors(shopper.get(PATHS[name], params={"cursor": cursor})) == [("query", "/cursor", code)]


@pytest.mark.parametrize(
    ("ordering", "value"),
    [
        ("price", "5"),
        ("price", "5.001"),
        ("price", "-1.00"),
        ("price", 5),
        ("price", "NaN"),
        ("name", 1),
        ("name", None),
    ],
)
def test_cursor_with_a_value_of_another_type_is_rejected(anonymous: Client, ordering: str, value: Json) -> None:
    params = {"ordering": ordering, "cursor": encode_cursor([ordering, value, UUID])}

    assert field_errors(anonymous.get("/api/products", params=params)) == [("query", "/cursor", "invalid_cursor")]


def test_cursor_of_another_ordering_is_rejected(anonymous: Client, category_with_ties: Json) -> None:
    page = anonymous.get(
        "/api/products", params={"category": category_with_ties["slug"], "ordering": "name", "limit": 1}
    ).json()
    response = anonymous.get("/api/products", params={"ordering": "-name", "cursor": page["next"]})

    assert field_errors(response) == [("query", "/cursor", "invalid_cursor")]


def test_categories_are_sorted_by_name_across_pages(staff: Client, anonymous: Client) -> None:
    created = [
        new_category(staff, name=unique_name(word)) for word in ("Zebra", "tea", "Tea", "Äther", "茶", "'quoted\"")
    ]
    categories = anonymous.pages("/api/categories", limit=7)

    assert [item["id"] for item in categories] == [item["id"] for item in sorted_by(categories, "name")]
    assert all(category in categories for category in created)
    assert len({item["id"] for item in categories}) == len(categories)
    assert anonymous.pages("/api/categories", limit=100) == categories


def test_orders_are_sorted_newest_first_across_pages(shopper: Client, product: Json, sql: Connection) -> None:
    created = [new_order(shopper, product)["id"] for _ in range(7)]
    with sql.cursor() as cursor:
        cursor.execute(
            "UPDATE orders SET created_at = timestamptz '2026-01-01Z' WHERE id::text = ANY(%s)", (created[:5],)
        )
    orders = shopper.pages("/api/orders")

    assert {order["id"] for order in orders} == set(created)
    assert orders == sorted_by(orders, "-created_at")
    for limit in (1, 2, 3, 7):
        assert shopper.pages("/api/orders", limit=limit) == orders


def test_full_last_page_has_no_next_cursor(shopper: Client, product: Json) -> None:
    for _ in range(2):
        new_order(shopper, product)

    assert shopper.get("/api/orders", params={"limit": 2}).json()["next"] is None
    assert shopper.get("/api/orders", params={"limit": 1}).json()["next"] is not None


def test_empty_list_returns_a_page_without_items(shopper: Client) -> None:
    assert shopper.get("/api/orders").content == b'{"items":[],"next":null}'


def test_times_omit_zero_fractional_seconds(anonymous: Client, category_with_ties: Json) -> None:
    times = {item["created_at"] for item in anonymous.pages("/api/products", category=category_with_ties["slug"])}

    assert {"2026-01-01T10:00:00Z", "2026-01-01T10:00:00.500000Z"} <= times


def test_every_list_operation_is_tested() -> None:
    paths = {
        operation.path
        for operation in OPERATIONS.values()
        if any(parameter["name"] == "cursor" for parameter in operation.parameters)
    }

    assert paths == set(PATHS.values())
