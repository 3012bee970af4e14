"""Clients that are slow or never finish do not block other clients."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress

import pytest

from harness.servers.server import RunningServer
from tests.contract.observed import IMPLEMENTATIONS
from tests.contract.raw_connections import RawConnection, connect, request, status_of

# More than the threads or database connections of either implementation.
CLIENTS = 12
NON_READING_CLIENTS = 5  # each makes the server buffer megabytes of responses
FORM = "Content-Type: application/x-www-form-urlencoded"
LOGIN_FORM = b"username=shopper%40example.com&password=shopper-demo-password"

PARTIAL_REQUESTS = {
    "nothing": b"",
    "half a request line": b"GET /hea",
    "half a head": b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n",
    "no body": request("/api/auth/login", FORM, "Content-Length: 61", method="POST"),
    "half a body": request("/api/auth/login", FORM, "Content-Length: 61", method="POST", body=LOGIN_FORM[:30]),
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
    """Return the port of each implementation's server."""
    running: RunningServer = request.getfixturevalue(request.param)
    return running.port


@contextmanager
def clients_that_sent(port: int, data: bytes) -> Iterator[list[RawConnection]]:
    """Yield connections on each of which a client has sent these bytes."""
    with ExitStack() as stack:
        connections = [stack.enter_context(connect(port)) for _ in range(CLIENTS)]
        for connection in connections:
            connection.send(data)
        yield connections


@pytest.mark.parametrize("data", PARTIAL_REQUESTS.values(), ids=list(PARTIAL_REQUESTS))
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
    ids=["asked to close", "HTTP/1.0", "rejected", "broken chunks"],
)
def test_clients_that_stay_connected_do_not_block_others(port: int, data: bytes) -> None:
    # The clients read one after the other, so that a server that waits for each of them waits for all.
    with clients_that_sent(port, data) as connections:
        for connection in connections:
            assert connection.read_response().status in {200, 400}
        assert status_of(port, request("/api/products?limit=1")) == 200


def test_clients_that_do_not_read_responses_do_not_block_others(port: int) -> None:
    assert status_of(port, request("/api/products?limit=1")) == 200  # opens the database connection
    with ExitStack() as stack:
        for _ in range(NON_READING_CLIENTS):
            client = stack.enter_context(socket.socket())
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            client.connect(("127.0.0.1", port))
            client.setblocking(False)
            # The responses exceed the socket buffers of the connection.
            with suppress(BlockingIOError):
                client.send(request("/openapi.json") * 100)
        assert status_of(port, request("/api/products?limit=1")) == 200


def test_request_sent_in_pieces_is_answered(port: int) -> None:
    body = b"3d\r\n" + LOGIN_FORM + b"\r\n0\r\n\r\n"
    login = request("/api/auth/login", FORM, "Transfer-Encoding: chunked", method="POST", body=body)
    with connect(port) as connection:
        for value in login:
            connection.send(bytes([value]))
        assert connection.read_response().status == 401
        connection.send(request())
        assert connection.read_response().status == 200


def test_half_closed_client_gets_its_response(port: int) -> None:
    with connect(port) as connection:
        connection.send(request("/api/products?limit=1"))
        connection.finish_sending()
        assert connection.read_response().status == 200
        assert connection.is_closed()


def test_idle_connections_do_not_block_other_clients(port: int) -> None:
    with ExitStack() as stack:
        idle = [stack.enter_context(connect(port)) for _ in range(200)]
        for connection in idle:
            connection.send(request())
            assert connection.read_response().status == 200
        assert status_of(port, request("/readyz")) == 200
        idle[0].send(request())
        assert idle[0].read_response().status == 200
