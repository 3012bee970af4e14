"""The database becomes unavailable or a row is locked: the admins respond with 503, write nothing, and recover."""

from functools import partial

from psycopg2.extensions import connection as Connection  # noqa: N812 - a class with a lower-case name

from harness.postgres.server import Server
from tests.contract.admin.client import Admin
from tests.contract.client import Account, Client, Json, send_concurrently
from tests.contract.outages import database_unavailable, is_unavailable, locked_product
from tests.contract.shop import stock_of


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


def test_sign_in_returns_503_without_database(
    admin: Admin, staff_account: Account, server: Server, sql: Connection, database_url: str
) -> None:
    with database_unavailable(server, sql, database_url):
        assert is_unavailable(admin.sign_in(staff_account.email))


def test_change_of_a_locked_product_returns_503(
    staff_admin: Admin, staff: Client, product: Json, server: Server, database_url: str
) -> None:
    with locked_product(server, database_url, product["slug"]):
        responses = send_concurrently(
            [
                partial(staff_admin.change, "product", product["id"], stock="5"),
                partial(staff_admin.edit_inline, "product", product["id"], "stock", "6"),
                partial(staff_admin.delete, "product", product["id"]),
                partial(staff_admin.delete_selected, "product", product["id"]),
            ]
        )

    assert [is_unavailable(response) for response in responses] == [True] * 4
    assert stock_of(staff, product) == 10
