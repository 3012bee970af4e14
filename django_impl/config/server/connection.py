"""A client's connection with buffers, which gunicorn uses in place of its own connection and socket."""

import errno
import re
import socket
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from django_impl.config.server.framing import (
    BodyFraming,
    BufferedRequest,
    BytesUnreader,
    InvalidRemainder,
    UnreadableBody,
    read_body,
)

RECEIVE_BYTES = 256 * 1024
# The limits of gunicorn's parser: a request line and a hundred headers.
MAX_HEAD_BYTES = 8190 + 100 * 8192
# Above this size of unsent data the thread of the application waits for the client, at most SEND_SECONDS.
MAX_UNSENT_BYTES = 8 * 1024 * 1024
SEND_SECONDS = 30
VERSION = re.compile(rb"\AHTTP/1\.[0-9] ")


class Connection:
    """The received data of a client, its current request, and the data that is still to be sent."""

    # gunicorn's worker reads these. There is no TLS and no HTTP/2, and the request has been received.
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
        self._is_head_unsent = True

    @property
    def buffered_bytes(self) -> int:
        """The size of the received and the unsent data."""
        return len(self.data) + len(self.unsent)

    @property
    def is_idle(self) -> bool:
        """Whether no part of a request has been received."""
        return not self.data and self._framing is None

    def receive(self) -> None:
        """Read the data that has arrived, without blocking."""
        try:
            data = self.socket.recv(RECEIVE_BYTES)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            data = b""
        self.data += data
        self.has_hung_up = not data

    def has_request(self) -> bool:
        """Return whether the next request is complete, or too large. Raises InvalidRemainder and gunicorn's errors."""
        if self.request is None and not self._begins_request():
            return False
        assert self.request is not None  # noqa: S101 - for mypy
        assert self._framing is not None  # noqa: S101 - for mypy
        try:
            if not self._framing.has_ended(self.data) and not self._framing.is_too_large(self.data):
                self._send_continue()
                return False
            # Private API of gunicorn, which would send "100 Continue" now. The body is already there.
            self.request._expected_100_continue = False
            self.request.body = read_body(self.request, self._framing, self.data)
        except ValueError:
            self.request.body = UnreadableBody()
            self.request.force_close()
        return True

    def finish(self) -> None:
        """Prepare for the next request. The rest of the last body is discarded when it arrives."""
        self.request = None
        self._is_head_unsent = True

    def _begins_request(self) -> bool:
        if self._framing is not None:
            try:
                if not self._framing.discard(self.data):
                    return False
            except ValueError as error:
                raise InvalidRemainder from error
            self._framing = None
        while self.data.startswith(b"\r\n"):  # gunicorn's parser skips one empty line, uvicorn's all
            del self.data[:2]
        head_end = self._head_end()
        if head_end is None:
            return False
        self.request = BufferedRequest(self.cfg, BytesUnreader(bytes(self.data[:head_end])), self.client)
        del self.data[:head_end]
        self._framing = BodyFraming(self.request)
        return True

    def _head_end(self) -> int | None:
        end = self.data.find(b"\r\n\r\n")
        if end >= 0:
            return end + len(b"\r\n\r\n")
        # gunicorn rejects a head that is too long or has lines without CR, so more data would not help.
        is_rejected = len(self.data) > MAX_HEAD_BYTES or b"\n\n" in self.data or b"\n\r\n" in self.data
        return len(self.data) if is_rejected else None

    def _send_continue(self) -> None:
        if self.request is not None and self.request._expected_100_continue:
            self.request._expected_100_continue = False  # so that it is sent once
            with suppress(OSError):
                self.socket.send(b"HTTP/1.1 100 Continue\r\n\r\n")

    # The methods below are those of gunicorn's TConn and of a socket, as gunicorn calls them.

    @property
    def sock(self) -> "Connection":
        return self

    @property
    def parser(self) -> Iterator[BufferedRequest | None]:
        return iter((self.request,))

    def init(self) -> None:
        """Do nothing: there is no TLS handshake."""

    def fileno(self) -> int:
        return self.socket.fileno()

    def gettimeout(self) -> float:
        return 0.0

    def setblocking(self, blocking: bool) -> None:
        """Do nothing: the socket never blocks."""

    def sendall(self, data: bytes) -> None:
        """Send as much as possible without blocking, and buffer the rest. The head is sent with the first body data."""
        if self._is_head_unsent:
            self._is_head_unsent = False
            # A response has the version of the server (RFC 9110, 6.2). gunicorn uses that of the request.
            self.unsent += VERSION.sub(b"HTTP/1.1 ", data, count=1)
            return
        self.unsent += data
        self.flush()
        if len(self.unsent) > MAX_UNSENT_BYTES:
            self._send_blocking()

    def flush(self) -> None:
        """Send as much as possible without blocking. Raises OSError if the client has closed the connection."""
        if self.unsent:
            with suppress(BlockingIOError):
                del self.unsent[: self.socket.send(self.unsent)]

    def _send_blocking(self) -> None:
        self.socket.settimeout(SEND_SECONDS)
        try:
            self.socket.sendall(self.unsent)
        except TimeoutError as error:
            raise BrokenPipeError(errno.EPIPE, "the client does not read") from error
        finally:
            self.socket.setblocking(False)
            self.unsent.clear()

    def shutdown(self, _how: int) -> None:
        """Raise OSError, so that gunicorn does not wait for the client; the worker closes the connection."""
        raise OSError(errno.ENOTCONN, "closed by the worker")

    def close(self, graceful: bool = False) -> None:
        self.socket.close()

    def stop_sending(self) -> None:
        """Shut down the sending side and discard received data. Raises OSError."""
        self.data.clear()
        self.socket.shutdown(socket.SHUT_WR)
