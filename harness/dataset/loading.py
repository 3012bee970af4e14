"""Load the data set with COPY in two threads, so that one generates rows while PostgreSQL stores those of the other."""

import io
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass

import psycopg2
from psycopg2 import extensions

from harness.dataset import categories, orders, products, users
from harness.dataset.indexes import without_indexes
from harness.dataset.progress import Advance, progress

_BLOCK = 2_000
_STREAMS = 2


@dataclass(frozen=True)
class Sizes:
    """The number of rows of a data set with that number of products."""

    products: int

    @property
    def accounts(self) -> int:
        """Number of accounts: admin, shopper and customers."""
        return 2 + max(20, self.products // 50)

    @property
    def orders(self) -> int:
        """Number of orders."""
        return max(60, self.products // 5)


def is_empty(url: str) -> bool:
    """Return True if the tables of a migrated database have no rows."""
    with closing(psycopg2.connect(url)) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT NOT EXISTS (SELECT FROM users) AND NOT EXISTS (SELECT FROM categories)")
        return cursor.fetchone() == (True,)


def load(url: str, products: int = 10_000, seed: int = 1) -> None:
    """Insert that number of products, and the other rows of the data set, into a migrated database.

    Raises ValueError if the database has rows.
    """
    if not is_empty(url):
        raise ValueError("The data set can only be loaded into empty tables.")
    with closing(psycopg2.connect(url)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            with without_indexes(cursor), progress(products) as advance:
                _copy_all(url, Sizes(products), seed, advance)
            cursor.execute("VACUUM (ANALYZE, FREEZE)")


def _copy_all(url: str, sizes: Sizes, seed: int, advance: Advance) -> None:
    with ThreadPoolExecutor(_STREAMS) as streams:
        futures = [streams.submit(_copy_part, url, sizes, seed, part, advance) for part in range(_STREAMS)]
        for future in futures:
            future.result()


def _copy_part(url: str, sizes: Sizes, seed: int, part: int, advance: Advance) -> None:
    all_products = products.Products(seed, sizes.products)
    all_orders = orders.Orders(all_products, accounts=sizes.accounts, size=sizes.orders)
    with closing(psycopg2.connect(url)) as connection, connection, connection.cursor() as cursor:
        if part == 0:
            _copy(cursor, "categories", categories.COLUMNS, categories.category_rows(seed))
            _copy(cursor, "users", users.COLUMNS, users.user_rows(seed, 0, sizes.accounts))
        for start, stop in _blocks(sizes.products, part):
            _copy(cursor, "products", products.COLUMNS, all_products.rows(start, stop))
            advance(stop - start)
        for start, stop in _blocks(sizes.orders, part):
            lines, items = zip(*all_orders.rows(start, stop), strict=True)
            _copy(cursor, "orders", orders.COLUMNS, lines)
            _copy(cursor, "order_items", orders.ITEM_COLUMNS, items)


def _copy(cursor: extensions.cursor, table: str, columns: tuple[str, ...], lines: Iterable[str]) -> None:
    cursor.copy_expert(f"COPY {table} ({', '.join(columns)}) FROM STDIN", io.StringIO("".join(lines)))


def _blocks(total: int, part: int) -> Iterator[tuple[int, int]]:
    """Yield start and stop of each block of a stream. The streams alternate, so that rows are almost in key order."""
    for start in range(part * _BLOCK, total, _STREAMS * _BLOCK):
        yield start, min(start + _BLOCK, total)
