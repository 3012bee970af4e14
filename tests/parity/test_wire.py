"""What the bare socket notices: each test is a server that says one thing and closes."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.parity.messages import Message, message
from tests.parity.values import Reader
from tests.parity.wire import Answer, exchange

GOOD = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


@contextmanager
def server_that_says(said: bytes, *, afterwards: bytes = GOOD) -> Iterator[int]:
    """The port of a server for one connection: one answer, and another to the next request."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(65536)
                if said:
                    connection.sendall(said)
                    connection.recv(65536)
                    connection.sendall(afterwards)

        thread = threading.Thread(target=serve)
        thread.start()
        yield listener.getsockname()[1]
        thread.join(timeout=60)


def asked(said: bytes, method: str = "GET", *, afterwards: bytes = GOOD) -> Answer:
    """The answer of such a server as it is read."""
    with server_that_says(said, afterwards=afterwards) as port:
        return exchange(Message(method, "/", [("Host", "127.0.0.1")], b""), port)


def test_an_answer_is_read_to_the_byte() -> None:
    answer = asked(b"HTTP/1.1 201 Created\r\nContent-Length: 3\r\nA: 1\r\nA: 2\r\n\r\n\xff\x00\n")
    assert (answer.status, answer.header("a"), answer.content, answer.fault) == (201, "1,2", b"\xff\x00\n", "")


def test_a_provisional_answer_is_passed_over() -> None:
    assert asked(b"HTTP/1.1 100 Continue\r\n\r\n" + GOOD).content == b"ok"


def test_an_answer_in_chunks_is_put_together() -> None:
    assert (
        asked(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n1\r\n!\r\n0\r\n\r\n").content == b"ok!"
    )


@pytest.mark.parametrize(
    ("said", "method"),
    [
        (GOOD, "HEAD"),
        (b"HTTP/1.1 204 No Content\r\n\r\nok", "GET"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nok", "GET"),
    ],
)
def test_bytes_that_do_not_belong_to_the_answer_are_a_fault(said: bytes, method: str) -> None:
    assert "the request after this one fails" in asked(said, method).fault


def test_a_connection_that_is_kept_and_not_served_is_a_fault() -> None:
    assert "the request after this one fails" in asked(GOOD, afterwards=b"").fault


def test_a_connection_that_is_said_to_close_may_close() -> None:
    assert not asked(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok", afterwards=b"").fault


def test_no_answer_is_a_fault() -> None:
    assert "no answer" in asked(b"").fault


def test_a_request_goes_out_as_it_is_written() -> None:
    step = {
        "as": "nobody",
        "method": "POST",
        "path": "/a b",
        "raw": "é",
        "chunks": 2,
        "headers": {"content-type": ["x/y", "é"], "Host": None},
    }
    sent = message(step, Reader({}, {}), "127.0.0.1")
    assert (
        sent.head
        == b"POST /a b HTTP/1.1\r\nTransfer-Encoding: chunked\r\ncontent-type: x/y\r\ncontent-type: \xe9\r\n\r\n"
    )
    assert sent.content == b"1\r\n\xc3\r\n1\r\n\xa9\r\n0\r\n\r\n"
