"""The database becomes unavailable: requests return 503 at once, and succeed when it is back."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from urllib.parse import urlsplit

import pytest
from psycopg2 import sql as query
from psycopg2.extensions import connection as Connection  # noqa: N812 - a class with a lower-case name

from harness.postgres.server import Server
from tests.contract.client import Client, Json, at_once, refusal, statuses
from tests.contract.document import OPERATIONS, SETTINGS, Operation
from tests.contract.shop import new_token, stock_of

ASKING_THE_DATABASE = [one for one in OPERATIONS.values() if 503 in one.statuses]

# All connections to the database but this one; the server waits until they are gone, at most five seconds for each.
CUT = (
    "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


@contextmanager
def away(server: Server, sql: Connection, database_url: str) -> Iterator[None]:
    """Nobody but this connection reaches the database."""
    name = urlsplit(database_url).path.removeprefix("/")
    allow = query.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS {}").format
    with server.connection() as connection, connection.cursor() as cursor, sql.cursor() as own:
        cursor.execute(allow(query.Identifier(name), query.SQL("false")))
        try:
            own.execute(CUT)
            yield
        finally:
            cursor.execute(allow(query.Identifier(name), query.SQL("true")))


def valid(operation: Operation, caller: Client) -> Json:
    """What the example of an operation lacks to get as far as the database."""
    assert caller.account
    return (
        {"json": {"refresh_token": new_token(caller.account.id, token_type="refresh")}}
        if operation.id == "refresh"
        else {}
    )


# Writes the time-outs of the connection, in milliseconds, where the test can read them.
SHOW_TIME_OUTS = """
CREATE OR REPLACE FUNCTION show_time_outs() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
SELECT string_agg(name || ' ' || setting, ', ' ORDER BY name) INTO NEW.description FROM pg_settings
WHERE name IN ('statement_timeout', 'lock_timeout'); RETURN NEW; END $$;
CREATE TRIGGER show_time_outs BEFORE UPDATE ON products FOR EACH ROW EXECUTE FUNCTION show_time_outs()
"""


@pytest.mark.parametrize("operation", ASKING_THE_DATABASE, ids=lambda one: one.id)
def test_operation_returns_503_without_database_and_recovers(
    staff: Client, shopper: Client, operation: Operation, server: Server, sql: Connection, database_url: str
) -> None:
    caller = staff if operation.is_for_staff else shopper
    with away(server, sql, database_url):
        answer = caller.perform(operation, **valid(operation, caller))

    assert refusal(answer) == (503, "database_unavailable")
    assert answer.headers["retry-after"] == str(SETTINGS["retry_after_seconds"])
    for _ in range(6):
        assert caller.get("/readyz").status_code == 200
        assert caller.get("/api/auth/me").status_code == 200


def test_connections_closed_between_requests_are_replaced(staff: Client, sql: Connection) -> None:
    for _ in range(3):
        answers = at_once([partial(staff.get, "/api/auth/me")] * 8)
        with sql.cursor() as cursor:
            cursor.execute(CUT)
        staff.get("/healthz")  # by when the server has heard of it, if it listens
        answers += at_once([partial(staff.get, "/api/auth/me")] * 8)

        assert statuses(answers) == [200] * 16


def test_healthz_succeeds_without_database(
    anonymous: Client, server: Server, sql: Connection, database_url: str
) -> None:
    with away(server, sql, database_url):
        assert anonymous.get("/healthz").status_code == 200
        assert anonymous.get("/readyz").status_code == 503


def test_requests_without_queries_succeed_without_database(
    anonymous: Client, server: Server, sql: Connection, database_url: str
) -> None:
    with away(server, sql, database_url):
        assert anonymous.get("/nowhere").status_code == 404
        assert anonymous.get("/api/orders").status_code == 401
        assert anonymous.get("/api/products", params={"limit": 0}).status_code == 422


def test_wait_for_a_row_lock_times_out(staff: Client, product: Json, server: Server, database_url: str) -> None:
    name = urlsplit(database_url).path.removeprefix("/")
    with server.connection(name) as holder, holder.cursor() as cursor:
        cursor.execute("BEGIN; SELECT FROM products WHERE slug = %s FOR UPDATE", (product["slug"],))
        answer = staff.post(f"/api/products/{product['slug']}/adjust-stock", {"quantity": 1})
        cursor.execute("ROLLBACK")

    assert refusal(answer) == (503, "database_unavailable")
    assert stock_of(staff, product) == 10


def test_slow_statement_times_out(staff: Client, product: Json, sql: Connection) -> None:
    path, agreed = f"/api/products/{product['slug']}", SETTINGS["database"]
    with sql.cursor() as cursor:
        cursor.execute(SHOW_TIME_OUTS)
        try:
            staff.patch(path, {"stock": 1})
        finally:
            cursor.execute("DROP TRIGGER show_time_outs ON products")

    assert staff.get(path).json()["description"] == (
        f"lock_timeout {agreed['lock_timeout_ms']}, statement_timeout {agreed['statement_timeout_ms']}"
    )
