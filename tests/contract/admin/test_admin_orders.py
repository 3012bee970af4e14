"""Orders in the admins: their status changes as the services allow, and nothing else does."""

from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import pytest
from psycopg2.extensions import connection as Connection  # noqa: N812 - a class with a lower-case name

from harness.postgres.server import Server
from tests.contract.admin.client import Admin
from tests.contract.client import Account, Json
from tests.contract.database.test_row_locks import wait_until_blocked
from tests.contract.shop import rows

ALLOWED = [("pending", "cancelled"), ("paid", "shipped"), ("paid", "cancelled")]
# Staff do not pay for customers.
REFUSED = {
    "pending": ("paid", "shipped", "x", ""),
    "paid": ("pending",),
    "shipped": ("pending", "paid", "cancelled"),
    "cancelled": ("pending", "paid", "shipped"),
}


def set_status(sql: Connection, order: Json, status: str) -> None:
    """Store a status of the order."""
    rows(sql, "UPDATE orders SET status = %s WHERE id = %s RETURNING id", status, order["id"])


def status_of(sql: Connection, order: Json) -> str:
    """Return the stored status of the order."""
    return str(rows(sql, "SELECT status FROM orders WHERE id = %s", order["id"])[0][0])


@pytest.mark.parametrize("model", ["order", "user"])
def test_no_page_offers_to_add_what_cannot_be_added(
    staff_admin: Admin, order: Json, staff_account: Account, model: str
) -> None:
    key = {"order": order["id"], "user": staff_account.id}[model]
    for path in ("/admin/", staff_admin.path(model), staff_admin.path(model, key)):
        page = staff_admin.get(path)
        assert page.status_code == 200
        assert staff_admin.path(model, page="add") not in page.text
        assert "Save and add another" not in page.text

    assert "Save and add another" in staff_admin.get(staff_admin.path("product", page="add")).text
    assert staff_admin.get(staff_admin.path(model, page="add")).status_code == 403


@pytest.mark.parametrize(("before", "after"), ALLOWED)
def test_staff_change_the_status(staff_admin: Admin, order: Json, sql: Connection, before: str, after: str) -> None:
    set_status(sql, order, before)
    stock = rows(sql, "SELECT stock FROM products")[0][0]

    staff_admin.change("order", order["id"], status=after)

    assert status_of(sql, order) == after
    returned = order["items"][0]["quantity"] if after == "cancelled" else 0
    assert rows(sql, "SELECT stock FROM products") == [(stock + returned,)]


@pytest.mark.parametrize("before", REFUSED)
def test_other_change_of_the_status_is_rejected_beside_the_field(
    staff_admin: Admin, order: Json, sql: Connection, before: str
) -> None:
    set_status(sql, order, before)
    for after in REFUSED[before]:
        response = staff_admin.change("order", order["id"], status=after)

        assert [*staff_admin.errors(response)] == ["status"], after
        assert status_of(sql, order) == before


def test_old_page_does_not_restore_the_status(staff_admin: Admin, order: Json, sql: Connection) -> None:
    path = staff_admin.path("order", order["id"])
    form = staff_admin.form(path)
    set_status(sql, order, "paid")

    response = staff_admin.send(path, form, {})

    assert response.status_code == 200, response.text[:1000]
    assert status_of(sql, order) == "paid"


FORGED = {
    "other initial status": {"initial-status": "paid", "status": "pending"},
    "no initial status": {"initial-status": None, "status": "pending"},
    "no key of an item": {"items-0-id": None, "status": "cancelled"},
    "more items": {"items-TOTAL_FORMS": "3", "items-INITIAL_FORMS": "0", "status": "x"},
}


@pytest.mark.parametrize("values", FORGED.values(), ids=FORGED)
def test_forged_form_of_an_order_is_no_unexpected_error(
    staff_admin: Admin, order: Json, sql: Connection, values: dict[str, str | None]
) -> None:
    response = staff_admin.change("order", order["id"], **values)

    assert response.status_code in {200, 422}, response.text[:1000]
    assert status_of(sql, order) in {"pending", values["status"]}


def test_nothing_but_the_status_changes(staff_admin: Admin, order: Json, sql: Connection) -> None:
    before = rows(sql, "SELECT customer_id, total, created_at FROM orders")

    staff_admin.change("order", order["id"], status="cancelled", total="1", customer="x", created_at="2020-01-01")

    assert status_of(sql, order) == "cancelled"
    assert rows(sql, "SELECT customer_id, total, created_at FROM orders") == before


def test_order_is_neither_created_nor_deleted(staff_admin: Admin, order: Json, sql: Connection) -> None:
    assert staff_admin.get(staff_admin.path("order", page="add")).status_code in {403, 404}
    token = {staff_admin.token: staff_admin.form(staff_admin.path("order")).fields[staff_admin.token]}
    if staff_admin.is_django:
        path = staff_admin.path("order", order["id"], "delete")
    else:
        path = f"/admin/_api/order/row-action?pk={order['id']}&name=delete"
    assert staff_admin.http.post(path, data={**token, "post": "yes"}).status_code in {400, 403}
    assert status_of(sql, order) == "pending"


def test_status_that_another_transaction_changes_is_seen(
    staff_admin: Admin, order: Json, sql: Connection, server: Server, database_url: str
) -> None:
    """The row is read before it is locked; the status that counts is the one under the lock."""
    set_status(sql, order, "paid")
    name = urlsplit(database_url).path.removeprefix("/")
    with ThreadPoolExecutor(1) as pool, server.connection(name) as connection, connection.cursor() as cursor:
        cursor.execute("BEGIN; UPDATE orders SET status = 'cancelled' WHERE id = %s", (order["id"],))
        response = pool.submit(staff_admin.change, "order", order["id"], status="shipped")
        wait_until_blocked(response, sql)
        cursor.execute("COMMIT")

    assert [*staff_admin.errors(response.result())] == ["status"]
    assert status_of(sql, order) == "cancelled"
