"""Raw connections to an implementation, for requests that HTTP clients cannot send or cannot send slowly."""

import http.client
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BufferedReader

# No test waits so long for a good answer: it is how long a server may hang before the test fails.
PATIENCE_SECONDS = 45


@dataclass(frozen=True)
class RawAnswer:
    """An answer as it came; names of headers are in lower case."""

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
        """Close the direction to the server."""
        self.socket.shutdown(socket.SHUT_WR)

    def answer(self, *, to: str = "GET") -> RawAnswer:
        """Read the next response. Raises BadStatusLine if the connection is closed."""
        answer = self._read(to)
        return self._read(to) if answer.status == 100 else answer

    def is_closed(self) -> bool:
        """Whether the server closes; it waits for that, or for bytes that were not requested."""
        try:
            return self.reader.read(1) == b""
        except ConnectionResetError:
            return True

    def _read(self, method: str) -> RawAnswer:
        version, _, rest = self.reader.readline(65536).decode("latin-1").partition(" ")
        if not rest[:3].isdigit():
            raise http.client.BadStatusLine(version)
        headers = {name.lower(): value for name, value in http.client.parse_headers(self.reader).items()}
        length = 0 if method == "HEAD" or rest[:3] in {"100", "204"} else int(headers.get("content-length", -1))
        return RawAnswer(version, int(rest[:3]), headers, self.reader.read(length))


@contextmanager
def connected(port: int) -> Iterator[RawConnection]:
    """A connection to 127.0.0.1."""
    with (
        socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_SECONDS) as connection,
        connection.makefile("rb") as reader,
    ):
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        yield RawConnection(connection, reader)


def request(target: str = "/healthz", *lines: str, method: str = "GET", body: bytes = b"") -> bytes:
    """A request with a Host and further header lines."""
    head = "\r\n".join([f"{method} {target} HTTP/1.1", "Host: 127.0.0.1", *lines, "", ""])
    return head.encode("latin-1") + body


def status_of(port: int, data: bytes) -> int:
    """Return the status of a response on a new connection."""
    with connected(port) as connection:
        connection.send(data)
        return connection.answer().status
