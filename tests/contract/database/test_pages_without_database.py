"""The database becomes unavailable or a row is locked: pages and admin respond with 503, write nothing, and recover."""

from collections.abc import Iterator
from functools import partial
from urllib.parse import urlsplit

import httpx
import pytest
from psycopg2.extensions import connection as Connection  # noqa: N812 - a class with a lower-case name

from harness.postgres.server import Server
from tests.contract.admin.client import Admin, open_admin
from tests.contract.client import Account, Client, Json, send_concurrently
from tests.contract.document import SETTINGS
from tests.contract.outages import database_unavailable
from tests.contract.pages.visitor import Visitor, visit
from tests.contract.shop import stock_of


@pytest.fixture
def staff_admin(request: pytest.FixtureRequest, staff: Client, staff_account: Account) -> Iterator[Admin]:
    """Yield a client of the admin that is signed in as staff."""
    with open_admin(request.getfixturevalue(staff.implementation)) as admin:
        admin.sign_in(staff_account.email)
        assert admin.is_signed_in()
        yield admin


@pytest.fixture
def customer(request: pytest.FixtureRequest, staff: Client, staff_account: Account) -> Iterator[Visitor]:
    """Yield a visitor of the pages who is signed in."""
    with visit(request.getfixturevalue(staff.implementation)) as visitor:
        visitor.sign_in(staff_account.email)
        assert visitor.is_signed_in()
        yield visitor


def is_unavailable(response: httpx.Response) -> bool:
    """Return whether the response is a 503 that says when to try again."""
    return (response.status_code, response.headers.get("retry-after")) == (503, str(SETTINGS["retry_after_seconds"]))


@pytest.mark.parametrize("path", ["/", "/products/{slug}", "/orders"])
def test_page_returns_503_without_database_and_recovers(
    customer: Visitor, product: Json, server: Server, sql: Connection, database_url: str, path: str
) -> None:
    path = path.format(slug=product["slug"])
    with database_unavailable(server, sql, database_url):
        assert is_unavailable(customer.get(path))
    for _ in range(6):
        assert customer.get(path).status_code == 200


def test_sign_in_returns_503_without_database(
    customer: Visitor, staff_account: Account, server: Server, sql: Connection, database_url: str
) -> None:
    fields = customer.hidden_fields("/login", "/login")
    with database_unavailable(server, sql, database_url):
        response = customer.http.post("/login", data=fields | {"username": staff_account.email, "password": "x"})
        assert is_unavailable(response)


def test_admin_returns_503_without_database_and_recovers(
    staff_admin: Admin, product: Json, server: Server, sql: Connection, database_url: str
) -> None:
    paths = ["/admin/", staff_admin.path("product"), staff_admin.path("product", product["id"])]
    form = staff_admin.form(paths[-1])
    with database_unavailable(server, sql, database_url):
        responses = [staff_admin.get(path) for path in paths]
        responses.append(staff_admin.send(paths[-1], form, {"stock": "5"}))

    assert [is_unavailable(response) for response in responses] == [True] * 4
    for _ in range(6):
        assert [staff_admin.get(path).status_code for path in paths] == [200] * 3


def test_sign_in_of_the_admin_returns_503_without_database(
    staff_admin: Admin, staff_account: Account, server: Server, sql: Connection, database_url: str
) -> None:
    staff_admin.sign_out()
    page = staff_admin.get("/admin/")
    with database_unavailable(server, sql, database_url):
        fields = {"username": staff_account.email, "password": "x"}
        token = staff_admin.http.cookies["csrftoken" if staff_admin.is_django else "starlette_admin_csrftoken"]
        response = staff_admin.http.post(page.url, data=fields | {staff_admin.token: token})
    assert is_unavailable(response)


def test_order_of_a_locked_product_returns_503(
    customer: Visitor, staff: Client, product: Json, server: Server, database_url: str
) -> None:
    with server.connection(urlsplit(database_url).path.removeprefix("/")) as connection, connection.cursor() as cursor:
        cursor.execute("BEGIN; SELECT FROM products WHERE slug = %s FOR UPDATE", (product["slug"],))
        response = customer.order(product["slug"])
        cursor.execute("ROLLBACK")

    assert is_unavailable(response)
    assert stock_of(staff, product) == 10


def test_change_of_a_locked_product_in_the_admin_returns_503(
    staff_admin: Admin, staff: Client, product: Json, server: Server, database_url: str
) -> None:
    with server.connection(urlsplit(database_url).path.removeprefix("/")) as connection, connection.cursor() as cursor:
        cursor.execute("BEGIN; SELECT FROM products WHERE slug = %s FOR UPDATE", (product["slug"],))
        responses = send_concurrently(
            [
                partial(staff_admin.change, "product", product["id"], stock="5"),
                partial(staff_admin.edit_inline, "product", product["id"], "stock", "6"),
                partial(staff_admin.delete, "product", product["id"]),
                partial(staff_admin.delete_selected, "product", product["id"]),
            ]
        )
        cursor.execute("ROLLBACK")

    assert [is_unavailable(response) for response in responses] == [True] * 4
    assert stock_of(staff, product) == 10
