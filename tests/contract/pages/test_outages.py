"""The database becomes unavailable or a row is locked: the pages respond with 503, write nothing, and recover."""

import pytest
from psycopg2.extensions import connection as Connection  # noqa: N812 - a class with a lower-case name

from harness.postgres.server import Server
from tests.contract.client import Account, Client, Json
from tests.contract.outages import database_unavailable, is_unavailable, locked_product
from tests.contract.pages.visitor import Visitor
from tests.contract.shop import stock_of


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
    visitor: Visitor, account: Account, server: Server, sql: Connection, database_url: str
) -> None:
    with database_unavailable(server, sql, database_url):
        assert is_unavailable(visitor.sign_in(account.email))


def test_order_of_a_locked_product_returns_503(
    customer: Visitor, staff: Client, product: Json, server: Server, database_url: str
) -> None:
    with locked_product(server, database_url, product["slug"]):
        assert is_unavailable(customer.order(product["slug"]))
    assert stock_of(staff, product) == 10
