"""Send and receive bytes on a socket, for requests that a client library cannot send."""

import io
import json
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import parse_headers
from typing import Any

TIMEOUT_SECONDS = 60
# Makes it likely that the server reads the segments separately. Its responses must be the same if it does not.
SEGMENT_DELAY_SECONDS = 0.05


@dataclass(frozen=True)
class RawResponse:
    """A response; the names of its headers are in lower case."""

    status: int
    headers: Mapping[str, str]
    content: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.content)

    @property
    def outcome(self) -> tuple[int, str | None, str | None]:
        """Status, problem code (None if the response is no problem) and `Connection` header."""
        is_problem = self.headers.get("content-type") == "application/problem+json"
        return self.status, self.json["code"] if is_problem else None, self.headers.get("connection")


def send_and_receive(port: int, *segments: bytes, half_close: bool = False) -> list[RawResponse]:
    """Send segments on one connection, and return the responses received until the server closes it."""
    with socket.create_connection(("127.0.0.1", port), timeout=TIMEOUT_SECONDS) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            for segment in segments:
                connection.sendall(segment)
                time.sleep(SEGMENT_DELAY_SECONDS if len(segments) > 1 else 0)
            if half_close:
                connection.shutdown(socket.SHUT_WR)
        except (BrokenPipeError, ConnectionResetError):
            pass  # the server closed the connection before it received everything
        return parse_responses(_read_until_closed(connection))


def parse_responses(received: bytes) -> list[RawResponse]:
    """Split received bytes into responses, without interim responses such as 100 (Continue)."""
    responses = []
    while received:
        head, _, received = received.partition(b"\r\n\r\n")
        line, _, fields = head.partition(b"\r\n")
        headers = {key.lower(): value for key, value in parse_headers(io.BytesIO(fields + b"\r\n\r\n")).items()}
        length = int(headers.get("content-length", 0))
        responses.append(RawResponse(int(line.split()[1]), headers, received[:length]))
        received = received[length:]
    return [response for response in responses if response.status >= 200]


def _read_until_closed(connection: socket.socket) -> bytes:
    chunks = []
    try:
        while chunk := connection.recv(65536):
            chunks.append(chunk)
    except ConnectionResetError:
        pass  # the server closed without reading everything; its responses have arrived
    return b"".join(chunks)
