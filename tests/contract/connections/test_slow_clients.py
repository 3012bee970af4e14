"""Clients that are slow or never finish do not block other clients."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress

import pytest

from harness.servers.server import RunningServer
from tests.contract.observed import IMPLEMENTATIONS
from tests.contract.raw_connections import RawConnection, connected, request, status_of

# More than either implementation has threads or database connections.
CLIENTS = 12
RELUCTANT_CLIENTS = 5  # each makes the server fill megabytes
FORM = "Content-Type: application/x-www-form-urlencoded"
SIGN_IN = b"username=shopper%40example.com&password=shopper-demo-password"

UNFINISHED = {
    "nothing": b"",
    "half a request line": b"GET /hea",
    "half a head": b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n",
    "no body": request("/api/auth/login", FORM, "Content-Length: 61", method="POST"),
    "half a body": request("/api/auth/login", FORM, "Content-Length: 61", method="POST", body=SIGN_IN[:30]),
    "no body where none is read": request("/healthz", "Content-Length: 61"),
    "no body where a token is missing": request("/api/orders", "Content-Length: 61", method="POST"),
    "half a chunk": request("/api/auth/login", FORM, "Transfer-Encoding: chunked", method="POST", body=b"3d\r\nuser"),
    "half a chunk size": request("/api/auth/login", FORM, "Transfer-Encoding: chunked", method="POST", body=b"3"),
    "no end of chunks": request("/healthz", "Transfer-Encoding: chunked", body=b"1\r\nx\r\n0\r\n"),
    "no end of trailers": request("/healthz", "Transfer-Encoding: chunked", body=b"0\r\na: b\r\n"),
    "no rest of a body that is too large": request(
        "/api/auth/login", FORM, "Content-Length: 2000000", method="POST", body=b"username="
    ),
    "a request after another": request() + b"GET /",
}


@pytest.fixture(params=IMPLEMENTATIONS)
def port(request: pytest.FixtureRequest) -> int:
    """Where an implementation serves."""
    running: RunningServer = request.getfixturevalue(request.param)
    return running.port


@contextmanager
def clients_that_sent(port: int, data: bytes) -> Iterator[list[RawConnection]]:
    with ExitStack() as stack:
        connections = [stack.enter_context(connected(port)) for _ in range(CLIENTS)]
        for connection in connections:
            connection.send(data)
        yield connections


@pytest.mark.parametrize("data", UNFINISHED.values(), ids=list(UNFINISHED))
def test_partial_requests_do_not_block_other_clients(port: int, data: bytes) -> None:
    with clients_that_sent(port, data):
        assert status_of(port, request("/readyz")) == 200
        assert status_of(port, request("/api/products?limit=1")) == 200


@pytest.mark.parametrize(
    "data",
    [
        request("/healthz", "Connection: close"),
        b"GET /healthz HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n",
        b"no request\r\n\r\n",
        request("/api/auth/login", FORM, "Transfer-Encoding: chunked", method="POST", body=b"zz\r\n"),
    ],
    ids=["asked to close", "HTTP/1.0", "refused", "broken chunks"],
)
def test_clients_that_stay_connected_do_not_block_others(port: int, data: bytes) -> None:
    # One after the other, so that a server that waits for each waits for all of them.
    with clients_that_sent(port, data) as connections:
        for connection in connections:
            assert connection.answer().status in {200, 400}
        assert status_of(port, request("/api/products?limit=1")) == 200


def test_clients_that_do_not_read_responses_do_not_block_others(port: int) -> None:
    assert status_of(port, request("/api/products?limit=1")) == 200  # so that no database connection has to be made
    with ExitStack() as stack:
        for _ in range(RELUCTANT_CLIENTS):
            reluctant = stack.enter_context(socket.socket())
            reluctant.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            reluctant.connect(("127.0.0.1", port))
            reluctant.setblocking(False)
            # Their answers are more than the buffers of a connection hold.
            with suppress(BlockingIOError):
                reluctant.send(request("/openapi.json") * 100)
        assert status_of(port, request("/api/products?limit=1")) == 200


def test_request_sent_in_pieces_is_answered(port: int) -> None:
    body = b"3d\r\n" + SIGN_IN + b"\r\n0\r\n\r\n"
    whole = request("/api/auth/login", FORM, "Transfer-Encoding: chunked", method="POST", body=body)
    with connected(port) as connection:
        for byte in whole:
            connection.send(bytes([byte]))
        assert connection.answer().status == 401
        connection.send(request())
        assert connection.answer().status == 200


def test_half_closed_client_gets_its_response(port: int) -> None:
    with connected(port) as connection:
        connection.send(request("/api/products?limit=1"))
        connection.finish_sending()
        assert connection.answer().status == 200
        assert connection.is_closed()


def test_idle_connections_do_not_block_other_clients(port: int) -> None:
    with ExitStack() as stack:
        idle = [stack.enter_context(connected(port)) for _ in range(200)]
        for connection in idle:
            connection.send(request())
            assert connection.answer().status == 200
        assert status_of(port, request("/readyz")) == 200
        idle[0].send(request())
        assert idle[0].answer().status == 200
