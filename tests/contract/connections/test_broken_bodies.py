"""Bodies that do not match their headers, and contradictory proxy headers."""

import http.client

import pytest

from harness.servers.server import RunningServer
from tests.contract.client import Client, Json
from tests.contract.raw_connections import RawResponse, connect, request

FORM = "Content-Type: application/x-www-form-urlencoded"
JSON = "Content-Type: application/json"
CHUNKED = "Transfer-Encoding: chunked"
LARGE_BODY_BYTES = 20 * 1024 * 1024


@pytest.fixture
def login_form(sql: object, staff_account: Json) -> bytes:  # noqa: ARG001 - empties the tables
    """Return a valid login form."""
    return f"username={staff_account.email}&password={staff_account.password}".replace("@", "%40").encode()


def send_and_half_close(port: int, data: bytes) -> RawResponse | None:
    """Send a request and close the sending side; return the response, or None if the server closes without one."""
    with connect(port) as connection:
        connection.send(data)
        connection.finish_sending()
        try:
            return connection.read_response()
        except (http.client.BadStatusLine, ConnectionResetError):
            return None


INVALID_CHUNKS = {
    "no size": b"zz\r\n",
    "no digits": b"\r\n\r\n",
    "negative": b"-1\r\na\r\n0\r\n\r\n",
    "hexadecimal by name": b"0x3\r\nabc\r\n0\r\n\r\n",
    "underscore": b"1_0\r\n0123456789abcdef\r\n0\r\n\r\n",
    "space before the size": b" 3\r\nabc\r\n0\r\n\r\n",
    "huge": b"fffffffffffffffffffff\r\nabc\r\n0\r\n\r\n",
    "longer than its size": b"3\r\nabcd\r\n0\r\n\r\n",
    "no line after the chunk": b"3\r\nabc0\r\n\r\n",
    "ends in a size": b"3\r\nabc\r\n3",
    "ends in a chunk": b"5\r\nabc",
    "ends after a chunk": b"3\r\nabc\r\n",
    "ends before the last line": b"3\r\nabc\r\n0\r\n",
}


@pytest.mark.parametrize("body", INVALID_CHUNKS.values(), ids=list(INVALID_CHUNKS))
@pytest.mark.parametrize("path", ["/api/auth/login", "/api/auth/register"])
def test_invalid_chunks_return_400_or_close_the_connection(running: RunningServer, path: str, body: bytes) -> None:
    media_type = FORM if path.endswith("login") else JSON
    before = len(running.log.read_bytes())

    response = send_and_half_close(running.port, request(path, media_type, CHUNKED, method="POST", body=body))

    assert response is None or (response.status, response.headers["connection"]) == (400, "close")
    assert b"Traceback" not in running.log.read_bytes()[before:]


@pytest.mark.parametrize("sent", [0, 1, 20, -1])
def test_truncated_form_does_not_log_in(running: RunningServer, login_form: bytes, sent: int) -> None:
    length = f"Content-Length: {len(login_form)}"

    response = send_and_half_close(
        running.port, request("/api/auth/login", FORM, length, method="POST", body=login_form[:sent])
    )

    assert response is None or response.status == 400


def test_form_shorter_than_its_content_length_does_not_log_in(running: RunningServer, login_form: bytes) -> None:
    length = f"Content-Length: {len(login_form) + 1}"
    before = len(running.log.read_bytes())

    response = send_and_half_close(
        running.port, request("/api/auth/login", FORM, length, method="POST", body=login_form)
    )

    assert response is None or response.status == 400
    assert b"Traceback" not in running.log.read_bytes()[before:]


@pytest.mark.parametrize("chunks", [1, 7, 1000])
def test_chunked_form_logs_in(running: RunningServer, login_form: bytes, chunks: int) -> None:
    size = -(-len(login_form) // chunks)
    parts = [login_form[start : start + size] for start in range(0, len(login_form), size)]
    body = b"".join(b"%X;name=value\r\n%b\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"

    with connect(running.port) as connection:
        connection.send(request("/api/auth/login", FORM, CHUNKED, method="POST", body=body))
        assert connection.read_response().status == 200


@pytest.mark.parametrize("trailer", ["X-Checksum: 1", "Host: elsewhere", "Authorization: Bearer x"])
def test_trailers_are_ignored(running: RunningServer, login_form: bytes, trailer: str) -> None:
    body = b"%x\r\n%b\r\n0\r\n%b\r\n\r\n" % (len(login_form), login_form, trailer.encode())
    with connect(running.port) as connection:
        connection.send(request("/api/auth/login", FORM, CHUNKED, method="POST", body=body) + request())

        assert connection.read_response().status == 200
        assert connection.read_response().status == 200


@pytest.mark.parametrize("framing", [f"Content-Length: {LARGE_BODY_BYTES}", CHUNKED])
def test_too_large_body_is_rejected_and_the_connection_stays_usable(running: RunningServer, framing: str) -> None:
    body = b"a" * LARGE_BODY_BYTES
    if framing == CHUNKED:
        body = b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body)
    with connect(running.port) as connection:
        connection.send(request("/api/auth/login", FORM, framing, method="POST", body=body))
        response = connection.read_response()
        assert (response.status, response.headers["connection"]) == (413, "keep-alive")
        connection.send(request())
        assert connection.read_response().status == 200


@pytest.mark.parametrize(
    ("framing", "body"),
    [
        (f"Content-Length: {LARGE_BODY_BYTES}", b"a" * (LARGE_BODY_BYTES // 10)),
        (CHUNKED, b"%x\r\n%b" % (LARGE_BODY_BYTES, b"a" * (LARGE_BODY_BYTES // 10))),
    ],
    ids=["length", "chunks"],
)
def test_too_large_body_is_rejected_before_it_is_complete(running: RunningServer, framing: str, body: bytes) -> None:
    with connect(running.port) as connection:
        connection.send(request("/api/auth/login", FORM, framing, method="POST", body=body))
        assert connection.read_response().status == 413


def test_expect_100_continue_is_supported(running: RunningServer, login_form: bytes) -> None:
    length = f"Content-Length: {len(login_form)}"
    with connect(running.port) as connection:
        connection.send(request("/api/auth/login", FORM, length, "Expect: 100-continue", method="POST"))
        assert connection.reader.readline() == b"HTTP/1.1 100 Continue\r\n"
        assert connection.reader.readline() == b"\r\n"
        connection.send(login_form)
        assert connection.read_response().status == 200


@pytest.mark.parametrize(
    "lines",
    [
        ("X-Forwarded-Proto: https", "X-Forwarded-Ssl: off"),
        ("X-Forwarded-Proto: http", "X-Forwarded-Ssl: on"),
        ("X-Forwarded-Proto: https", "X-Forwarded-Protocol: https"),
        ("X-Forwarded-Proto: https", "X-Forwarded-Proto: http"),
        ("X-Forwarded-Proto: https, http",),
        ("X-Forwarded-Ssl: on", "X-Forwarded-Ssl: off"),
        ("X-Forwarded-Protocol: ssl", "X-Forwarded-Proto: http", "X-Forwarded-Ssl: off"),
        ("X-Forwarded-For: nonsense, 1", "X-Forwarded-Host: elsewhere", "X-Forwarded-Port: x", "Forwarded: proto=x"),
    ],
    ids=" + ".join,
)
def test_contradictory_proxy_headers_are_ignored(anonymous: Client, lines: tuple[str, ...]) -> None:
    pairs = [(name, value) for name, _, value in (line.partition(": ") for line in lines)]

    response = anonymous.get("/api/products?limit=1", headers=pairs)

    assert (response.status_code, response.headers["content-type"]) == (200, "application/json")
