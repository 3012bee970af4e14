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
KEYS: dict[str, Callable[[Json], object]] = {
    "created_at": lambda item: datetime.fromisoformat(item["created_at"]),
    "price": lambda item: Decimal(item["price"]),
    "name": lambda item: item["name"],
}
PATHS = {"products": "/api/products", "categories": "/api/categories", "orders": "/api/orders"}

every_ordering = pytest.mark.parametrize("ordering", ORDERINGS)


def sorted_by(items: list[Json], ordering: str) -> list[Json]:
    """The items in the order of the contract: by the column, tied off by id in the same direction."""
    key = KEYS[ordering.removeprefix("-")]
    return sorted(items, key=lambda item: (key(item), item["id"]), reverse=ordering.startswith("-"))


@pytest.fixture
def assortment(sql: Connection, category: Json) -> Json:
    """A category with 23 products that tie in name, price and time."""
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
def test_ordering_is_consistent_across_pages(anonymous: Client, assortment: Json, ordering: str) -> None:
    everything = anonymous.pages("/api/products", category=assortment["slug"], ordering=ordering, limit=100)
    assert everything == sorted_by(everything, ordering)
    assert len(everything) == 23

    for limit in (1, 4, 22, 23):
        pages = anonymous.pages("/api/products", category=assortment["slug"], ordering=ordering, limit=limit)
        assert pages == everything


def test_default_page_is_the_newest_twenty(anonymous: Client, assortment: Json) -> None:
    page = anonymous.get("/api/products", params={"category": assortment["slug"]}).json()
    explicit = {
        "category": assortment["slug"],
        "ordering": DEFAULT_ORDERING,
        "limit": SETTINGS["pages"]["default_limit"],
    }

    assert page == anonymous.get("/api/products", params=explicit).json()
    assert len(page["items"]) == SETTINGS["pages"]["default_limit"]


@every_ordering
def test_cursor_is_base64url_of_ordering_value_and_id(anonymous: Client, assortment: Json, ordering: str) -> None:
    params = {"category": assortment["slug"], "ordering": ordering, "limit": 5}
    page = anonymous.get("/api/products", params=params).json()
    last = page["items"][-1]

    assert page["next"] == encoded([ordering, last[ordering.removeprefix("-")], last["id"]])


def encoded(value: Json) -> str:
    """The cursor of a JSON value."""
    content = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def test_cursor_is_independent_of_filters(anonymous: Client, assortment: Json) -> None:
    page = anonymous.get("/api/products", params={"category": assortment["slug"], "limit": 1}).json()

    assert anonymous.get("/api/products", params={"cursor": page["next"]}).status_code == 200


def test_cursor_is_valid_after_its_row_is_deleted(anonymous: Client, assortment: Json, sql: Connection) -> None:
    params = {"category": assortment["slug"], "ordering": "name", "limit": "5"}
    page = anonymous.get("/api/products", params=params).json()
    rest = anonymous.pages("/api/products", **params, cursor=page["next"])
    with sql.cursor() as cursor:
        cursor.execute("DELETE FROM products WHERE id = %s", (page["items"][-1]["id"],))

    assert anonymous.pages("/api/products", **params, cursor=page["next"]) == rest


UUID = "019ab0c4-3f60-7c3e-9a55-0f1f6f1c2d40"
TIME = "2026-03-01T09:30:00.123456Z"
BAD_CURSORS = [
    "x",
    "abc",
    "a" * 2001,
    "eA==",
    "e+/A",
    encoded({}),
    encoded([]),
    encoded(None),
    encoded("x"),
    encoded(["-created_at", TIME]),
    encoded(["-created_at", TIME, UUID, 1]),
    encoded(["created_at", TIME, UUID]),
    encoded(["-created_at", 1, UUID]),
    encoded(["-created_at", "yesterday", UUID]),
    encoded(["-created_at", "2026-03-01T09:30:00.123456+00:00", UUID]),
    encoded(["-created_at", "2026-03-01T09:30:00.123Z", UUID]),
    encoded(["-created_at", "2026-03-01T09:30:00.000000Z", UUID]),
    encoded(["-created_at", "2026-02-30T09:30:00Z", UUID]),
    encoded(["-created_at", "0000-01-01T00:00:00Z", UUID]),
    encoded(["-created_at", TIME, UUID.upper()]),
    encoded(["-created_at", TIME, "1"]),
    encoded(["-created_at", TIME, None]),
    encoded([["-created_at"], TIME, UUID]),
    base64.urlsafe_b64encode(f'["-created_at", "{TIME}", "{UUID}"]'.encode()).rstrip(b"=").decode(),
    base64.urlsafe_b64encode(f'["-created_at","{TIME}","{UUID}"]\n'.encode()).rstrip(b"=").decode(),
    encoded(["-created_at", TIME, UUID]) + "AA",
    base64.urlsafe_b64encode(b'["\xff"]').rstrip(b"=").decode(),
]


@pytest.mark.parametrize("name", ["products", "orders"])
@pytest.mark.parametrize("cursor", BAD_CURSORS, ids=range(len(BAD_CURSORS)))
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
    params = {"ordering": ordering, "cursor": encoded([ordering, value, UUID])}

    assert field_errors(anonymous.get("/api/products", params=params)) == [("query", "/cursor", "invalid_cursor")]


def test_cursor_of_another_ordering_is_rejected(anonymous: Client, assortment: Json) -> None:
    page = anonymous.get(
        "/api/products", params={"category": assortment["slug"], "ordering": "name", "limit": 1}
    ).json()
    answer = anonymous.get("/api/products", params={"ordering": "-name", "cursor": page["next"]})

    assert field_errors(answer) == [("query", "/cursor", "invalid_cursor")]


def test_categories_are_sorted_by_name_across_pages(staff: Client, anonymous: Client) -> None:
    made = [new_category(staff, name=unique_name(word)) for word in ("Zebra", "tea", "Tea", "Äther", "茶", "'quoted\"")]
    listed = anonymous.pages("/api/categories", limit=7)

    assert [item["id"] for item in listed] == [item["id"] for item in sorted_by(listed, "name")]
    assert all(category in listed for category in made)
    assert len({item["id"] for item in listed}) == len(listed)
    assert anonymous.pages("/api/categories", limit=100) == listed


def test_orders_are_sorted_newest_first_across_pages(shopper: Client, product: Json, sql: Connection) -> None:
    made = [new_order(shopper, product)["id"] for _ in range(7)]
    with sql.cursor() as cursor:
        cursor.execute("UPDATE orders SET created_at = timestamptz '2026-01-01Z' WHERE id::text = ANY(%s)", (made[:5],))
    listed = shopper.pages("/api/orders")

    assert {order["id"] for order in listed} == set(made)
    assert listed == sorted_by(listed, "-created_at")
    for limit in (1, 2, 3, 7):
        assert shopper.pages("/api/orders", limit=limit) == listed


def test_full_last_page_has_no_next_cursor(shopper: Client, product: Json) -> None:
    for _ in range(2):
        new_order(shopper, product)

    assert shopper.get("/api/orders", params={"limit": 2}).json()["next"] is None
    assert shopper.get("/api/orders", params={"limit": 1}).json()["next"] is not None


def test_empty_list_returns_a_page_without_items(shopper: Client) -> None:
    assert shopper.get("/api/orders").content == b'{"items":[],"next":null}'


def test_times_omit_zero_fractional_seconds(anonymous: Client, assortment: Json) -> None:
    times = {item["created_at"] for item in anonymous.pages("/api/products", category=assortment["slug"])}

    assert {"2026-01-01T10:00:00Z", "2026-01-01T10:00:00.500000Z"} <= times


def test_every_list_operation_is_tested() -> None:
    listing = {one.path for one in OPERATIONS.values() if any(each["name"] == "cursor" for each in one.parameters)}

    assert listing == set(PATHS.values())
