"""A response is sent after the commit: a write whose commit fails returns an error and changes nothing."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from psycopg2 import sql as query
from psycopg2.extensions import connection as Connection  # noqa: N812 - a class with a lower-case name

from tests.contract.client import Client, Json, refusal
from tests.contract.shop import DESCRIPTION, new_category, new_order, order_of, unique_email, unique_name

# A deferred trigger runs when the transaction commits; the code is that of a transaction that may be tried again.
REFUSE = """
CREATE OR REPLACE FUNCTION refuse_commit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE 'refused at the end' USING ERRCODE = 'serialization_failure'; END $$;
CREATE CONSTRAINT TRIGGER refuse_commit AFTER INSERT OR UPDATE OR DELETE ON {table}
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse_commit()
"""
TABLES = ("users", "categories", "products", "orders", "order_items")


@dataclass(frozen=True)
class Write:
    """A request that changes a row of `table`; its path and its body name things that are there."""

    table: str
    method: str
    path: str
    body: Callable[[Json], Json] = lambda _: None
    by: str = "staff"


def new_product_in(things: Json) -> Json:
    return {"name": unique_name(), "description": DESCRIPTION, "price": "1", "category": things["category"]["slug"]}


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
    "place_order": Write("orders", "POST", "/api/orders", lambda things: order_of(things["product"]), "shopper"),
    "pay_order": Write("orders", "POST", "/api/orders/{pending[id]}/pay", by="shopper"),
    "cancel_order": Write("orders", "POST", "/api/orders/{pending[id]}/cancel", by="shopper"),
    "ship_order": Write("orders", "POST", "/api/orders/{paid[id]}/ship"),
}


@pytest.fixture
def things(staff: Client, shopper: Client, category: Json, product: Json) -> Json:
    """The rows that the requests change."""
    pending, paid = (new_order(shopper, product) for _ in range(2))
    shopper.post(f"/api/orders/{paid['id']}/pay")
    unsold = staff.post("/api/products", new_product_in({"category": category})).json()
    made = {"pending": pending, "paid": paid, "unsold": unsold, "empty": new_category(staff)}
    return {"category": category, "product": product, **made}


@contextmanager
def refusing_commits(sql: Connection, table: str) -> Iterator[None]:
    """Make every commit fail that changes the table."""
    name = query.Identifier(table)
    with sql.cursor() as cursor:
        cursor.execute(query.SQL(REFUSE).format(table=name))
        try:
            yield
        finally:
            cursor.execute(query.SQL("DROP TRIGGER refuse_commit ON {}").format(name))


def rows(sql: Connection) -> list[list[Any]]:
    """All rows of all tables."""
    with sql.cursor() as cursor:
        found = []
        for table in TABLES:
            cursor.execute(query.SQL("SELECT * FROM {} ORDER BY id").format(query.Identifier(table)))
            found.append(cursor.fetchall())
    return found


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_failed_commit_returns_503_and_changes_nothing(
    staff: Client, shopper: Client, things: Json, sql: Connection, write: Write
) -> None:
    caller = {"staff": staff, "shopper": shopper}[write.by]
    before = rows(sql)

    with refusing_commits(sql, write.table):
        answer = caller.request(write.method, write.path.format(**things), json=write.body(things))

    assert refusal(answer) == (503, "database_unavailable")
    assert rows(sql) == before
