"""What clients send, and what they get for it."""

from contextlib import suppress
from typing import Any

import pytest
from psycopg2.extensions import connection as Connection  # noqa: N812 - a class with a lower-case name
from websockets.exceptions import ConnectionClosed

from tests.contract.document import ERRORS
from tests.contract.shop import new_account
from tests.contract.websockets.conftest import Listen
from tests.contract.websockets.sockets import SOCKETS, Socket, insert_event

MAX_BYTES = SOCKETS["max_message_bytes"]


@pytest.fixture
def socket(listen: Listen, sql: Connection) -> Socket:
    """Return a connection of a customer."""
    return listen(new_account(sql))


def error(code: str) -> dict[str, Any]:
    """Return an error of errors.yaml as the server sends it."""
    return {"type": "error", "code": code, "message": ERRORS["frames"][code]["message"]}


def test_ping_is_answered(socket: Socket) -> None:
    for _ in range(3):
        assert socket.is_there()


INVALID: dict[str, str | bytes] = {
    "binary": b'{"type":"ping"}',
    "empty": "",
    "no JSON": "ping",
    "array": "[]",
    "null": "null",
    "no type": "{}",
    "unknown type": '{"type":"subscribe"}',
    "type of the server": '{"type":"pong"}',
    "number as type": '{"type":1}',
    "extra member": '{"type":"ping","id":"x"}',
    "extra member of since": '{"type":"since","id":"x","limit":1}',
    "since without an id": '{"type":"since"}',
    "number as id": '{"type":"since","id":1}',
    "null as id": '{"type":"since","id":null}',
    "repeated member": '{"type":"ping","type":"ping"}',
    "NaN": '{"type":"ping","id":NaN}',
    "lone surrogate": '{"type":"since","id":"\\ud800"}',
    "deep": "[" * 30_000,
    "as long as it may be": "x" * MAX_BYTES,
}


@pytest.mark.parametrize("message", INVALID.values(), ids=INVALID)
def test_invalid_message_ends_the_connection(socket: Socket, message: str | bytes) -> None:
    socket.connection.send(message)

    assert socket.receive() == error("invalid_message")
    assert socket.close_code() == ERRORS["frames"]["invalid_message"]["close"]


@pytest.mark.parametrize("message", ["x" * (MAX_BYTES + 1), b"x" * (MAX_BYTES + 1)], ids=["text", "binary"])
def test_long_message_ends_the_connection(socket: Socket, message: str | bytes) -> None:
    with suppress(ConnectionClosed):  # the server answers before it has the whole message
        socket.connection.send(message)

    assert socket.close_code() == 1009


def test_message_in_fragments_is_one_message(socket: Socket) -> None:
    socket.connection.send(['{"type":', '"ping"}'])
    assert socket.receive() == {"type": "pong"}

    with suppress(ConnectionClosed):
        socket.connection.send(["x" * (MAX_BYTES // 2)] * 3)
    assert socket.close_code() == 1009


def test_text_that_is_not_utf8_ends_the_connection(socket: Socket) -> None:
    socket.connection.send(b"\xff", text=True)

    assert socket.close_code() == 1007


def test_too_many_messages_end_the_connection(socket: Socket, listen: Listen, sql: Connection) -> None:
    other = listen(new_account(sql))
    limit = SOCKETS["messages"]["number"]
    for _ in range(limit):
        assert socket.is_there()
    socket.send(type="ping")

    assert socket.receive() == error("too_many_messages")
    assert socket.close_code() == ERRORS["frames"]["too_many_messages"]["close"]
    assert other.is_there()


def test_messages_after_an_invalid_one_are_not_answered(socket: Socket) -> None:
    with suppress(ConnectionClosed):
        for message in ("x", '{"type":"ping"}', '{"type":"ping"}'):
            socket.connection.send(message)

    assert socket.receive() == error("invalid_message")
    assert socket.close_code() == ERRORS["frames"]["invalid_message"]["close"]


def test_events_before_an_error_are_sent(socket: Socket, sql: Connection) -> None:
    assert socket.is_there()
    event = insert_event(sql)
    assert socket.receive()["id"] == event
    socket.connection.send("x")

    assert socket.receive() == error("invalid_message")
