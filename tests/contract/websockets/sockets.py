"""Clients of the WebSocket."""

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from psycopg2 import extras
from psycopg2.extensions import connection as Connection  # noqa: N812 - a class with a lower-case name
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.http11 import Response
from websockets.sync.client import ClientConnection, connect

from harness.ports import LOOPBACK
from tests.contract.client import Json
from tests.contract.document import SETTINGS
from tests.contract.shop import rows
from tests.contract.websockets.frames import read_frame
from tests.harness.processes import eventually

SOCKETS = SETTINGS["sockets"]
CODES = SOCKETS["close_codes"]
# Events are as late as the longest transaction on the database server, and other tests have long ones.
TIMEOUT_SECONDS = 60
ALL_ENDED = "SELECT bool_and(transaction_id < pg_snapshot_xmin(pg_current_snapshot())::text::bigint) FROM outbox"


@dataclass(frozen=True)
class Socket:
    """A connection that validates what it receives."""

    connection: ClientConnection

    def send(self, **message: Json) -> None:
        """Send a message."""
        self.connection.send(json.dumps(message))

    def receive(self) -> Json:
        """Return the next message. Raises ConnectionClosed."""
        return read_frame(self.receive_text())

    def receive_text(self) -> str | bytes:
        """Return the next frame, whatever it is."""
        return self.connection.recv(TIMEOUT_SECONDS)

    def ids(self, number: int) -> list[str]:
        """Return the ids of the next events."""
        return [json.loads(self.receive_text())["id"] for _ in range(number)]

    def is_there(self) -> bool:
        """Return whether the server answers a ping. Nothing else may come before that."""
        self.send(type="ping")
        return bool(self.receive() == {"type": "pong"})

    def close_code(self) -> int:
        """Return the code with which the server closes the connection. Nothing else may come before that."""
        try:
            message = self.receive_text()
        except ConnectionClosed as closed:
            return closed.rcvd.code if closed.rcvd else 1006
        raise AssertionError(message)


@contextmanager
def open_socket(port: int, token: str, *, path: str = SOCKETS["path"], **options: Any) -> Iterator[Socket]:
    """Connect with a token. Raises InvalidStatus."""
    options = {"subprotocols": [SOCKETS["subprotocol"], token], **options}
    with connect(
        f"ws://{LOOPBACK}:{port}{path}",
        proxy=None,
        open_timeout=TIMEOUT_SECONDS,
        close_timeout=TIMEOUT_SECONDS,
        **options,
    ) as connection:
        yield Socket(connection)


def refusal(port: int, subprotocols: Any, **options: Any) -> Response:
    """Return the response to a handshake with these subprotocols, which is refused."""
    path = options.pop("path", SOCKETS["path"])
    try:
        with connect(f"ws://{LOOPBACK}:{port}{path}", proxy=None, subprotocols=subprotocols, **options):
            raise AssertionError("the handshake is accepted")
    except InvalidStatus as refused:
        return refused.response


def insert_event(
    sql: Connection,
    event_type: str = "stock.low",
    *,
    is_public: bool = True,
    customer_id: str | None = None,
    data: Json = None,
) -> str:
    """Store an event, and return its id."""
    ((event_id,),) = rows(
        sql,
        "INSERT INTO outbox (type, data, is_public, customer_id, attempts, error)"
        " VALUES (%s, %s, %s, %s, 0, '') RETURNING id::text",
        event_type,
        extras.Json(data or {"name": "Cup", "slug": "cup", "stock": 3}),
        is_public,
        customer_id,
    )
    return str(event_id)


def insert_events(sql: Connection, number: int, size: int = 0) -> list[str]:
    """Store so many events with data of a size in one transaction, and return their ids in order."""
    data = {"name": "x" * size, "slug": "cup", "stock": 3}
    found = rows(
        sql,
        "INSERT INTO outbox (type, data, is_public, attempts, error) SELECT 'stock.low', %s, true, 0, ''"
        " FROM generate_series(1, %s) RETURNING id::text",
        extras.Json(data),
        number,
    )
    return sorted(event_id for (event_id,) in found)


def wait_until_readable(sql: Connection) -> None:
    """Wait until servers can read all events that are stored. Other tests have long transactions, which delay that."""
    assert eventually(lambda: rows(sql, ALL_ENDED) == [(True,)])


def small_socket(port: int) -> socket.socket:
    """Return a connected socket for which the kernel receives little that is not read."""
    small = socket.socket()
    small.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    small.settimeout(TIMEOUT_SECONDS)
    small.connect((LOOPBACK, port))
    return small
