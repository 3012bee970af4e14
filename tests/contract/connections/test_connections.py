"""Keep-alive, pipelining, and the `Connection` header."""

import pytest

from harness.servers.server import Implementation, RunningServer, serve
from tests.contract.observed import IMPLEMENTATIONS
from tests.contract.raw_connections import RawResponse, connect, request


@pytest.fixture(params=IMPLEMENTATIONS)
def port(request: pytest.FixtureRequest) -> int:
    """Return the port of each implementation's server."""
    running: RunningServer = request.getfixturevalue(request.param)
    return running.port


def send_and_check_connection(port: int, data: bytes) -> tuple[RawResponse, bool]:
    """Send a request; return the response, and whether the server then closes the connection.

    If the response does not say that the connection closes, check that a second request gets a response.
    """
    with connect(port) as connection:
        connection.send(data)
        response = connection.read_response()
        if response.headers["connection"] == "close":
            return response, connection.is_closed()
        connection.send(request())
        assert connection.read_response().status == 200
        return response, False


@pytest.mark.parametrize(
    "lines",
    [
        ("Connection: close",),
        ("Connection: Close",),
        ("Connection:CLOSE ",),
        ("connection: keep-alive, close",),
        ("Connection: close, keep-alive",),
        ("Connection: TE, close",),
        ("Connection: close,TE",),
        ("Connection: x ,\tclose ",),
        ("Connection: ,close,",),
        ("Connection: TE", "Connection: close"),
        ("Connection: close", "Connection: TE"),
        ("Connection: keep-alive", "Connection: close"),
    ],
    ids=" + ".join,
)
def test_connection_close_is_honoured(port: int, lines: tuple[str, ...]) -> None:
    response, closed = send_and_check_connection(port, request("/healthz", *lines))

    assert (response.status, response.headers["connection"], closed) == (200, "close", True)


@pytest.mark.parametrize(
    "lines",
    [
        (),
        ("Connection: keep-alive",),
        ("Connection: Keep-Alive, TE",),
        ("Connection:",),
        ("Connection: x-closed",),
        ("Connection: closed",),
        ("Connection: not-close",),
        ("Connection: close;q=1",),
        ("X-Connection: close",),
    ],
    ids=lambda lines: " + ".join(lines) or "none",
)
def test_connection_is_kept_alive_by_default(port: int, lines: tuple[str, ...]) -> None:
    response, closed = send_and_check_connection(port, request("/healthz", *lines))

    assert (response.status, response.headers["connection"], closed) == (200, "keep-alive", False)


@pytest.mark.parametrize("path", ["/healthz", "/nowhere", "/api/products?limit=1", "/api/orders"])
@pytest.mark.parametrize(
    ("line", "connection_header"),
    [
        ("", "close"),
        ("Connection: keep-alive\r\n", "keep-alive"),
        ("Connection: Keep-Alive, TE\r\n", "keep-alive"),
        ("Connection: keep-alive, close\r\n", "close"),
        ("Connection: close\r\n", "close"),
    ],
    ids=["none", "keep-alive", "keep-alive in a list", "keep-alive and close", "close"],
)
def test_http_1_0_client_gets_http_1_1_and_optional_keep_alive(
    port: int, path: str, line: str, connection_header: str
) -> None:
    response, closed = send_and_check_connection(port, f"GET {path} HTTP/1.0\r\nHost: 127.0.0.1\r\n{line}\r\n".encode())

    assert (response.version, response.headers["connection"], closed) == (
        "HTTP/1.1",
        connection_header,
        connection_header == "close",
    )


def test_pipelined_requests_are_answered_in_order(port: int) -> None:
    body = b'{"email": 1}'
    register = request("/api/auth/register", "Content-Type: application/json", "Content-Length: 12", method="POST")
    chunked = request("/healthz", "Transfer-Encoding: chunked", body=b"3\r\nabc\r\n0\r\n\r\n")
    with connect(port) as connection:
        connection.send(request() + register + body + request("/nowhere") + chunked + request("/readyz") * 5)
        statuses = [connection.read_response().status for _ in range(9)]

    assert statuses == [200, 422, 404, 200, *[200] * 5]


def test_no_request_is_answered_after_connection_close(port: int) -> None:
    with connect(port) as connection:
        connection.send(request("/healthz", "Connection: close") + request())
        assert connection.read_response().status == 200
        assert connection.is_closed()


@pytest.mark.parametrize("target", ["http://127.0.0.1", "http://127.0.0.1/", "http://127.0.0.1?a=1", "/"])
def test_absolute_target_without_a_path_is_the_root(port: int, target: str) -> None:
    with connect(port) as connection:
        connection.send(request("/"))
        root = connection.read_response()
        connection.send(request(target))
        response = connection.read_response()

    assert (response.status, response.headers["content-type"]) == (root.status, root.headers["content-type"])


def test_options_asterisk_is_not_found(port: int) -> None:
    assert_not_found(port, b"OPTIONS * HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")


@pytest.mark.parametrize("implementation", IMPLEMENTATIONS)
def test_options_asterisk_is_not_found_in_debug_mode(implementation: Implementation, database_url: str) -> None:
    with serve(implementation, database_url, environment={"ENVIRONMENT": "development"}) as running:
        assert_not_found(running.port, b"OPTIONS * HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        assert_not_found(running.port, request("/nowhere"))


def assert_not_found(port: int, data: bytes) -> None:
    """Send a request, and check that the response is a 404 problem."""
    with connect(port) as connection:
        connection.send(data)
        response = connection.read_response()

    assert (response.status, response.headers["content-type"]) == (404, "application/problem+json")
