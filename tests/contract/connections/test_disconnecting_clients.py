"""Clients that disconnect early or send malformed requests cause no error in the server's log."""

import json
import socket
import struct
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx
import pytest

from harness.servers.server import RunningServer, serve
from tests.contract.observed import IMPLEMENTATIONS

FORM_TYPE = "application/x-www-form-urlencoded"
FORM = b"username=nobody-of-this-name@example.com&password=a-password-of-the-tests"
LOGIN = (
    b"POST /api/auth/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    b"Content-Length: %d\r\n\r\n%s" % (len(FORM), FORM)
)
RESET_ON_CLOSE = struct.pack("ii", 1, 0)


@pytest.fixture(scope="module", params=IMPLEMENTATIONS)
def own_server(request: pytest.FixtureRequest, database_url: str) -> Iterator[RunningServer]:
    """Yield a server to whose log no other test writes."""
    with serve(request.param, database_url) as running:
        yield running


def connect(running: RunningServer) -> socket.socket:
    """Return a socket connected to the server."""
    return socket.create_connection(("127.0.0.1", urlsplit(running.url).port or 0), timeout=60)


def assert_no_error_is_logged(running: RunningServer) -> None:
    """Check that the server is ready, and that its log contains no error."""
    assert httpx.get(f"{running.url}/readyz", trust_env=False).status_code == 200
    lines = [json.loads(line) for line in running.log_tail(1000).splitlines()]
    assert [line for line in lines if line["level"] in {"error", "critical"} or "rror" in line["event"]] == []
    assert [line for line in lines if "exception" in line] == []


def test_reset_during_pipelined_requests_logs_no_error(own_server: RunningServer) -> None:
    for _ in range(10):
        with connect(own_server) as client:
            client.sendall(2 * LOGIN + b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\n\r\n")
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
    # The response comes after the logins above, because the servers hash passwords in order of arrival.
    response = httpx.post(
        f"{own_server.url}/api/auth/login", content=FORM, headers={"Content-Type": FORM_TYPE}, timeout=60
    )

    assert response.status_code == 401
    assert_no_error_is_logged(own_server)


def test_invalid_chunks_after_a_too_large_body_close_the_connection(own_server: RunningServer) -> None:
    head = b"POST /api/auth/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    with connect(own_server) as client:
        client.sendall(head + b"Transfer-Encoding: chunked\r\n\r\n200000\r\n")
        client.sendall(b"x" * 0x200000 + b"\r\nzz\r\n\r\n")
        received = b"".join(iter(lambda: client.recv(65536), b""))

    assert received.count(b"HTTP/1.1 ") == 1
    assert received.startswith((b"HTTP/1.1 413", b"HTTP/1.1 400"))
    assert "Traceback" not in own_server.log_tail(1000)


@pytest.mark.parametrize("empty_lines", [1, 2, 3])
def test_empty_lines_before_a_request_are_ignored(own_server: RunningServer, empty_lines: int) -> None:
    with connect(own_server) as client:
        for _ in range(empty_lines):
            client.sendall(b"\r\n")
        client.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        received = b"".join(iter(lambda: client.recv(65536), b""))

    assert received.startswith(b"HTTP/1.1 200")
