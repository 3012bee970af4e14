"""An HTTP client on plain sockets, which sends and reads every byte unchanged.

After each response it checks that the connection can be used for another request.
"""

import http.client
import socket
from contextlib import suppress
from dataclasses import dataclass, replace
from io import BufferedReader

from tests.parity.raw_requests import RawRequest

TIMEOUT_SECONDS = 30


@dataclass(frozen=True)
class RawResponse:
    """A response. `error` describes a violation of HTTP, and is empty if there is none."""

    status: int
    headers: list[tuple[str, str]]
    content: bytes
    error: str = ""

    def header(self, name: str) -> str | None:
        """Return the values of a header, joined with commas, or None if the header is missing."""
        values = [value for key, value in self.headers if key.lower() == name.lower()]
        return ",".join(values) if values else None


def send(request: RawRequest, port: int) -> RawResponse:
    """Send a request on a new connection, and a second one after it if the server keeps the connection open.

    Network errors and malformed responses are returned in `error`, with status 0 if there is no response.
    """
    with socket.create_connection(("127.0.0.1", port), timeout=TIMEOUT_SECONDS) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with connection.makefile("rb") as reader:
            try:
                _write(connection, request)
                response = _read(reader, request.method)
            except (OSError, ValueError, http.client.HTTPException) as error:
                return RawResponse(0, [], b"", f"no response: {error!r}")
            if request.header("connection") == "close" or response.header("connection") == "close":
                return response
            return replace(response, error=_error_of_next_request(connection, reader))


def _write(connection: socket.socket, request: RawRequest) -> None:
    # A server may reject a large body and close the connection before it has read all of it.
    with suppress(BrokenPipeError, ConnectionResetError):
        connection.sendall(request.head + request.content)


def _read(reader: BufferedReader, method: str) -> RawResponse:
    status = _status(reader)
    headers = http.client.parse_headers(reader)
    while status == 100:
        status = _status(reader)
        headers = http.client.parse_headers(reader)
    has_no_body = method == "HEAD" or status in {204, 304}
    return RawResponse(status, headers.items(), b"" if has_no_body else _content(reader, headers))


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
    chunks = []
    while size := int(reader.readline(), 16):
        chunks.append(reader.read(size))
        reader.readline()
    reader.readline()
    return chunks


def _error_of_next_request(connection: socket.socket, reader: BufferedReader) -> str:
    probe = RawRequest("GET", "/healthz", [("Host", "127.0.0.1"), ("Connection", "close")], b"")
    try:
        connection.sendall(probe.head)
        response = _read(reader, probe.method)
    except (OSError, ValueError, http.client.HTTPException) as error:
        return f"the response keeps the connection open, but the next request fails: {error!r}"
    return "" if response.status == 200 else f"the next request, for {probe.target}, gets status {response.status}"
