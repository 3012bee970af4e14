"""Send and receive bytes on a socket, for requests that a client library cannot send."""

import io
import json
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import parse_headers
from typing import Any

HANGS_AFTER_SECONDS = 60
# Makes it likely that a server reads the segments one by one; it has to answer alike if it does not.
BETWEEN_SEGMENTS_SECONDS = 0.05


@dataclass(frozen=True)
class Answer:
    """One response as it came."""

    status: int
    headers: Mapping[str, str]
    content: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.content)

    @property
    def outcome(self) -> tuple[int, str | None, str | None]:
        """Status, the problem's code where it is one, and what becomes of the connection."""
        is_problem = self.headers.get("content-type") == "application/problem+json"
        return self.status, self.json["code"] if is_problem else None, self.headers.get("connection")


def converse(port: int, *segments: bytes, half_close: bool = False) -> list[Answer]:
    """Send segments on one connection and return what is answered until the server closes it."""
    with socket.create_connection(("127.0.0.1", port), timeout=HANGS_AFTER_SECONDS) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            for segment in segments:
                connection.sendall(segment)
                time.sleep(BETWEEN_SEGMENTS_SECONDS if len(segments) > 1 else 0)
            if half_close:
                connection.shutdown(socket.SHUT_WR)
        except (BrokenPipeError, ConnectionResetError):
            pass  # the server has answered and closed before it was sent everything
        return answers_in(_received(connection))


def answers_in(received: bytes) -> list[Answer]:
    """Take apart what came, without responses such as 100 (Continue)."""
    answers = []
    while received:
        head, _, received = received.partition(b"\r\n\r\n")
        line, _, fields = head.partition(b"\r\n")
        headers = {key.lower(): value for key, value in parse_headers(io.BytesIO(fields + b"\r\n\r\n")).items()}
        length = int(headers.get("content-length", 0))
        answers.append(Answer(int(line.split()[1]), headers, received[:length]))
        received = received[length:]
    return [answer for answer in answers if answer.status >= 200]


def _received(connection: socket.socket) -> bytes:
    pieces = []
    try:
        while piece := connection.recv(65536):
            pieces.append(piece)
    except ConnectionResetError:
        pass  # it closed with some of ours unread; what it sent before has come
    return b"".join(pieces)
