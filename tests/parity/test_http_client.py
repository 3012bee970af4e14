"""The HTTP client reads responses byte for byte and detects violations of HTTP."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.parity.expressions import Evaluator
from tests.parity.http_client import RawResponse, send
from tests.parity.raw_requests import RawRequest, build_request

GOOD = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


@contextmanager
def server_with_response(content: bytes, *, next_response: bytes = GOOD) -> Iterator[int]:
    """Run a server for one connection, and yield its port.

    It sends these bytes to the first request, and those of `next_response` to the second one.
    """
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(65536)
                if content:
                    connection.sendall(content)
                    connection.recv(65536)
                    connection.sendall(next_response)

        thread = threading.Thread(target=serve)
        thread.start()
        yield listener.getsockname()[1]
        thread.join(timeout=60)


def read_response(content: bytes, method: str = "GET", *, next_response: bytes = GOOD) -> RawResponse:
    """Return what the client reads from a server that sends these bytes."""
    with server_with_response(content, next_response=next_response) as port:
        return send(RawRequest(method, "/", [("Host", "127.0.0.1")], b""), port)


def test_response_is_read_byte_for_byte() -> None:
    response = read_response(b"HTTP/1.1 201 Created\r\nContent-Length: 3\r\nA: 1\r\nA: 2\r\n\r\n\xff\x00\n")
    assert (response.status, response.header("a"), response.content, response.error) == (201, "1,2", b"\xff\x00\n", "")


def test_100_continue_is_skipped() -> None:
    assert read_response(b"HTTP/1.1 100 Continue\r\n\r\n" + GOOD).content == b"ok"


def test_chunked_response_is_decoded() -> None:
    chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n1\r\n!\r\n0\r\n\r\n"
    assert read_response(chunked).content == b"ok!"


@pytest.mark.parametrize(
    ("content", "method"),
    [
        (GOOD, "HEAD"),
        (b"HTTP/1.1 204 No Content\r\n\r\nok", "GET"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nok", "GET"),
    ],
)
def test_bytes_after_the_response_are_an_error(content: bytes, method: str) -> None:
    assert "the next request fails" in read_response(content, method).error


def test_open_connection_without_second_response_is_an_error() -> None:
    assert "the next request fails" in read_response(GOOD, next_response=b"").error


def test_connection_with_close_header_may_close() -> None:
    response = read_response(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok", next_response=b"")
    assert not response.error


def test_missing_response_is_an_error() -> None:
    assert "no response" in read_response(b"").error


def test_request_is_built_as_the_step_describes_it() -> None:
    step = {
        "as": "anonymous",
        "method": "POST",
        "path": "/a b",
        "raw": "é",
        "chunks": 2,
        "headers": {"content-type": ["x/y", "é"], "Host": None},
    }
    request = build_request(step, Evaluator({}, {}), "127.0.0.1")
    assert (
        request.head
        == b"POST /a b HTTP/1.1\r\nTransfer-Encoding: chunked\r\ncontent-type: x/y\r\ncontent-type: \xe9\r\n\r\n"
    )
    assert request.content == b"1\r\n\xc3\r\n1\r\n\xa9\r\n0\r\n\r\n"
