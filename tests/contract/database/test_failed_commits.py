"""A response is sent after the commit: a write whose commit fails returns an error and changes nothing."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from psycopg2 import sql as query
from psycopg2.extensions import connection as Connection  # noqa: N812 - a class with a lower-case name

from tests.contract.client import Client, Json, status_and_code
from tests.contract.shop import DESCRIPTION, new_category, new_order, order_body, unique_email, unique_name
from tests.pictures import picture

# A deferred trigger runs when the transaction commits. The error is one after which a client may retry.
CREATE_FAILING_TRIGGER = """
CREATE OR REPLACE FUNCTION fail_commit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE 'made to fail' USING ERRCODE = 'serialization_failure'; END $$;
CREATE CONSTRAINT TRIGGER fail_commit AFTER INSERT OR UPDATE OR DELETE ON {table}
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION fail_commit()
"""
TABLES = ("users", "categories", "products", "orders", "order_items", "outbox")


@dataclass(frozen=True)
class Write:
    """A request that changes a row of `table`; its path and its body are made from the objects of the fixture."""

    table: str
    method: str
    path: str
    body: Callable[[Json], Json] = lambda _: None
    role: str = "staff"


def new_product_in(objects: Json) -> Json:
    return {"name": unique_name(), "description": DESCRIPTION, "price": "1", "category": objects["category"]["slug"]}


WRITES = {
    "register": Write(
        "users",
        "POST",
        "/api/auth/register",
        lambda _: {"email": unique_email(), "password": "long enough", "full_name": "Ada"},
    ),
    "create_category": Write("categories", "POST", "/api/categories", lambda _: {"name": unique_name()}),
    "update_category": Write(
        "categories", "PATCH", "/api/categories/{category[slug]}", lambda _: {"name": unique_name()}
    ),
    "delete_category": Write("categories", "DELETE", "/api/categories/{empty[slug]}"),
    "create_product": Write("products", "POST", "/api/products", new_product_in),
    "update_product": Write("products", "PATCH", "/api/products/{unsold[slug]}", lambda _: {"stock": 3}),
    "delete_product": Write("products", "DELETE", "/api/products/{unsold[slug]}"),
    "adjust_stock": Write("products", "POST", "/api/products/{unsold[slug]}/adjust-stock", lambda _: {"quantity": 3}),
    "delete_product_image": Write("products", "DELETE", "/api/products/{pictured[slug]}/image"),
    "place_order": Write("orders", "POST", "/api/orders", lambda objects: order_body(objects["product"]), "shopper"),
    "pay_order": Write("orders", "POST", "/api/orders/{pending[id]}/pay", role="shopper"),
    "cancel_order": Write("orders", "POST", "/api/orders/{pending[id]}/cancel", role="shopper"),
    "ship_order": Write("orders", "POST", "/api/orders/{paid[id]}/ship"),
    "request_daily_report": Write("outbox", "POST", "/api/reports/daily"),
}


@pytest.fixture
def objects(staff: Client, shopper: Client, category: Json, product: Json) -> Json:
    """Create the objects that the requests change."""
    pending, paid = (new_order(shopper, product) for _ in range(2))
    shopper.post(f"/api/orders/{paid['id']}/pay")
    unsold = staff.post("/api/products", new_product_in({"category": category})).json()
    pictured = staff.post("/api/products", new_product_in({"category": category})).json()
    path = f"/api/products/{pictured['slug']}/image"
    assert staff.request("PUT", path, files={"image": picture({})}).status_code == 200
    created = {"pending": pending, "paid": paid, "unsold": unsold, "pictured": pictured, "empty": new_category(staff)}
    return {"category": category, "product": product, **created}


@contextmanager
def failing_commits(sql: Connection, table: str) -> Iterator[None]:
    """Make commits fail that change the table."""
    name = query.Identifier(table)
    with sql.cursor() as cursor:
        cursor.execute(query.SQL(CREATE_FAILING_TRIGGER).format(table=name))
        try:
            yield
        finally:
            cursor.execute(query.SQL("DROP TRIGGER fail_commit ON {}").format(name))


def all_rows(sql: Connection) -> list[list[Any]]:
    """Return the rows of each table."""
    with sql.cursor() as cursor:
        tables_rows = []
        for table in TABLES:
            cursor.execute(query.SQL("SELECT * FROM {} ORDER BY id").format(query.Identifier(table)))
            tables_rows.append(cursor.fetchall())
    return tables_rows


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_failed_commit_returns_503_and_changes_nothing(
    staff: Client, shopper: Client, objects: Json, sql: Connection, write: Write
) -> None:
    client = {"staff": staff, "shopper": shopper}[write.role]
    before = all_rows(sql)

    with failing_commits(sql, write.table):
        response = client.request(write.method, write.path.format(**objects), json=write.body(objects))

    assert status_and_code(response) == (503, "database_unavailable")
    assert all_rows(sql) == before
