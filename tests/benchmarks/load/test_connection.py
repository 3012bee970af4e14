"""A connection reads complete responses, raises errors for broken ones, and never retries a request."""

import socket
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager

import pytest
from geventhttpclient.connectionpool import ConnectionPool
from httptools import HttpParserError

from benchmarks.load.connection import CONNECTION_TIMEOUT, NETWORK_TIMEOUT, Connection

TIMEOUT = 60.0
REQUEST = b"GET / HTTP/1.1\r\nHost: here\r\n\r\n"
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"


class ScriptedServer(threading.Thread):
    """A server that sends prepared responses, one for each request, and stops after the last.

    A response is a sequence of pieces that are sent separately, or None for no response at all.
    """

    def __init__(
        self, listener: socket.socket, responses: Sequence[Sequence[bytes] | None], requests_per_connection: int
    ) -> None:
        super().__init__(daemon=True)
        self._listener, self._responses = listener, list(responses)
        self._requests_per_connection = requests_per_connection
        self.connections = self.requests = 0
        self.has_request = threading.Event()

    def run(self) -> None:
        while self._responses:
            connection, _ = self._listener.accept()
            self.connections += 1
            with connection:
                for _ in range(min(self._requests_per_connection, len(self._responses))):
                    self._respond(connection)

    def _respond(self, connection: socket.socket) -> None:
        if not connection.recv(65_536):
            return
        self.requests += 1
        self.has_request.set()
        response = self._responses.pop(0)
        if response is None:
            connection.recv(1)
        for piece in response or ():
            connection.sendall(piece)
            time.sleep(0.01)


@contextmanager
def scripted_server(
    *responses: Sequence[bytes] | None, requests_per_connection: int = 99
) -> Iterator[tuple[ScriptedServer, Connection]]:
    """Start a server; yield it and a connection to it."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        host, port = listener.getsockname()
        pool = ConnectionPool(
            host, port, host, port, network_timeout=NETWORK_TIMEOUT, connection_timeout=CONNECTION_TIMEOUT
        )
        server, connection = ScriptedServer(listener, responses, requests_per_connection), Connection(pool)
        server.start()
        with closing(connection):
            yield server, connection
        server.join(TIMEOUT)
        assert not server.is_alive()


def test_several_requests_use_one_persistent_connection() -> None:
    with scripted_server([OK], [OK.replace(b"hello", b"HELLO")]) as (server, connection):
        connection.send(REQUEST)
        assert (connection.status, connection.body) == (200, b"hello")
        connection.send(REQUEST)
        assert connection.body == b"HELLO"
        assert server.connections == 1


@pytest.mark.parametrize(
    "pieces",
    [
        [bytes([byte]) for byte in OK],
        [b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n", b"3\r\nllo\r\n0\r\n\r\n"],
        [b"HTTP/1.1 100 Continue\r\n\r\n", OK],
        [b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + OK],
    ],
    ids=["bytes one by one", "chunked", "after 100", "after 103"],
)
def test_a_response_is_read_completely(pieces: Sequence[bytes]) -> None:
    with scripted_server(pieces) as (_, connection):
        connection.send(REQUEST)
        assert (connection.status, connection.body) == (200, b"hello")


def test_a_server_that_closes_after_each_response_gets_a_connection_for_each_request() -> None:
    last = OK.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
    with scripted_server([last], [last], requests_per_connection=1) as (server, connection):
        connection.send(REQUEST)
        connection.send(REQUEST)
    assert (server.connections, server.requests) == (2, 2)


@pytest.mark.parametrize(
    ("pieces", "error"),
    [
        ([], ConnectionResetError),
        ([OK[:-1]], ConnectionResetError),
        ([b"hello"], HttpParserError),
        ([OK + b"!"], HttpParserError),
        ([OK + OK], ConnectionError),
    ],
    ids=["nothing", "a byte too few", "no HTTP", "a byte too many", "two responses"],
)
def test_a_broken_response_is_an_error_and_is_not_retried(pieces: Sequence[bytes], error: type[Exception]) -> None:
    with scripted_server(pieces) as (server, connection), pytest.raises(error):
        connection.send(REQUEST)
    assert server.requests == 1


def test_after_an_error_the_next_request_has_a_new_connection() -> None:
    with scripted_server([b"hello"], [OK], requests_per_connection=1) as (server, connection):
        with pytest.raises(HttpParserError):
            connection.send(REQUEST)
        connection.send(REQUEST)
        assert connection.body == b"hello"
    assert server.connections == 2


def test_a_connection_knows_since_when_it_waits_for_a_response() -> None:
    with scripted_server(None) as (server, connection), ThreadPoolExecutor(1) as pool:

        def watch() -> float | None:
            assert server.has_request.wait(TIMEOUT)
            since = connection.waiting_since
            connection.abort_if_overdue(time.perf_counter() + NETWORK_TIMEOUT + 1)
            return since

        assert connection.waiting_since is None
        before = time.perf_counter()
        watching = pool.submit(watch)
        with pytest.raises(TimeoutError):
            connection.send(REQUEST)
        assert connection.waiting_since is None
    since = watching.result()
    assert since is not None
    assert before <= since <= time.perf_counter()


def test_a_timeout_is_an_error() -> None:
    with scripted_server(None) as (server, connection), ThreadPoolExecutor(1) as pool:

        def watch() -> None:
            assert server.has_request.wait(TIMEOUT)
            connection.abort_if_overdue(time.perf_counter() + NETWORK_TIMEOUT + 1)

        connection.abort_if_overdue(time.perf_counter() + NETWORK_TIMEOUT + 1)  # has no effect: no request is sent yet
        watching = pool.submit(watch)
        with pytest.raises(TimeoutError, match="no response within 30 s"):
            connection.send(REQUEST)
        watching.result()
