"""Raw connections to an implementation, for requests that HTTP clients cannot send or cannot send slowly."""

import http.client
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BufferedReader

# The time after which a test fails because the server does not respond.
TIMEOUT_SECONDS = 45


@dataclass(frozen=True)
class RawResponse:
    """A response; the names of its headers are in lower case."""

    version: str
    status: int
    headers: dict[str, str]
    content: bytes


@dataclass(frozen=True)
class RawConnection:
    """A connection that sends any bytes and reads one response after the other."""

    socket: socket.socket
    reader: BufferedReader

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def finish_sending(self) -> None:
        """Close the sending side of the connection."""
        self.socket.shutdown(socket.SHUT_WR)

    def read_response(self) -> RawResponse:
        """Read the next response, skipping 100 (Continue). Raises BadStatusLine if the connection is closed."""
        response = self._read_response()
        return self._read_response() if response.status == 100 else response

    def is_closed(self) -> bool:
        """Wait until the server closes the connection or sends a byte; return whether it closed."""
        try:
            return self.reader.read(1) == b""
        except ConnectionResetError:
            return True

    def _read_response(self) -> RawResponse:
        version, _, rest = self.reader.readline(65536).decode("latin-1").partition(" ")
        if not rest[:3].isdigit():
            raise http.client.BadStatusLine(version)
        headers = {name.lower(): value for name, value in http.client.parse_headers(self.reader).items()}
        length = 0 if rest[:3] in {"100", "204"} else int(headers.get("content-length", -1))
        return RawResponse(version, int(rest[:3]), headers, self.reader.read(length))


@contextmanager
def connect(port: int) -> Iterator[RawConnection]:
    """Yield a connection to a port of 127.0.0.1."""
    with (
        socket.create_connection(("127.0.0.1", port), timeout=TIMEOUT_SECONDS) as connection,
        connection.makefile("rb") as reader,
    ):
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        yield RawConnection(connection, reader)


def request(target: str = "/healthz", *lines: str, method: str = "GET", body: bytes = b"") -> bytes:
    """Return a request with a Host header and further header lines."""
    head = "\r\n".join([f"{method} {target} HTTP/1.1", "Host: 127.0.0.1", *lines, "", ""])
    return head.encode("latin-1") + body


def status_of(port: int, data: bytes) -> int:
    """Send a request on a new connection, and return the status of the response."""
    with connect(port) as connection:
        connection.send(data)
        return connection.read_response().status
