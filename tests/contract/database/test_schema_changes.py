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
from tests.contract.admin.client import Admin, open_admin
from tests.contract.client import Client, Json, send_concurrently, statuses
from tests.contract.conftest import open_client
from tests.contract.observed import IMPLEMENTATIONS
from tests.contract.pages.visitor import Visitor, visit
from tests.contract.shop import new_account, new_category, new_product, order_body, stock_of
from tests.pictures import picture

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
# Twice the number of database connections of a server, so that each of them has prepared the statements.
REPETITIONS = 8


@dataclass(frozen=True)
class Shop:
    """Clients of a server with a database of its own, and a product with a large stock."""

    sql: Connection
    staff: Client
    shopper: Client
    admin: Admin
    customer: Visitor
    product: Json

    def read_requests(self) -> list[Callable[[], httpx.Response]]:
        """Return a request for each operation that reads."""
        product = f"/api/products/{self.product['slug']}"
        paths = ["/readyz", "/api/products", product, "/api/products/featured", "/api/categories", "/api/auth/me"]
        order = self.shopper.get("/api/orders").json()["items"][0]["id"]
        return [partial(self.shopper.get, path) for path in [*paths, "/api/orders", f"/api/orders/{order}"]]

    def write_requests(self) -> list[Callable[[], httpx.Response]]:
        """Return requests that order a unit, add a unit to the stock, and change the price of the product."""
        path = f"/api/products/{self.product['slug']}"
        return [
            partial(self.shopper.post, "/api/orders", order_body(self.product)),
            partial(self.staff.post, f"{path}/adjust-stock", {"quantity": 1}),
            partial(self.staff.patch, path, {"price": "2.00"}),
        ]

    def upload(self) -> list[int]:
        """Send an image of the product several times concurrently, and return the statuses."""
        path = f"/api/products/{self.product['slug']}/image"
        return send_repeatedly([partial(self.staff.request, "PUT", path, files={"image": ("a.png", picture({}))})])

    def read_admin(self) -> list[int]:
        """Read the list of products and the page of one several times concurrently, and return the statuses."""
        paths = [self.admin.path("product"), self.admin.path("product", self.product["id"])]
        return send_repeatedly([partial(self.admin.get, path) for path in paths])

    def read(self) -> list[int]:
        """Send each reading request several times concurrently, and return the statuses."""
        return send_repeatedly(self.read_requests())

    def write(self) -> list[int]:
        """Send each writing request several times concurrently, and return the statuses."""
        return send_repeatedly(self.write_requests())

    def stock_and_orders(self) -> tuple[int, int]:
        """Return the stock of the product and the number of orders."""
        with self.sql.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM orders")
            (orders,) = cursor.fetchone() or (0,)
        return stock_of(self.staff, self.product), orders


def send_repeatedly(requests: list[Callable[[], httpx.Response]]) -> list[int]:
    """Send each request several times concurrently, and return the statuses."""
    return [status for request in requests for status in statuses(send_concurrently([request] * REPETITIONS))]


@pytest.fixture(scope="module", params=IMPLEMENTATIONS)
def shop(request: pytest.FixtureRequest, server: Server) -> Iterator[Shop]:
    """Yield a shop on a database of its own, because the tests change the tables."""
    with (
        database(server, name_hint="schema_changes") as url,
        serve(request.param, url) as running,
        open_client(running) as anonymous,
        open_admin(running) as admin,
        visit(running) as customer,
    ):
        sql = psycopg2.connect(url)
        sql.autocommit = True
        accounts = [new_account(sql, is_staff=is_staff) for is_staff in (True, False)]
        staff, shopper = map(anonymous.as_, accounts)
        admin.sign_in(accounts[0].email)
        customer.sign_in(accounts[1].email)
        assert admin.is_signed_in()
        assert customer.is_signed_in()
        product = new_product(staff, new_category(staff), stock=1000)
        assert shopper.post("/api/orders", order_body(product)).status_code == 201
        yield Shop(sql, staff, shopper, admin, customer, product)
        sql.close()


def change_schema(shop: Shop, change: str) -> None:
    with shop.sql.cursor() as cursor:
        cursor.execute(CHANGES[change])


@pytest.mark.parametrize("change", CHANGES)
def test_requests_succeed_after_a_schema_change(shop: Shop, change: str) -> None:
    expected_reads, expected_writes = shop.read(), shop.write()
    assert {*expected_reads, *expected_writes} == {200, 201}
    stock, orders = shop.stock_and_orders()

    change_schema(shop, change)

    # Writes first: after a read all statements would have been prepared again.
    assert shop.write() == expected_writes
    assert shop.read() == expected_reads
    assert shop.stock_and_orders() == (stock, orders + REPETITIONS)


def test_rejected_request_gets_the_same_error_after_a_schema_change(shop: Shop) -> None:
    invalid_orders = [partial(shop.shopper.post, "/api/orders", {"items": []})] * REPETITIONS
    assert statuses(send_concurrently(invalid_orders)) == [422] * REPETITIONS
    with shop.sql.cursor() as cursor:
        cursor.execute("ALTER TABLE users ALTER email TYPE varchar(300)")

    assert statuses(send_concurrently(invalid_orders)) == [422] * REPETITIONS


def test_first_upload_after_a_schema_change_succeeds(shop: Shop) -> None:
    assert shop.upload() == [200] * REPETITIONS
    with shop.sql.cursor() as cursor:
        cursor.execute("ALTER TABLE products ALTER image TYPE varchar(310)")

    assert shop.upload() == [200] * REPETITIONS


def test_first_page_of_the_admin_after_a_schema_change_is_shown(shop: Shop) -> None:
    assert {*shop.read_admin()} == {200}
    with shop.sql.cursor() as cursor:
        cursor.execute("ALTER TABLE products ALTER image TYPE varchar(320)")
        cursor.execute("ALTER TABLE users ALTER email TYPE varchar(320)")

    assert {*shop.read_admin()} == {200}


@pytest.mark.parametrize("is_inline", [True, False], ids=["in-the-list", "on-its-page"])
def test_first_change_in_the_admin_after_a_schema_change_is_made(shop: Shop, *, is_inline: bool) -> None:
    product = shop.product["id"]

    def set_stock(stock: int) -> int:
        if is_inline:
            return shop.admin.edit_inline("product", product, "stock", str(stock)).status_code
        return shop.admin.change("product", product, stock=str(stock)).status_code

    # Only requests to the admin: after the first request that finds a statement outdated, all are prepared again.
    assert [set_stock(900 + number) for number in range(REPETITIONS)] == [200] * REPETITIONS
    with shop.sql.cursor() as cursor:
        cursor.execute(f"ALTER TABLE products ALTER image TYPE varchar({340 if is_inline else 330})")

    assert set_stock(800) == 200
    assert stock_of(shop.staff, shop.product) == 800


def test_first_form_of_a_page_after_a_schema_change_places_one_order(shop: Shop) -> None:
    page = f"/products/{shop.product['slug']}"
    fields = shop.customer.hidden_fields(page, f"{page}/order") | {"quantity": "1"}

    def order() -> tuple[int, str | None]:
        response = shop.customer.http.post(f"{page}/order", data=fields)
        return response.status_code, response.headers.get("location")

    assert [order() for _ in range(REPETITIONS)] == [(303, "/orders")] * REPETITIONS
    stock, orders = shop.stock_and_orders()
    with shop.sql.cursor() as cursor:
        cursor.execute("ALTER TABLE products ALTER slug TYPE varchar(350)")

    assert order() == (303, "/orders")
    assert shop.stock_and_orders() == (stock - 1, orders + 1)


def test_first_read_after_a_schema_change_succeeds(shop: Shop) -> None:
    expected = shop.read()
    with shop.sql.cursor() as cursor:
        cursor.execute("ALTER TABLE products ALTER image TYPE varchar(300)")
        cursor.execute("ALTER TABLE users ALTER password TYPE varchar(300)")

    assert shop.read() == expected
