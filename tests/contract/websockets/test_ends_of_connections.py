"""When the server closes a connection."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress

import pytest
from psycopg2.extensions import connection as Connection  # noqa: N812 - a class with a lower-case name
from websockets.exceptions import InvalidStatus

from harness.servers.server import RunningServer, serve
from tests.contract.client import Client
from tests.contract.shop import new_account, new_token
from tests.contract.websockets.conftest import SERVERS, Listen
from tests.contract.websockets.sockets import CODES, TIMEOUT_SECONDS, Socket, insert_events, open_socket, small_socket

# The statement for a user, and the name of the close code.
CHANGES = [
    ("UPDATE users SET is_active = false WHERE id = %s", "signed_out"),
    ("DELETE FROM users WHERE id = %s", "signed_out"),
    ("UPDATE users SET is_staff = NOT is_staff WHERE id = %s", "role_changed"),
]


@pytest.mark.parametrize("is_staff", [False, True], ids=["customer", "staff"])
def test_connections_of_changed_users_are_closed(listen: Listen, sql: Connection, is_staff: bool) -> None:
    accounts = [new_account(sql, is_staff=is_staff) for _ in CHANGES]
    connections = [(listen(account), listen(account)) for account in accounts]
    unchanged = listen(new_account(sql, is_staff=is_staff))
    with sql.cursor() as cursor:
        for (statement, _), account in zip(CHANGES, accounts, strict=True):
            cursor.execute(statement, (account.id,))

    closed = [(first.close_code(), second.close_code()) for first, second in connections]
    assert closed == [(CODES[name], CODES[name]) for _, name in CHANGES]
    assert unchanged.is_there()


def short_connection(port: int, user_id: str, stack: ExitStack) -> Socket:
    """Connect with the first token that lasts longer than the handshake, which other work on the machine delays."""
    for seconds in (3, 10, 60):
        with suppress(InvalidStatus):
            return stack.enter_context(open_socket(port, new_token(user_id, exp=int(time.time()) + seconds)))
    pytest.fail("the handshake takes more than a minute")


def test_connection_ends_with_its_token(port: int, listen: Listen, sql: Connection) -> None:
    account = new_account(sql)
    lasting = listen(account)
    with ExitStack() as stack:
        assert short_connection(port, account.id, stack).close_code() == CODES["signed_out"]
    assert lasting.is_there()


@pytest.fixture
def own_server(anonymous: Client, database_url: str) -> Iterator[RunningServer]:
    """A server that a test may stop."""
    with serve(SERVERS[anonymous.implementation], database_url) as running:
        yield running


def test_server_that_is_stopped_closes_connections_also_of_a_client_that_does_not_read(
    own_server: RunningServer, sql: Connection
) -> None:
    account = new_account(sql)
    with (
        small_socket(own_server.port) as small,
        open_socket(own_server.port, account.token) as reading,
        open_socket(own_server.port, account.token, sock=small, max_queue=1, compression=None) as stalled,
    ):
        assert reading.is_there()
        assert stalled.is_there()
        events = insert_events(sql, 30, size=40_000)
        assert reading.ids(len(events)) == events
        os.kill(own_server.process.pid, signal.SIGTERM)
        assert reading.close_code() == 1012
        own_server.guard.wait(TIMEOUT_SECONDS)
        small.close()

    # uvicorn ends itself with the signal when it has closed the connections.
    assert own_server.guard.returncode == -signal.SIGTERM & 0xFF
