"""An unresponsive database: requests time out with 503, and succeed on a new connection."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import psutil
import pytest
from psycopg2.extensions import connection as Connection  # noqa: N812 - a class with a lower-case name

from harness.postgres.server import Server
from harness.servers.names import Implementation
from harness.servers.server import Budget, serve
from tests.contract.client import Client, status_and_code
from tests.contract.conftest import open_client
from tests.contract.observed import IMPLEMENTATIONS
from tests.contract.shop import PASSWORD, new_account, unique_email


@contextmanager
def suspended_backends(sql: Connection, application_name: str) -> Iterator[None]:
    """Suspend the database server's processes of the connections with this application name."""
    with sql.cursor() as cursor:
        cursor.execute("SELECT pid FROM pg_stat_activity WHERE application_name = %s", (application_name,))
        backends = [psutil.Process(pid) for (pid,) in cursor.fetchall()]
    assert backends
    try:
        for backend in backends:
            backend.suspend()
        yield
    finally:
        for backend in backends:
            backend.resume()


@pytest.mark.parametrize("implementation", IMPLEMENTATIONS)
@pytest.mark.parametrize("writes", [False, True], ids=["read", "write"])
def test_request_to_unresponsive_database_times_out(
    implementation: Implementation, writes: bool, server: Server, sql: Connection, database_url: str
) -> None:
    if server.cluster is None:
        pytest.skip("only processes of the embedded server may be suspended")
    application_name = f"unresponsive-{secrets.token_hex(4)}"
    with (
        serve(
            implementation, f"{database_url}?application_name={application_name}", budget=Budget(threads=1, pool=1)
        ) as running,
        open_client(running) as anonymous,
    ):
        shopper = anonymous.as_(new_account(sql))
        assert shopper.get("/api/auth/me").status_code == 200
        with suspended_backends(sql, application_name):
            response = register(anonymous) if writes else anonymous.get("/api/categories")

            assert status_and_code(response) == (503, "database_unavailable")
            assert anonymous.get("/api/categories").status_code == 200


@pytest.mark.parametrize("implementation", IMPLEMENTATIONS)
def test_server_with_unresponsive_database_is_alive_but_not_ready(
    implementation: Implementation, server: Server, sql: Connection, database_url: str
) -> None:
    if server.cluster is None:
        pytest.skip("only processes of the embedded server may be suspended")
    application_name = f"unresponsive-{secrets.token_hex(4)}"
    with (
        serve(implementation, f"{database_url}?application_name={application_name}") as running,
        open_client(running) as anonymous,
    ):
        assert anonymous.get("/readyz").status_code == 200
        with suspended_backends(sql, application_name):
            assert status_and_code(anonymous.get("/readyz")) == (503, "database_unavailable")
            assert anonymous.get("/healthz").status_code == 200
        assert anonymous.get("/readyz").status_code == 200


def register(client: Client) -> httpx.Response:
    """Register a user."""
    return client.post("/api/auth/register", {"email": unique_email(), "password": PASSWORD, "full_name": "Test User"})
