"""Which database errors return 503, and which of them close the connection."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from psycopg2 import sql as query
from psycopg2.extensions import connection as Connection  # noqa: N812 - a class with a lower-case name

from tests.contract.client import Client, status_and_code
from tests.contract.document import SETTINGS
from tests.contract.shop import PASSWORD, unique_email

TIMEOUT_SECONDS = 60

# Fails each registration with an SQLSTATE. A sequence stores the process id, because a rollback does not reset it.
CREATE_FAILING_TRIGGER = """
CREATE SEQUENCE IF NOT EXISTS failed_backend;
CREATE OR REPLACE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
PERFORM setval('failed_backend', pg_backend_pid()); RAISE EXCEPTION 'made to fail' USING ERRCODE = TG_ARGV[0]; END $$;
CREATE TRIGGER fail BEFORE INSERT ON users FOR EACH ROW EXECUTE FUNCTION fail({})
"""

TRANSIENT_STATES = [
    "08006",
    "25006",
    "25P03",
    "25P04",
    "28000",
    "28P01",
    "40001",
    "40P01",
    "53100",
    "53200",
    "53300",
    "55P03",
    "57014",
    "57P03",
]
TRANSIENT_STATES += ["58000", "58030", "58P01"]
PERMANENT_STATES = [
    "21000",
    "22012",
    "25001",
    "2F000",
    "34000",
    "38000",
    "42501",
    "42703",
    "42P01",
    "54000",
    "54001",
    "55000",
]
PERMANENT_STATES += ["55006", "72000", "F0000", "HV000", "P0001", "P0002", "XX000", "XX001", "ABCDE"]


@contextmanager
def failing_registrations(sql: Connection, state: str) -> Iterator[None]:
    """Make each INSERT into users raise an error with this SQLSTATE."""
    with sql.cursor() as cursor:
        cursor.execute(query.SQL(CREATE_FAILING_TRIGGER).format(query.Literal(state)))
        try:
            yield
        finally:
            cursor.execute("DROP TRIGGER fail ON users")


def register(client: Client) -> tuple[int, str]:
    """Register a user without validating the response, because the contract documents no 500."""
    body = {"email": unique_email(), "password": PASSWORD, "full_name": "Test User"}
    return status_and_code(client.http.post("/api/auth/register", json=body))


@pytest.mark.parametrize("state", TRANSIENT_STATES)
def test_transient_database_error_returns_503(anonymous: Client, sql: Connection, state: str) -> None:
    with failing_registrations(sql, state):
        assert register(anonymous) == (503, "database_unavailable")


@pytest.mark.parametrize("state", PERMANENT_STATES)
def test_permanent_database_error_returns_500(anonymous: Client, sql: Connection, state: str) -> None:
    with failing_registrations(sql, state):
        assert register(anonymous) == (500, "internal_error")


@pytest.mark.parametrize("prefix", SETTINGS["database"]["outages"])
def test_every_sqlstate_of_the_contract_is_tested(prefix: str) -> None:
    assert any(state.startswith(prefix) for state in [*TRANSIENT_STATES])


def test_connection_to_a_read_only_server_is_dropped(anonymous: Client, sql: Connection) -> None:
    with failing_registrations(sql, "25006"):
        register(anonymous)
    deadline = time.monotonic() + TIMEOUT_SECONDS
    while is_connected(sql) and time.monotonic() < deadline:
        time.sleep(0.01)

    assert not is_connected(sql)
    assert anonymous.get("/api/categories").status_code == 200


def test_connection_is_kept_after_a_failed_statement(anonymous: Client, sql: Connection) -> None:
    with failing_registrations(sql, "55P03"):
        register(anonymous)
    anonymous.get("/api/categories")

    assert is_connected(sql)


def is_connected(sql: Connection) -> bool:
    """Whether the connection on which a registration failed is still open."""
    with sql.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity JOIN failed_backend ON pid = last_value")
        return cursor.fetchone() != (0,)
