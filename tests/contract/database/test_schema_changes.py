"""The schema changes while a server runs: no request fails, and no write is made twice."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import httpx
import psycopg2
import pytest
from psycopg2.extensions import connection as Connection  # noqa: N812 - a class with a lower-case name

from harness.databases.clones import database
from harness.postgres.server import Server
from harness.servers.server import serve
from tests.contract.client import Client, Json, at_once, statuses
from tests.contract.conftest import caller
from tests.contract.observed import IMPLEMENTATIONS
from tests.contract.shop import new_account, new_category, new_product, order_of, stock_of

CHANGES = {
    "varchar-widened": "ALTER TABLE products ALTER slug TYPE varchar(300)",
    "varchar-of-users-widened": "ALTER TABLE users ALTER full_name TYPE varchar(300)",
    "varchar-of-categories-widened": "ALTER TABLE categories ALTER slug TYPE varchar(300)",
    "integer-to-bigint": "ALTER TABLE products ALTER stock TYPE bigint",
    "integer-of-lines-to-bigint": "ALTER TABLE order_items ALTER quantity TYPE bigint",
    "numeric-widened": "ALTER TABLE products ALTER price TYPE numeric(12, 2)",
    "numeric-of-orders-widened": "ALTER TABLE orders ALTER total TYPE numeric(18, 2)",
    "column-added": "ALTER TABLE products ADD COLUMN note text NOT NULL DEFAULT ''",
    "index-dropped-and-added": """
        DROP INDEX products_price_id_idx; CREATE INDEX products_price_id_idx ON products (price, id)
    """,
    "constraint-dropped-and-added": """
        ALTER TABLE products DROP CONSTRAINT products_stock_check;
        ALTER TABLE products ADD CONSTRAINT products_stock_check CHECK (stock >= 0)
    """,
}
# Twice as many as the server has connections: each of them has then prepared the statements.
REPEATED = 8


@dataclass(frozen=True)
class Shop:
    """A server on a database of its own, the callers, and a product with plenty in stock."""

    sql: Connection
    staff: Client
    shopper: Client
    product: Json

    def reads(self) -> list[Callable[[], httpx.Response]]:
        """A request for each kind of page."""
        one = f"/api/products/{self.product['slug']}"
        for_all = ["/readyz", "/api/products", one, "/api/products/featured", "/api/categories", "/api/auth/me"]
        order = self.shopper.get("/api/orders").json()["items"][0]["id"]
        return [partial(self.shopper.get, path) for path in [*for_all, "/api/orders", f"/api/orders/{order}"]]

    def writes(self) -> list[Callable[[], httpx.Response]]:
        """A piece is ordered, a piece comes back, and the product is changed."""
        path = f"/api/products/{self.product['slug']}"
        return [
            partial(self.shopper.post, "/api/orders", order_of(self.product)),
            partial(self.staff.post, f"{path}/adjust-stock", {"quantity": 1}),
            partial(self.staff.patch, path, {"price": "2.00"}),
        ]

    def answers(self, kind: str) -> list[int]:
        """Statuses of all requests of the kind, sent many at a time."""
        kinds = (getattr(self, kind)() for _ in range(REPEATED))
        return [status for calls in zip(*kinds, strict=True) for status in statuses(at_once(calls))]

    def counts(self) -> tuple[int, int]:
        """Pieces in stock, and orders."""
        with self.sql.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM orders")
            (orders,) = cursor.fetchone() or (0,)
        return stock_of(self.staff, self.product), orders


@pytest.fixture(scope="module", params=IMPLEMENTATIONS)
def shop(request: pytest.FixtureRequest, server: Server) -> Iterator[Shop]:
    """Not the shared database: others would meet the changed tables."""
    with (
        database(server, name_hint="schema_changes") as url,
        serve(request.param, url) as running,
        caller(running) as anonymous,
    ):
        sql = psycopg2.connect(url)
        sql.autocommit = True
        staff, shopper = (anonymous.as_(new_account(sql, is_staff=is_staff)) for is_staff in (True, False))
        product = new_product(staff, new_category(staff), stock=1000)
        assert shopper.post("/api/orders", order_of(product)).status_code == 201
        yield Shop(sql, staff, shopper, product)
        sql.close()


def change_schema(shop: Shop, change: str) -> None:
    with shop.sql.cursor() as cursor:
        cursor.execute(CHANGES[change])


@pytest.mark.parametrize("change", CHANGES)
def test_requests_succeed_after_a_schema_change(shop: Shop, change: str) -> None:
    expected = shop.answers("reads"), shop.answers("writes")
    assert {*expected[0], *expected[1]} == {200, 201}
    before = shop.counts()

    change_schema(shop, change)

    # Writes first: a read would have all statements prepared again.
    assert shop.answers("writes") == expected[1]
    assert shop.answers("reads") == expected[0]
    assert shop.counts() == (before[0], before[1] + REPEATED)


def test_rejected_request_gets_the_same_error_after_a_schema_change(shop: Shop) -> None:
    wrong = [partial(shop.shopper.post, "/api/orders", {"items": []})] * REPEATED
    assert statuses(at_once(wrong)) == [422] * REPEATED
    with shop.sql.cursor() as cursor:
        cursor.execute("ALTER TABLE users ALTER email TYPE varchar(300)")

    assert statuses(at_once(wrong)) == [422] * REPEATED


def test_first_read_after_a_schema_change_succeeds(shop: Shop) -> None:
    expected = shop.answers("reads")
    with shop.sql.cursor() as cursor:
        cursor.execute("ALTER TABLE products ALTER image TYPE varchar(300)")
        cursor.execute("ALTER TABLE users ALTER password TYPE varchar(300)")

    assert shop.answers("reads") == expected
