"""Draws the rows of the data set that the scenarios use. A seed determines them, so they are the same everywhere."""

from contextlib import closing
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import psycopg2
from argon2 import PasswordHasher
from psycopg2.extensions import cursor as Cursor  # noqa: N812 - a class with a lower-case name

PASSWORD = "customer-demo-password"  # noqa: S105 - of a demo account, printed in the README
STAFF, STAFF_PASSWORD = "admin@example.com", "admin-demo-password"
AMPLE_STOCK = 1_000_000
# The number of customers, and the smallest number of categories. A smaller sample has fewer.
CUSTOMERS = 8

# Numbers of rows before the requested pages of a list; 0 is the first page.
DEPTHS = (0, 20, 100, 400)
# The page with which the growth of a list is measured, and its orderings.
FAR_PAGE, FAR_PAGE_SIZE = 500, 10
FAR_ORDERINGS = ("-created_at", "price")
_COLUMNS = ("created_at", "price", "name")

Row = tuple[Any, ...]


class SampleTooSmall(LookupError):
    """The data set has too few rows for the scenarios."""


@dataclass(frozen=True)
class Sample:
    """Rows used in requests.

    `products` are (slug, name, description), `stocked` the slugs of products that are ordered, `categories` are (slug,
    number of products), `prices` the smallest and the largest price of the filter, `customers` e-mail addresses.
    `product_pages` has the last row before a page as (value, id), by ordering and depth; `category_pages` by depth.
    `far_pages` has, by ordering, the last row before page 500 or before the last full page.
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
    """Draw about `count` products, and categories and customers. Raises SampleTooSmall if the data set is too small."""
    with closing(psycopg2.connect(database_url)) as connection, connection.cursor() as cursor:
        customers = min(CUSTOMERS, count)
        products = _rows(cursor, _PRODUCTS, seed=str(seed), count=count)
        sample = Sample(
            products=products,
            stocked=[slug for slug, *_ in products],
            categories=_rows(cursor, _CATEGORIES, count=max(customers, count // 10)),
            prices=_rows(cursor, _PRICES)[0],
            customers=[email for (email,) in _rows(cursor, _CUSTOMERS, seed=str(seed), count=customers)],
            product_pages=_product_pages(cursor),
            category_pages={depth: row for depth in (0, 20) if (row := _row_at(cursor, "categories", "name", depth))},
            far_pages=_far_pages(cursor),
        )
    if not (sample.products and sample.categories and sample.customers):
        raise SampleTooSmall("the data set has no products, no categories or no customers with orders")
    return sample


def top_up(database_url: str, slugs: list[str]) -> None:
    """Set the stock of these products so high that no run can sell all of it."""
    with closing(psycopg2.connect(database_url)) as connection, connection, connection.cursor() as cursor:
        cursor.execute("UPDATE products SET stock = %s WHERE slug = ANY(%s)", [AMPLE_STOCK, slugs])


def use_slow_hashes(database_url: str, customers: list[str]) -> None:
    """Give the staff user and these customers password hashes with the default parameters of argon2-cffi.

    The tutorial of FastAPI stores such hashes. Those of the data set cost a fifth of the time.
    """
    passwords = {PASSWORD: customers, STAFF_PASSWORD: [STAFF]}
    with closing(psycopg2.connect(database_url)) as connection, connection, connection.cursor() as cursor:
        for password, emails in passwords.items():
            stored = "argon2" + _slow_hash(password)
            cursor.execute("UPDATE users SET password = %s WHERE email = ANY(%s)", [stored, emails])


@cache
def _slow_hash(password: str) -> str:
    return PasswordHasher().hash(password)


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
    # No input is formatted into the SQL. The cursor of a page contains the last row of the previous page.
    statement = f"SELECT {column}, id::text FROM {table} {active} ORDER BY {order} OFFSET %s LIMIT 1"  # noqa: S608
    cursor.execute(statement, [max(0, depth - 1)])
    return cursor.fetchone()
