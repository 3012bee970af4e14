"""The SQL, the JSON and the cursors of the layers that have no ORM or no serializer. They import no framework."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

PAGE = 20
# In the order of the arguments of `product_json`.
SELECT = """
    SELECT products.id, products.name, products.slug, products.description, price, stock,
           categories.slug AS category, categories.name AS category_name,
           image, is_active, products.created_at, updated_at
    FROM products JOIN categories ON categories.id = category_id WHERE is_active
"""
PARSERS: dict[str, Callable[[str], Any]] = {"created_at": datetime.fromisoformat, "price": Decimal, "name": str}
TYPES = {"created_at": "timestamptz", "price": "numeric", "name": "text"}
ORDERINGS = tuple(sign + column for column in PARSERS for sign in ("", "-"))

encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class Position(NamedTuple):
    """The position where a page ends: the last row's value in the ordering column, and its id."""

    value: Any
    id: str


def detail_statement(placeholder: str) -> str:
    """Return the statement for one product; `placeholder` stands for its slug."""
    return f"{SELECT} AND products.slug = {placeholder}"


def page_statements(value: str, key: str) -> dict[tuple[str, bool], str]:
    """Return the statements of pages by ordering and by whether the page follows a position.

    `value` and `key` are the placeholders of the position. `{type}` in `value` is replaced by the type of the ordering
    column. A statement selects one row more than a page, to know whether there is a next page.
    """
    return {
        (ordering, is_after): _page_statement(ordering, value, key, is_after=is_after)
        for ordering in ORDERINGS
        for is_after in (False, True)
    }


def _page_statement(ordering: str, value: str, key: str, *, is_after: bool) -> str:
    name = ordering.removeprefix("-")
    column = f"products.{name}"
    direction, beyond = ("DESC", "<") if ordering.startswith("-") else ("ASC", ">")
    after = f"AND ({column}, products.id) {beyond} ({value.format(type=TYPES[name])}, {key})" if is_after else ""
    return f"{SELECT} {after} ORDER BY {column} {direction}, products.id {direction} LIMIT {PAGE + 1}"


def product_json(
    key: Any,
    name: str,
    slug: str,
    description: str,
    price: Decimal,
    stock: int,
    category: str,
    category_name: str,
    image: str | None,
    is_active: bool,
    created_at: datetime,
    updated_at: datetime,
) -> dict[str, Any]:
    """Return the JSON object of a product."""
    return {
        "id": str(key),
        "name": name,
        "slug": slug,
        "description": description,
        "price": str(price),
        "stock": stock,
        "category": category,
        "category_name": category_name,
        "image": image,
        "is_active": is_active,
        "is_in_stock": stock > 0,
        "created_at": created_at.isoformat().replace("+00:00", "Z"),
        "updated_at": updated_at.isoformat().replace("+00:00", "Z"),
    }


def page_json(ordering: str, rows: Sequence[Iterable[Any]]) -> dict[str, Any]:
    """Return the JSON object of a page, from the rows of its statement."""
    items = [product_json(*row) for row in rows[:PAGE]]
    return {"items": items, "next": encode_cursor(ordering, items[-1]) if len(rows) > PAGE else None}


def decode_cursor(cursor: str, ordering: str) -> Position:
    """Return the position of the end of the previous page."""
    _, value, key = json.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    return Position(PARSERS[ordering.removeprefix("-")](value), key)


def encode_cursor(ordering: str, last: dict[str, Any]) -> str:
    """Return the cursor of the page after the item `last`."""
    position = encode([ordering, last[ordering.removeprefix("-")], last["id"]])
    return urlsafe_b64encode(position.encode()).rstrip(b"=").decode()
