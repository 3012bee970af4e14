"""A client's connection, read and written without waiting: gunicorn gets it in place of a socket."""

import errno
import re
import socket
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from django_impl.config.server.framing import (
    Arrived,
    BodyFraming,
    BrokenRemainder,
    BufferedRequest,
    Unreadable,
    read_body,
)

RECEIVE_BYTES = 256 * 1024
# As much as gunicorn's parser would read before it refuses: a request line and a hundred headers.
MAX_HEAD_BYTES = 8190 + 100 * 8192
# What is kept of an answer that its client does not read; beyond it the application waits, for so many seconds.
MAX_UNSENT_BYTES = 8 * 1024 * 1024
SEND_SECONDS = 30
VERSION = re.compile(rb"\AHTTP/1\.[0-9] ")


class Connection:
    """What has arrived from a client, the request that it makes up, and what the client has yet to read."""

    # For gunicorn's worker: there is no TLS and no HTTP/2 to prepare, and the request is already there.
    initialized = data_ready = True
    is_http2 = False

    def __init__(self, cfg: Any, client_socket: socket.socket, client: Any, server: Any) -> None:
        client_socket.setblocking(False)
        self.cfg = cfg
        self.socket = client_socket
        self.client = client
        self.server = server
        self.data = bytearray()
        self.unsent = bytearray()
        self.has_hung_up = False
        self.keeps_alive = True
        self.request: BufferedRequest | None = None
        self.queue: deque[Connection] | None = None
        self.timeout = 0.0
        self._framing: BodyFraming | None = None
        self._awaits_head = True

    @property
    def held_bytes(self) -> int:
        """What the connection keeps in memory."""
        return len(self.data) + len(self.unsent)

    @property
    def is_idle(self) -> bool:
        """Whether no request has begun."""
        return not self.data and self._framing is None

    def receive(self) -> None:
        """Take what has arrived, if anything has."""
        try:
            data = self.socket.recv(RECEIVE_BYTES)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            data = b""
        self.data += data
        self.has_hung_up = not data

    def has_request(self) -> bool:
        """Tell whether the next request is whole, or too large to wait for. Raises BrokenRemainder, or as gunicorn."""
        if self.request is None and not self._begins_request():
            return False
        assert self.request is not None  # noqa: S101 - for mypy
        assert self._framing is not None  # noqa: S101 - for mypy
        try:
            if not self._framing.has_ended(self.data) and not self._framing.is_too_large(self.data):
                self._encourage()
                return False
            self.request._expected_100_continue = False  # the client has not waited, and gunicorn would send it now
            self.request.body = read_body(self.request, self._framing, self.data)
        except ValueError:
            self.request.body = Unreadable()
            self.request.force_close()
        return True

    def finish(self) -> None:
        """Forget the request that was answered; what is left of its body is discarded when it arrives."""
        self.request = None
        self._awaits_head = True

    def _begins_request(self) -> bool:
        if self._framing is not None:
            try:
                if not self._framing.discard(self.data):
                    return False
            except ValueError as error:
                raise BrokenRemainder from error
            self._framing = None
        while self.data.startswith(b"\r\n"):  # gunicorn passes over one empty line before a request, llhttp over all
            del self.data[:2]
        head_end = self._head_end()
        if head_end is None:
            return False
        self.request = BufferedRequest(self.cfg, Arrived(bytes(self.data[:head_end])), self.client)
        del self.data[:head_end]
        self._framing = BodyFraming(self.request)
        return True

    def _head_end(self) -> int | None:
        end = self.data.find(b"\r\n\r\n")
        if end >= 0:
            return end + len(b"\r\n\r\n")
        # A head of lines without CR is not waited for, as gunicorn refuses it.
        is_refused = len(self.data) > MAX_HEAD_BYTES or b"\n\n" in self.data or b"\n\r\n" in self.data
        return len(self.data) if is_refused else None

    def _encourage(self) -> None:
        if self.request is not None and self.request._expected_100_continue:
            self.request._expected_100_continue = False  # gunicorn would say it a second time
            with suppress(OSError):
                self.socket.send(b"HTTP/1.1 100 Continue\r\n\r\n")

    # From here on: what gunicorn asks of a connection and of its socket.

    @property
    def sock(self) -> "Connection":
        return self

    @property
    def parser(self) -> Iterator[BufferedRequest | None]:
        return iter((self.request,))

    def init(self) -> None:
        """There is nothing to prepare."""

    def fileno(self) -> int:
        return self.socket.fileno()

    def gettimeout(self) -> float:
        return 0.0

    def setblocking(self, blocking: bool) -> None:
        """It never blocks."""

    def sendall(self, data: bytes) -> None:
        """Send what the client takes at once, and keep the rest; the head of an answer goes with its first bytes."""
        if self._awaits_head:
            self._awaits_head = False
            # A server answers in its own version (RFC 9110, 6.2); gunicorn repeats the request's.
            self.unsent += VERSION.sub(b"HTTP/1.1 ", data, count=1)
            return
        self.unsent += data
        self.flush()
        if len(self.unsent) > MAX_UNSENT_BYTES:
            self._wait_for_the_client()

    def flush(self) -> None:
        """Send as much as the client takes. Raises OSError when it is gone."""
        if self.unsent:
            with suppress(BlockingIOError):
                del self.unsent[: self.socket.send(self.unsent)]

    def _wait_for_the_client(self) -> None:
        self.socket.settimeout(SEND_SECONDS)
        try:
            self.socket.sendall(self.unsent)
        except TimeoutError as error:
            raise BrokenPipeError(errno.EPIPE, "the client does not read") from error
        finally:
            self.socket.setblocking(False)
            self.unsent.clear()

    def shutdown(self, _how: int) -> None:
        """Refuse gunicorn's own way to close, which waits for the client."""
        raise OSError(errno.ENOTCONN, "closed by the worker")

    def close(self, graceful: bool = False) -> None:
        self.socket.close()

    def stop_sending(self) -> None:
        """Tell the client that nothing more comes. Raises OSError."""
        self.data.clear()
        self.socket.shutdown(socket.SHUT_WR)
