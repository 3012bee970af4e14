"""Requests over bare sockets: what comes back is read to the byte, and the connection must be good for another."""

import http.client
import socket
from contextlib import suppress
from dataclasses import dataclass, replace
from io import BufferedReader

from tests.parity.messages import Message

TIMEOUT_SECONDS = 30


@dataclass(frozen=True)
class Answer:
    """What came back; `fault` says how it broke the protocol."""

    status: int
    headers: list[tuple[str, str]]
    content: bytes
    fault: str = ""

    def header(self, name: str) -> str | None:
        """The values of a header, joined with commas; None where there is none."""
        values = [value for key, value in self.headers if key.lower() == name.lower()]
        return ",".join(values) if values else None


def exchange(message: Message, port: int) -> Answer:
    """Send a request on a connection of its own, and another after it if the connection is kept."""
    with socket.create_connection(("127.0.0.1", port), timeout=TIMEOUT_SECONDS) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with connection.makefile("rb") as reader:
            try:
                _send(connection, message)
                answer = _read(reader, message.method)
            except (OSError, ValueError, http.client.HTTPException) as error:
                return Answer(0, [], b"", f"no answer: {error!r}")
            if message.header("connection") == "close" or answer.header("connection") == "close":
                return answer
            return replace(answer, fault=_fault_afterwards(connection, reader))


def _send(connection: socket.socket, message: Message) -> None:
    # A server may refuse, and close, before it has read all of a large body.
    with suppress(BrokenPipeError, ConnectionResetError):
        connection.sendall(message.head + message.content)


def _read(reader: BufferedReader, method: str) -> Answer:
    status = _status(reader)
    headers = http.client.parse_headers(reader)
    while status == 100:
        status = _status(reader)
        headers = http.client.parse_headers(reader)
    bare = method == "HEAD" or status in {204, 304}
    return Answer(status, headers.items(), b"" if bare else _content(reader, headers))


def _status(reader: BufferedReader) -> int:
    line = reader.readline(1000)
    version, _, rest = line.partition(b" ")
    if version not in {b"HTTP/1.1", b"HTTP/1.0"} or not rest[:3].isdigit():
        raise http.client.BadStatusLine(line.decode("latin-1"))
    return int(rest[:3])


def _content(reader: BufferedReader, headers: http.client.HTTPMessage) -> bytes:
    if headers.get("transfer-encoding") == "chunked":
        return b"".join(_chunks(reader))
    length = headers.get("content-length")
    return reader.read() if length is None else reader.read(int(length))


def _chunks(reader: BufferedReader) -> list[bytes]:
    pieces = []
    while size := int(reader.readline(), 16):
        pieces.append(reader.read(size))
        reader.readline()
    reader.readline()
    return pieces


def _fault_afterwards(connection: socket.socket, reader: BufferedReader) -> str:
    probe = Message("GET", "/healthz", [("Host", "127.0.0.1"), ("Connection", "close")], b"")
    try:
        connection.sendall(probe.head)
        after = _read(reader, probe.method)
    except (OSError, ValueError, http.client.HTTPException) as error:
        return f"the connection is said to be kept, but the request after this one fails: {error!r}"
    return "" if after.status == 200 else f"the request after this one, of {probe.target}, is answered {after.status}"
