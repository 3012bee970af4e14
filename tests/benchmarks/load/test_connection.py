"""One connection: whole answers, in however many pieces, and an error for everything else; never a second try."""

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

PATIENCE = 60.0
REQUEST = b"GET / HTTP/1.1\r\nHost: here\r\n\r\n"
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"


class Peer(threading.Thread):
    """Says its lines, each as pieces, one line for each request; after the last it closes. None: says nothing."""

    def __init__(self, listener: socket.socket, lines: Sequence[Sequence[bytes] | None], requests_each: int) -> None:
        super().__init__(daemon=True)
        self._listener, self._lines, self._each = listener, list(lines), requests_each
        self.connections = self.requests = 0
        self.is_asked = threading.Event()

    def run(self) -> None:
        while self._lines:
            peer, _ = self._listener.accept()
            self.connections += 1
            with peer:
                for _ in range(min(self._each, len(self._lines))):
                    self._answer(peer)

    def _answer(self, peer: socket.socket) -> None:
        if not peer.recv(65_536):
            return
        self.requests += 1
        self.is_asked.set()
        line = self._lines.pop(0)
        if line is None:
            peer.recv(1)
        for piece in line or ():
            peer.sendall(piece)
            time.sleep(0.01)


@contextmanager
def peer(*lines: Sequence[bytes] | None, requests_each: int = 99) -> Iterator[tuple[Peer, Connection]]:
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        host, port = listener.getsockname()
        pool = ConnectionPool(
            host, port, host, port, network_timeout=NETWORK_TIMEOUT, connection_timeout=CONNECTION_TIMEOUT
        )
        speaker, connection = Peer(listener, lines, requests_each), Connection(pool)
        speaker.start()
        with closing(connection):
            yield speaker, connection
        speaker.join(PATIENCE)
        assert not speaker.is_alive()


def test_answers_come_over_one_kept_alive_connection() -> None:
    with peer([OK], [OK.replace(b"hello", b"HELLO")]) as (speaker, connection):
        connection.ask(REQUEST)
        assert (connection.status, connection.body) == (200, b"hello")
        connection.ask(REQUEST)
        assert connection.body == b"HELLO"
        assert speaker.connections == 1


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
    with peer(pieces) as (_, connection):
        connection.ask(REQUEST)
        assert (connection.status, connection.body) == (200, b"hello")


def test_a_server_that_closes_after_each_answer_gets_a_connection_for_each_request() -> None:
    last = OK.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
    with peer([last], [last], requests_each=1) as (speaker, connection):
        connection.ask(REQUEST)
        connection.ask(REQUEST)
    assert (speaker.connections, speaker.requests) == (2, 2)


@pytest.mark.parametrize(
    ("pieces", "error"),
    [
        ([], ConnectionResetError),
        ([OK[:-1]], ConnectionResetError),
        ([b"hello"], HttpParserError),
        ([OK + b"!"], HttpParserError),
        ([OK + OK], ConnectionError),
    ],
    ids=["nothing", "a byte too few", "no HTTP", "a byte too many", "two answers"],
)
def test_a_broken_response_is_an_error_and_is_not_retried(pieces: Sequence[bytes], error: type[Exception]) -> None:
    with peer(pieces) as (speaker, connection), pytest.raises(error):
        connection.ask(REQUEST)
    assert speaker.requests == 1


def test_after_an_error_the_next_request_has_a_new_connection() -> None:
    with peer([b"hello"], [OK], requests_each=1) as (speaker, connection):
        with pytest.raises(HttpParserError):
            connection.ask(REQUEST)
        connection.ask(REQUEST)
        assert connection.body == b"hello"
    assert speaker.connections == 2


def test_a_timeout_is_an_error() -> None:
    with peer(None) as (speaker, connection), ThreadPoolExecutor(1) as pool:

        def watch() -> None:
            assert speaker.is_asked.wait(PATIENCE)
            connection.give_up_if_overdue(time.perf_counter() + NETWORK_TIMEOUT + 1)

        connection.give_up_if_overdue(time.perf_counter() + NETWORK_TIMEOUT + 1)  # nothing is asked yet
        watching = pool.submit(watch)
        with pytest.raises(TimeoutError, match="no answer within 30 s"):
            connection.ask(REQUEST)
        watching.result()
