"""Requests as bytes, for tests of where the server sees a request begin and end."""

import json

from tests.contract.sockets import RawResponse

HOST_HEADER = b"Host: localhost\r\n"
LAST_REQUEST = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
LAST_OUTCOME = (200, None, "close")
CHUNKED = b"Transfer-Encoding: chunked\r\n\r\n"


def request(
    target: str, body: bytes | None = None, *, method: str = "GET", headers: bytes = b"", chunked: bool = False
) -> tuple[bytes, bytes]:
    """Return head and body of a request. A body is sent as JSON, with a Content-Length or in chunks."""
    head = f"{'POST' if body is not None else method} {target} HTTP/1.1\r\n".encode() + HOST_HEADER + headers
    if body is None:
        return head + b"\r\n", b""
    head += b"Content-Type: application/json\r\n"
    if chunked:
        return head + CHUNKED, b"%x;ext=1\r\n%s\r\n0\r\n\r\n" % (len(body), body)
    return head + b"Content-Length: %d\r\n\r\n" % len(body), body


def registration(email: str) -> bytes:
    """Return the JSON body that registers a user."""
    return json.dumps({"email": email, "password": "long enough", "full_name": "Ada"}).encode()


def outcomes(responses: list[RawResponse]) -> list[tuple[int, str | None, str | None]]:
    """Return status, problem code and `Connection` header of each response."""
    return [response.outcome for response in responses]
