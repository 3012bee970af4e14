"""A user's connection: whole requests out, whole answers in, at the least cost that Python and gevent allow.

Sockets come from the pool of Locust's FastHttpUser. What its session does besides for each request (URLs, cookies,
redirects, header objects, contexts, events, statistics) costs several times as much as the exchange itself.
"""

import time
from collections.abc import Iterable
from contextlib import suppress

import gevent
import gevent.socket
from geventhttpclient.connectionpool import ConnectionPool
from httptools import HttpParserError, HttpResponseParser

# A request that the server does not answer is an error after this many seconds.
NETWORK_TIMEOUT, CONNECTION_TIMEOUT = 30.0, 10.0
CHUNK = 65_536
# A connection that was unused for so long may have been closed by the server; nobody is told until it is looked at.
IDLE = 1.0
_READ = 1

FAILURES = (OSError, HttpParserError)


class Connection:
    """One kept-alive connection, opened when it is needed. `status` and `body` are of the last answer."""

    def __init__(self, pool: ConnectionPool) -> None:
        self._pool = pool
        self._socket: gevent.socket.socket | None = None
        self._wait = gevent.get_hub().wait
        self._chunks: list[bytes] = []
        self._answers = 0
        self._used = 0.0
        self._is_waiting = self._is_overdue = self._is_kept = False
        self.status, self.body = 0, b""

    def ask(self, request: bytes) -> None:
        """Send a request, once, and read its answer to the last byte. Raises OSError, HttpParserError."""
        try:
            self._exchange(self._ready(), request)
        except BaseException as error:
            self.close()
            if self._is_overdue:
                raise TimeoutError(f"no answer within {NETWORK_TIMEOUT:.0f} s") from error
            raise
        finally:
            self._is_waiting = False

    def close(self) -> None:
        """Close it; the next request opens another."""
        if self._socket is not None:
            self._readable.close()
            self._pool.release_socket(self._socket)
            self._socket = None

    def give_up_if_overdue(self, now: float) -> None:
        """Let a request that has waited too long fail. A look at all now and then is cheaper than timers."""
        if self._is_waiting and now - self._used > NETWORK_TIMEOUT and self._socket is not None:
            self._is_overdue = True
            with suppress(OSError):
                self._socket.shutdown(gevent.socket.SHUT_RDWR)

    def on_body(self, chunk: bytes) -> None:
        self._chunks.append(chunk)

    def on_message_complete(self) -> None:
        self.status = self._parser.get_status_code()
        # 100 Continue and its like come before the answer.
        if self.status >= 200:
            self._answers += 1
            # The parser knows this only until it has left the message behind.
            self._is_kept = self._parser.should_keep_alive()

    def _ready(self) -> gevent.socket.socket:
        now = time.perf_counter()
        if self._socket is not None and now - self._used > IDLE and not self._pool._is_socket_alive(self._socket):
            self.close()
        self._used = now
        if self._socket is None:
            self._is_overdue = False
            self._socket = self._pool.get_socket()
            self._readable = gevent.get_hub().loop.io(self._socket.fileno(), _READ)
            self._parser = HttpResponseParser(self)
        return self._socket

    def _exchange(self, socket: gevent.socket.socket, request: bytes) -> None:
        self._chunks, self._answers, self._is_waiting = [], 0, True
        if (sent := socket.send(request)) < len(request):
            socket.sendall(request[sent:])
        parser = self._parser
        while not self._answers:
            # Not read before there is something: the try that fails is dear.
            self._wait(self._readable)
            if not (data := socket.recv(CHUNK)):
                raise ConnectionResetError("the connection was closed before the answer was whole")
            parser.feed_data(data)
        if self._answers > 1:
            raise ConnectionError("two answers to one request")
        self.body = b"".join(self._chunks)
        if not self._is_kept:
            self.close()


def watch(connections: Iterable[Connection]) -> None:
    """For ever, once a second: end what waits too long."""
    while True:
        gevent.sleep(1)
        now = time.perf_counter()
        for connection in list(connections):
            connection.give_up_if_overdue(now)
