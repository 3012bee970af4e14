"""Rows of the data set that the scenarios use, sampled by the seed: the same on every machine."""

from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

import psycopg2
from psycopg2.extensions import cursor as Cursor  # noqa: N812 - a class with a lower-case name

PASSWORD = "customer-demo-password"  # noqa: S105 - a demo account's, printed in the README
STAFF, STAFF_PASSWORD = "admin@example.com", "admin-demo-password"
PLENTY = 1_000_000
# Customers, and categories at least, where there are as many products drawn.
FEW = 8

# Depths at which lists are entered; 0 is the first page.
DEPTHS = (0, 20, 100, 400)
# How far down the growth of a list is measured, and in which orderings.
FAR_PAGE, FAR_PAGE_SIZE = 500, 10
FAR_ORDERINGS = ("-created_at", "price")
_COLUMNS = ("created_at", "price", "name")

Row = tuple[Any, ...]


@dataclass(frozen=True)
class Sample:
    """Rows used in requests. Products are (slug, name, description), rows of a page (value, id).

    `far_pages` has for each ordering the row before the 500th page, or before the last full one.
    """

    products: list[Row]
    stocked: list[str]
    categories: list[tuple[str, int]]
    prices: tuple[str, str]
    customers: list[str]
    product_pages: dict[tuple[str, int], Row]
    category_pages: dict[int, Row]
    far_pages: dict[str, Row] = field(default_factory=dict)


def draw_sample(database_url: str, *, count: int, seed: int) -> Sample:
    """Choose about `count` products and what else is needed. Raises LookupError when the data set is too small."""
    with closing(psycopg2.connect(database_url)) as connection, connection.cursor() as cursor:
        few = min(FEW, count)
        products = _rows(cursor, _PRODUCTS, seed=str(seed), count=count)
        sample = Sample(
            products=products,
            stocked=[slug for slug, *_ in products],
            categories=_rows(cursor, _CATEGORIES, count=max(few, count // 10)),
            prices=_rows(cursor, _PRICES)[0],
            customers=[email for (email,) in _rows(cursor, _CUSTOMERS, seed=str(seed), count=few)],
            product_pages=_product_pages(cursor),
            category_pages={depth: row for depth in (0, 20) if (row := _row_at(cursor, "categories", "name", depth))},
            far_pages=_far_pages(cursor),
        )
    if not (sample.products and sample.categories and sample.customers):
        raise LookupError("the data set has no products, no categories or no customers with orders")
    return sample


def top_up(database_url: str, slugs: list[str]) -> None:
    """Set the stock of ordered products higher than a run can sell."""
    with closing(psycopg2.connect(database_url)) as connection, connection, connection.cursor() as cursor:
        cursor.execute("UPDATE products SET stock = %s WHERE slug = ANY(%s)", [PLENTY, slugs])


_PRODUCTS = """
    SELECT slug, name, description FROM products WHERE is_active
    ORDER BY md5(slug || %(seed)s), slug LIMIT %(count)s
"""
_CATEGORIES = """
    SELECT categories.slug, count(*) FROM categories JOIN products ON products.category_id = categories.id
    WHERE products.is_active GROUP BY categories.slug ORDER BY count(*) DESC, categories.slug LIMIT %(count)s
"""
_PRICES = """
    SELECT percentile_disc(0.2) WITHIN GROUP (ORDER BY price)::text,
           percentile_disc(0.8) WITHIN GROUP (ORDER BY price)::text FROM products
"""
_CUSTOMERS = """
    SELECT email FROM users JOIN orders ON orders.customer_id = users.id
    WHERE email LIKE 'customer-%%' AND is_active GROUP BY email HAVING count(*) >= 2
    ORDER BY count(*) DESC, md5(email || %(seed)s), email LIMIT %(count)s
"""


def _rows(cursor: Cursor, statement: str, **values: object) -> list[Any]:
    cursor.execute(statement, values)
    return cursor.fetchall()


def _product_pages(cursor: Cursor) -> dict[tuple[str, int], Row]:
    pages = {}
    for column in _COLUMNS:
        for sign in ("", "-"):
            for depth in DEPTHS:
                if row := _row_at(cursor, "products", column, depth, descending=bool(sign)):
                    pages[sign + column, depth] = row
    return pages


def _far_pages(cursor: Cursor) -> dict[str, Row]:
    cursor.execute("SELECT count(*) FROM products WHERE is_active")
    full_pages = (cursor.fetchone() or (0,))[0] // FAR_PAGE_SIZE
    depth = (min(FAR_PAGE, full_pages) - 1) * FAR_PAGE_SIZE
    if depth <= 0:
        return {}
    rows = {
        ordering: _row_at(cursor, "products", ordering.removeprefix("-"), depth, descending=ordering.startswith("-"))
        for ordering in FAR_ORDERINGS
    }
    return {ordering: row for ordering, row in rows.items() if row}


def _row_at(cursor: Cursor, table: str, column: str, depth: int, *, descending: bool = False) -> Row | None:
    direction = "DESC" if descending else "ASC"
    active = "WHERE is_active" if table == "products" else ""
    order = f"{column} {direction}, id {direction}"
    # The names are this module's own; the last row of the page before is the one that a cursor holds.
    statement = f"SELECT {column}, id::text FROM {table} {active} ORDER BY {order} OFFSET %s LIMIT 1"  # noqa: S608
    cursor.execute(statement, [max(0, depth - 1)])
    return cursor.fetchone()
