"""A user's HTTP connection: sends prepared bytes and receives a complete response, with little CPU.

Sockets come from the pool of Locust's FastHttpUser. Its session is not used: for each request it also handles URLs,
cookies, redirects, header objects, contexts, events and statistics, which costs several times as much as the exchange.
"""

import time
from collections.abc import Iterable
from contextlib import suppress

import gevent
import gevent.socket
from geventhttpclient.connectionpool import ConnectionPool
from httptools import HttpParserError, HttpResponseParser

# Seconds after which a request without a response is an error, and seconds to open a connection.
NETWORK_TIMEOUT, CONNECTION_TIMEOUT = 30.0, 10.0
CHUNK_SIZE = 65_536
# Seconds without a request after which a connection is checked before use, because the server may have closed it.
CHECK_AFTER_IDLE = 1.0
_READ = 1

FAILURES = (OSError, HttpParserError)


class Connection:
    """One persistent connection, opened for the first request. `status` and `body` are those of the last response.

    `is_background` says whether the latency of the current request counts; the user sets it.
    """

    def __init__(self, pool: ConnectionPool) -> None:
        self._pool = pool
        self._socket: gevent.socket.socket | None = None
        self._wait = gevent.get_hub().wait
        self._chunks: list[bytes] = []
        self._responses = 0
        self._used = 0.0
        self._is_waiting = self._is_overdue = self._is_kept = False
        self.status, self.body = 0, b""
        self.is_background = False

    def send(self, request: bytes) -> None:
        """Send a request and read the response completely. There are no retries. Raises OSError, HttpParserError."""
        try:
            self._exchange(self._open_socket(), request)
        except BaseException as error:
            self.close()
            if self._is_overdue:
                raise TimeoutError(f"no response within {NETWORK_TIMEOUT:.0f} s") from error
            raise
        finally:
            self._is_waiting = False

    def close(self) -> None:
        """Close the connection; the next request opens a new one."""
        if self._socket is not None:
            self._readable.close()
            self._pool.release_socket(self._socket)
            self._socket = None

    @property
    def waiting_since(self) -> float | None:
        """The time at which the current request was sent, as a value of `time.perf_counter`; None without a request."""
        return self._used if self._is_waiting else None

    def abort_if_overdue(self, now: float) -> None:
        """Shut the socket down if the current request was sent more than NETWORK_TIMEOUT seconds before `now`.

        Calling this for all connections once a second needs less CPU than a timer for each request.
        """
        if self._is_waiting and now - self._used > NETWORK_TIMEOUT and self._socket is not None:
            self._is_overdue = True
            with suppress(OSError):
                self._socket.shutdown(gevent.socket.SHUT_RDWR)

    def on_body(self, chunk: bytes) -> None:
        """Append a piece of the body; called by the parser."""
        self._chunks.append(chunk)

    def on_message_complete(self) -> None:
        """Count a response; called by the parser."""
        self.status = self._parser.get_status_code()
        # Informational responses such as 100 Continue precede the response.
        if self.status >= 200:
            self._responses += 1
            # The parser knows this only until the next message begins.
            self._is_kept = self._parser.should_keep_alive()

    def _open_socket(self) -> gevent.socket.socket:
        now = time.perf_counter()
        is_idle, self._is_waiting = now - self._used > CHECK_AFTER_IDLE, True
        if self._socket is not None and is_idle and not self._pool._is_socket_alive(self._socket):
            self.close()
        self._used = now
        if self._socket is None:
            self._is_overdue = False
            self._socket = self._pool.get_socket()
            self._readable = gevent.get_hub().loop.io(self._socket.fileno(), _READ)
            self._parser = HttpResponseParser(self)
        return self._socket

    def _exchange(self, socket: gevent.socket.socket, request: bytes) -> None:
        self._chunks, self._responses = [], 0
        if (sent := socket.send(request)) < len(request):
            socket.sendall(request[sent:])
        parser = self._parser
        while not self._responses:
            # Waiting first avoids a failed `recv`, which costs more than the wait.
            self._wait(self._readable)
            if not (data := socket.recv(CHUNK_SIZE)):
                raise ConnectionResetError("the connection was closed before the response was complete")
            parser.feed_data(data)
        if self._responses > 1:
            raise ConnectionError("two responses to one request")
        self.body = b"".join(self._chunks)
        if not self._is_kept:
            self.close()


def abort_overdue_requests(connections: Iterable[Connection]) -> None:
    """Once a second, abort all requests that exceed NETWORK_TIMEOUT. Runs until the greenlet is killed."""
    while True:
        gevent.sleep(1)
        now = time.perf_counter()
        for connection in list(connections):
            connection.abort_if_overdue(now)
