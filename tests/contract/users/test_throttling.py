"""Limits of sign-ins and of the requests of a user, which the processes of both implementations count together."""

from collections.abc import Iterator
from contextlib import ExitStack, closing
from functools import partial
from uuid import NAMESPACE_URL, uuid5

import httpx
import psycopg2
import pytest
from psycopg2 import sql as query
from psycopg2.extensions import connection as Connection  # noqa: N812 - a class with a lower-case name

from harness.databases.clones import database
from harness.postgres.server import Server
from harness.servers.server import Budget, Implementation, serve
from tests.contract.client import Account, Client, send_concurrently, status_and_code, statuses
from tests.contract.conftest import open_client
from tests.contract.document import OPERATIONS, SETTINGS, Operation
from tests.contract.observed import IMPLEMENTATIONS
from tests.contract.shop import PASSWORD, new_account, unique_email

LIMITS = SETTINGS["throttles"]
TRIES = 100
LIMITED_OPERATIONS = {name: operation for name, operation in OPERATIONS.items() if 429 in operation.statuses}


def key_of(limit: str, value: str) -> str:
    """Return the key of the row that counts the requests of `value` under the limit."""
    return str(uuid5(NAMESPACE_URL, f"throttle:{limit}:{value}"))


def set_count(sql: Connection, limit: str, value: str, count: int, *, seconds_left: float = 60) -> None:
    """Store a number of requests, in a window that ends in so many seconds."""
    with sql.cursor() as cursor:
        cursor.execute(
            "INSERT INTO throttles (key, count, expires_at) VALUES (%s, %s, now() + make_interval(secs => %s))",
            [key_of(limit, value), count, seconds_left],
        )


def count_of(sql: Connection, limit: str, value: str) -> int | None:
    """Return the stored number of requests, or None without a row."""
    with sql.cursor() as cursor:
        cursor.execute("SELECT count FROM throttles WHERE key = %s", [key_of(limit, value)])
        row = cursor.fetchone()
    return row[0] if row else None


def sign_in(client: Client, email: str, password: str = "wrong") -> httpx.Response:
    """Send the sign-in form."""
    return client.post("/api/auth/login", data={"username": email, "password": password})


def use_nested_loops(sql: Connection) -> None:
    """Let PostgreSQL join by nested loops without sorting, in the connections to this database that begin later."""
    name = sql.info.dbname
    with sql.cursor() as cursor:
        for setting in ("enable_hashagg", "enable_hashjoin", "enable_mergejoin", "enable_sort", "enable_material"):
            statement = query.SQL("ALTER DATABASE {} SET {} = off")
            cursor.execute(statement.format(query.Identifier(name), query.SQL(setting)))


@pytest.fixture
def account(sql: Connection) -> Account:
    """Create a staff user, who may use every operation."""
    return new_account(sql, is_staff=True)


@pytest.fixture
def servers(database_url: str, sql: Connection) -> Iterator[list[Client]]:  # noqa: ARG001 - empties the tables
    """Start both implementations with two processes each, and return a client of each."""
    with ExitStack() as stack:
        running = [
            stack.enter_context(serve(name, database_url, budget=Budget(workers=2), environment={"THROTTLING": "true"}))
            for name in IMPLEMENTATIONS
        ]
        yield [stack.enter_context(open_client(each)) for each in running]


@pytest.mark.parametrize("operation", LIMITED_OPERATIONS.values(), ids=LIMITED_OPERATIONS)
def test_request_above_the_limit_is_429(
    anonymous: Client, account: Account, operation: Operation, sql: Connection
) -> None:
    set_count(sql, "user", account.id, LIMITS["user"]["requests"], seconds_left=30)
    set_count(sql, "login_address", "127.0.0.1", LIMITS["login_address"]["requests"], seconds_left=30)

    response = anonymous.as_(account).perform(operation)

    assert status_and_code(response) == (429, "too_many_requests")
    assert 0 < int(response.headers["Retry-After"]) <= 30


def test_exactly_the_limit_of_concurrent_sign_ins_of_an_account_passes(servers: list[Client]) -> None:
    email = unique_email()
    calls = [partial(sign_in, servers[number % 2], email) for number in range(LIMITS["login_address"]["requests"])]

    allowed = LIMITS["login_account"]["requests"]
    assert statuses(send_concurrently(calls)) == [401] * allowed + [429] * (len(calls) - allowed)


def test_exactly_the_limit_of_concurrent_sign_ins_from_an_address_passes(servers: list[Client]) -> None:
    calls = [partial(sign_in, servers[number % 2], unique_email()) for number in range(TRIES)]

    allowed = LIMITS["login_address"]["requests"]
    assert statuses(send_concurrently(calls)) == [401] * allowed + [429] * (TRIES - allowed)


def test_exactly_the_limit_of_concurrent_requests_of_a_user_passes(
    servers: list[Client], account: Account, sql: Connection
) -> None:
    set_count(sql, "user", account.id, LIMITS["user"]["requests"] - TRIES // 2)
    calls = [partial(servers[number % 2].as_(account).get, "/api/auth/me") for number in range(TRIES)]

    assert statuses(send_concurrently(calls)) == [200] * (TRIES // 2) + [429] * (TRIES // 2)


def test_successful_sign_ins_count(anonymous: Client, account: Account, sql: Connection) -> None:
    set_count(sql, "login_account", account.email, LIMITS["login_account"]["requests"] - 1)

    assert sign_in(anonymous, account.email, PASSWORD).status_code == 200
    assert sign_in(anonymous, account.email, PASSWORD).status_code == 429


def test_rejected_sign_in_of_an_address_does_not_count_for_the_account(anonymous: Client, sql: Connection) -> None:
    set_count(sql, "login_address", "127.0.0.1", LIMITS["login_address"]["requests"])

    assert sign_in(anonymous, "someone@example.com").status_code == 429
    assert count_of(sql, "login_account", "someone@example.com") is None


def test_invalid_sign_in_form_does_not_count(anonymous: Client, sql: Connection) -> None:
    assert anonymous.post("/api/auth/login", data={"username": "someone@example.com"}).status_code == 422
    assert count_of(sql, "login_address", "127.0.0.1") is None


def test_rejected_request_counts(anonymous: Client, account: Account, sql: Connection) -> None:
    assert anonymous.as_(account).post("/api/categories", {}).status_code == 422
    assert count_of(sql, "user", account.id) == 1


@pytest.mark.parametrize("seconds_left", [-1, 24 * 60 * 60])
def test_window_that_ended_or_ends_too_late_begins_again(
    anonymous: Client, account: Account, sql: Connection, seconds_left: int
) -> None:
    set_count(sql, "user", account.id, 1_000_000, seconds_left=seconds_left)

    assert anonymous.as_(account).get("/api/auth/me").status_code == 200
    assert count_of(sql, "user", account.id) == 1


def test_new_window_deletes_expired_rows(anonymous: Client, account: Account, sql: Connection) -> None:
    for number in range(12):
        set_count(sql, "user", str(number), 1, seconds_left=-1 - number)

    anonymous.as_(account).get("/api/auth/me")

    assert [count_of(sql, "user", str(number)) for number in range(12)] == [1, 1, *[None] * 10]


@pytest.mark.parametrize("implementation", IMPLEMENTATIONS)
def test_new_window_deletes_ten_expired_rows_also_with_nested_loops(
    server: Server, implementation: Implementation
) -> None:
    with (
        database(server, name_hint="tests") as url,
        closing(psycopg2.connect(url)) as sql,
    ):
        sql.autocommit = True
        use_nested_loops(sql)
        account = new_account(sql)
        # PostgreSQL reads the rows in this order.
        for number in reversed(range(12)):
            set_count(sql, "user", str(number), 1, seconds_left=-1 - number)

        with (
            serve(implementation, url, environment={"THROTTLING": "true"}) as running,
            open_client(running) as client,
        ):
            client.as_(account).get("/api/auth/me")

        assert [count_of(sql, "user", str(number)) for number in range(12)] == [1, 1, *[None] * 10]


def test_forwarded_address_is_ignored_without_trusted_proxies(anonymous: Client, sql: Connection) -> None:
    form = {"username": "someone@example.com", "password": "wrong"}

    anonymous.post("/api/auth/login", data=form, headers={"X-Forwarded-For": "203.0.113.9"})

    assert count_of(sql, "login_address", "203.0.113.9") is None
    assert count_of(sql, "login_address", "127.0.0.1") == 1
