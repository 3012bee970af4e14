"""The database becomes unavailable: requests return 503 at once, and succeed when it is back."""

from functools import partial

import pytest
from psycopg2.extensions import connection as Connection  # noqa: N812 - a class with a lower-case name

from harness.postgres.server import Server
from tests.contract.client import Client, Json, send_concurrently, status_and_code, statuses
from tests.contract.document import OPERATIONS, SETTINGS, Operation
from tests.contract.outages import CLOSE_OTHER_CONNECTIONS, database_unavailable, locked_product
from tests.contract.shop import new_token, stock_of

DATABASE_OPERATIONS = [operation for operation in OPERATIONS.values() if 503 in operation.statuses]


def example_options(operation: Operation, client: Client) -> Json:
    """Return the options with which the example request of an operation gets as far as a query."""
    assert client.account
    return (
        {"json": {"refresh_token": new_token(client.account.id, token_type="refresh")}}
        if operation.id == "refresh"
        else {}
    )


# Writes the timeouts of the connection, in milliseconds, to the description, where the test can read them.
CREATE_TIMEOUT_TRIGGER = """
CREATE OR REPLACE FUNCTION show_timeouts() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
SELECT string_agg(name || ' ' || setting, ', ' ORDER BY name) INTO NEW.description FROM pg_settings
WHERE name IN ('statement_timeout', 'lock_timeout'); RETURN NEW; END $$;
CREATE TRIGGER show_timeouts BEFORE UPDATE ON products FOR EACH ROW EXECUTE FUNCTION show_timeouts()
"""


@pytest.mark.parametrize("operation", DATABASE_OPERATIONS, ids=lambda operation: operation.id)
def test_operation_returns_503_without_database_and_recovers(
    staff: Client, shopper: Client, operation: Operation, server: Server, sql: Connection, database_url: str
) -> None:
    client = staff if operation.is_for_staff else shopper
    with database_unavailable(server, sql, database_url):
        response = client.perform(operation, **example_options(operation, client))

    assert status_and_code(response) == (503, "database_unavailable")
    assert response.headers["retry-after"] == str(SETTINGS["retry_after_seconds"])
    for _ in range(6):
        assert client.get("/readyz").status_code == 200
        assert client.get("/api/auth/me").status_code == 200


def test_connections_closed_between_requests_are_replaced(staff: Client, sql: Connection) -> None:
    for _ in range(3):
        responses = send_concurrently([partial(staff.get, "/api/auth/me")] * 8)
        with sql.cursor() as cursor:
            cursor.execute(CLOSE_OTHER_CONNECTIONS)
        staff.get("/healthz")  # gives the server time to notice
        responses += send_concurrently([partial(staff.get, "/api/auth/me")] * 8)

        assert statuses(responses) == [200] * 16


def test_healthz_succeeds_without_database(
    anonymous: Client, server: Server, sql: Connection, database_url: str
) -> None:
    with database_unavailable(server, sql, database_url):
        assert anonymous.get("/healthz").status_code == 200
        assert anonymous.get("/readyz").status_code == 503


def test_requests_without_queries_succeed_without_database(
    anonymous: Client, server: Server, sql: Connection, database_url: str
) -> None:
    with database_unavailable(server, sql, database_url):
        assert anonymous.get("/nowhere").status_code == 404
        assert anonymous.get("/api/orders").status_code == 401
        assert anonymous.get("/api/products", params={"limit": 0}).status_code == 422


def test_wait_for_a_row_lock_times_out(staff: Client, product: Json, server: Server, database_url: str) -> None:
    with locked_product(server, database_url, product["slug"]):
        response = staff.post(f"/api/products/{product['slug']}/adjust-stock", {"quantity": 1})

    assert status_and_code(response) == (503, "database_unavailable")
    assert stock_of(staff, product) == 10


def test_slow_statement_times_out(staff: Client, product: Json, sql: Connection) -> None:
    path, expected = f"/api/products/{product['slug']}", SETTINGS["database"]
    with sql.cursor() as cursor:
        cursor.execute(CREATE_TIMEOUT_TRIGGER)
        try:
            staff.patch(path, {"stock": 1})
        finally:
            cursor.execute("DROP TRIGGER show_timeouts ON products")

    assert staff.get(path).json()["description"] == (
        f"lock_timeout {expected['lock_timeout_ms']}, statement_timeout {expected['statement_timeout_ms']}"
    )
