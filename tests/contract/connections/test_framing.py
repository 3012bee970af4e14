"""Where a request begins and ends: offers to upgrade, trailers, half-closed connections, what is cut short or wrong.

What a server says to bytes that are no HTTP is its own; that it closes then, and reads no request out of them, is not.
"""

import json
from collections.abc import Iterator

import pytest

from harness.servers.server import RunningServer
from tests.contract.client import Client
from tests.contract.observed import IMPLEMENTATIONS
from tests.contract.shop import unique_email
from tests.contract.sockets import Answer, converse

HOST = b"Host: localhost\r\n"
LAST = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
LAST_OUTCOME = (200, None, "close")
CHUNKED = b"Transfer-Encoding: chunked\r\n\r\n"

OFFERS = {
    "h2c": b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA\r\n",
    "TLS": b"Upgrade: TLS/1.0\r\nConnection: upgrade\r\n",
    "WebSocket": b"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
    b"Sec-WebSocket-Version: 13\r\n",
}


@pytest.fixture(params=IMPLEMENTATIONS)
def running(request: pytest.FixtureRequest) -> RunningServer:
    """Each implementation in turn."""
    served: RunningServer = request.getfixturevalue(request.param)
    return served


@pytest.fixture(autouse=True)
def quiet(fastapi: RunningServer) -> Iterator[None]:
    """No client can bring about a traceback."""
    before = len(fastapi.log.read_bytes())
    yield
    assert b"Traceback" not in fastapi.log.read_bytes()[before:]


def request(
    target: str, body: bytes | None = None, *, method: str = "GET", headers: bytes = b"", chunked: bool = False
) -> tuple[bytes, bytes]:
    """Head and body of a request; a JSON body, with its length or in chunks."""
    head = f"{'POST' if body is not None else method} {target} HTTP/1.1\r\n".encode() + HOST + headers
    if body is None:
        return head + b"\r\n", b""
    head += b"Content-Type: application/json\r\n"
    if chunked:
        return head + CHUNKED, b"%x;ext=1\r\n%s\r\n0\r\n\r\n" % (len(body), body)
    return head + b"Content-Length: %d\r\n\r\n" % len(body), body


def registration(email: str) -> bytes:
    return json.dumps({"email": email, "password": "long enough", "full_name": "Ada"}).encode()


def outcomes(answers: list[Answer]) -> list[tuple[int, str | None, str | None]]:
    return [answer.outcome for answer in answers]


# An upgrade that is not made


@pytest.mark.parametrize("chunked", [False, True], ids=["with its length", "in chunks"])
@pytest.mark.parametrize("offer", OFFERS.values(), ids=OFFERS)
def test_request_with_upgrade_header_keeps_its_body(running: RunningServer, offer: bytes, chunked: bool) -> None:
    head, body = request("/api/auth/refresh", b'{"refresh_token": "x"}', headers=offer, chunked=chunked)
    expected = [(401, "invalid_token", "keep-alive"), LAST_OUTCOME]

    assert outcomes(converse(running.port, head + body + LAST)) == expected
    assert outcomes(converse(running.port, head, body + LAST)) == expected
    assert outcomes(converse(running.port, head[:60], head[60:] + body[:9], body[9:], LAST)) == expected


def test_pipelined_requests_with_upgrade_header_are_answered_in_order(running: RunningServer) -> None:
    head, _ = request("/healthz", headers=OFFERS["h2c"])

    assert outcomes(converse(running.port, head * 200 + LAST)) == [(200, None, "keep-alive")] * 200 + [LAST_OUTCOME]


def test_upgrade_header_is_not_logged(fastapi: RunningServer) -> None:
    before = fastapi.log.read_bytes()
    head, _ = request("/healthz", headers=OFFERS["h2c"])
    converse(fastapi.port, head + LAST)

    assert fastapi.log.read_bytes() == before


@pytest.mark.parametrize(("target", "status"), [("localhost:443", 404), ("/healthz", 405)])
def test_connect_method_opens_no_tunnel(running: RunningServer, target: str, status: int) -> None:
    head, _ = request(target, method="CONNECT")

    assert [(answer.status, answer.headers["connection"]) for answer in converse(running.port, head + LAST)] == [
        (status, "close")
    ]


# Trailers


def test_authorization_in_a_trailer_does_not_authenticate(running: RunningServer, shopper: Client) -> None:
    assert shopper.account
    head = b"GET /api/orders HTTP/1.1\r\n" + HOST + CHUNKED
    trailer = b"0\r\nAuthorization: Bearer " + shopper.account.token.encode() + b"\r\n\r\n"

    for segments in ([head + trailer + LAST], [head, trailer + LAST]):
        assert converse(running.port, *segments)[0].status in {400, 401}


@pytest.mark.parametrize(
    "trailer",
    [
        b"Authorization: Bearer x",
        b"Host: elsewhere.example",
        b"Content-Type: text/plain",
        b"Content-Encoding: gzip",
        b"Accept: text/html",
        b"Expect: 100-continue",
        b"Upgrade: h2c",
        b"X-Request-ID: one",
    ],
)
def test_trailers_do_not_change_the_response(running: RunningServer, trailer: bytes) -> None:
    head, body = request("/api/auth/refresh", b'{"refresh_token": "x"}', chunked=True)
    body = body.removesuffix(b"\r\n") + trailer + b"\r\n\r\n"
    expected = [(401, "invalid_token", "keep-alive"), LAST_OUTCOME]

    assert outcomes(converse(running.port, head + body + LAST)) == expected
    assert outcomes(converse(running.port, head, body[:-5], body[-5:] + LAST)) == expected


def test_connection_close_in_a_trailer_closes_after_the_response(fastapi: RunningServer) -> None:
    head, body = request("/api/auth/refresh", b'{"refresh_token": "x"}', chunked=True)
    trailer = body.removesuffix(b"\r\n") + b"Connection: close\r\n\r\n"

    assert outcomes(converse(fastapi.port, head + trailer + LAST)) == [(401, "invalid_token", "close")]
    # This one is answered before its body has come.
    bodiless = b"GET /healthz HTTP/1.1\r\n" + HOST + CHUNKED
    answers = converse(fastapi.port, bodiless, b"0\r\nConnection: close\r\n\r\n", LAST)
    assert [answer.status for answer in answers] == [200]


# The end of what the client sends


def test_half_closed_client_gets_its_response(running: RunningServer) -> None:
    head, _ = request("/api/products?limit=1")

    (answer,) = converse(running.port, head, half_close=True)
    assert (answer.status, list(answer.json)) == (200, ["items", "next"])


def test_writes_of_a_half_closed_client_are_processed(running: RunningServer) -> None:
    bodies = [registration(unique_email()) for _ in range(2)]
    requests = b"".join(part for body in bodies for part in request("/api/auth/register", body))

    answers = converse(running.port, requests, half_close=True)
    assert [(answer.status, answer.json["email"]) for answer in answers] == [
        (201, json.loads(body)["email"]) for body in bodies
    ]


@pytest.mark.parametrize("chunked", [False, True], ids=["with its length", "in chunks"])
def test_truncated_body_is_not_processed(running: RunningServer, chunked: bool) -> None:
    email = unique_email()
    head, body = request("/api/auth/register", registration(email) + b" " * 9, chunked=chunked)
    cut = body.removesuffix(b"0\r\n\r\n") if chunked else body[:-9]

    assert converse(running.port, head + cut, half_close=True) == []
    assert converse(running.port, head, cut, half_close=True) == []
    whole = request("/api/auth/register", registration(email))
    assert [answer.status for answer in converse(running.port, b"".join(whole) + LAST)] == [201, 200]


def test_truncated_request_does_not_affect_the_previous_response(running: RunningServer) -> None:
    whole, _ = request("/api/products?limit=1")
    head, body = request("/api/auth/register", registration(unique_email()))

    for cut in (head + body[:-1], head[:-2], b"GE"):
        assert [answer.status for answer in converse(running.port, whole + cut, half_close=True)] == [200]


# What is no HTTP

GET = b"GET /healthz HTTP/1.1\r\n" + HOST
POST = b"POST /api/auth/refresh HTTP/1.1\r\n" + HOST + b"Content-Type: application/json\r\n"

WRONG = {
    "length and chunks": POST + b"Content-Length: 5\r\n" + CHUNKED + b"0\r\n\r\n",
    "two lengths": POST + b"Content-Length: 5\r\nContent-Length: 0\r\n\r\n",
    "a list of lengths": POST + b"Content-Length: 0, 0\r\n\r\n",
    "a negative length": POST + b"Content-Length: -1\r\n\r\n",
    "a length with a sign": POST + b"Content-Length: +1\r\n\r\nx",
    "a coding that is not chunked": POST + b"Transfer-Encoding: gzip\r\n\r\n0\r\n\r\n",
    "chunked twice": POST + b"Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n",
    "chunks in HTTP/1.0": POST.replace(b"1.1", b"1.0") + b"Connection: keep-alive\r\n" + CHUNKED + b"0\r\n\r\n",
    "a space after a name": POST + b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
    "a space in a name": GET + b"X A: 1\r\n\r\n",
    "no name": GET + b": 1\r\n\r\n",
    "no colon": GET + b"abc\r\n\r\n",
    "a folded line": GET + b"X-A: 1\r\n 2\r\n\r\n",
    "lines that end in LF": (GET + b"\r\n").replace(b"\r\n", b"\n"),
    "NUL": GET + b"X-A: a\0b\r\n\r\n",
    "a control character": GET + b"X-A: a\x01b\r\n\r\n",
    "HTTP/2.0": GET.replace(b"1.1", b"2.0") + b"\r\n",
    "HTTP/0.9": GET.replace(b"1.1", b"0.9") + b"\r\n",
    "no version": b"GET /healthz\r\n\r\n",
    "no target": b"garbage\r\n\r\n",
    "a target without a slash": GET.replace(b"/healthz", b"healthz") + b"\r\n",
    "a space in the target": GET.replace(b"/healthz", b"/a b") + b"\r\n",
}
WRONG_CHUNKS = {
    "letters": b"zz\r\n",
    "a sign": b"-1\r\n",
    "too large a number": b"f" * 17 + b"\r\n",
    "no end of the chunk": b"1\r\nxx0\r\n\r\n",
    "LF": b"1\nx\n0\n\n",
}


@pytest.mark.parametrize("sent", WRONG.values(), ids=WRONG)
def test_no_request_is_read_after_a_malformed_request(running: RunningServer, sent: bytes) -> None:
    assert [answer.status for answer in converse(running.port, sent + LAST)] == [400]


@pytest.mark.parametrize("chunks", WRONG_CHUNKS.values(), ids=WRONG_CHUNKS)
def test_no_request_is_read_after_invalid_chunks(running: RunningServer, chunks: bytes) -> None:
    head = POST + CHUNKED

    for segments in ([head + chunks + LAST], [head, chunks + LAST]):
        assert [answer.status for answer in converse(running.port, *segments)] == [400]


@pytest.mark.parametrize("trailer", [b"Content-Length: 3", b"Transfer-Encoding: chunked"])
def test_content_length_in_a_trailer_is_ignored(running: RunningServer, trailer: bytes) -> None:
    answers = converse(running.port, POST + CHUNKED + b"0\r\n" + trailer + b"\r\n\r\n" + LAST)

    # The body is empty. What is behind it is refused or read, but not taken for a part of it.
    assert outcomes(answers) in ([(400, None, "close")], [(400, "malformed_body", "keep-alive"), LAST_OUTCOME])


def test_invalid_chunks_after_a_response_add_no_second_response(running: RunningServer) -> None:
    head = b"GET /healthz HTTP/1.1\r\n" + HOST + CHUNKED
    answers = converse(running.port, head, b"zz\r\n")

    assert answers[0].status in {200, 400}
    assert len(answers) == 1


def test_malformed_request_does_not_affect_the_previous_response(running: RunningServer) -> None:
    head, _ = request("/api/products?limit=1")
    answers = converse(running.port, head + b"garbage\r\n\r\n")

    assert [answer.status for answer in answers] in ([200], [200, 400])


@pytest.mark.parametrize(
    "sent",
    [
        GET + b"X-A: " + b"a" * 2_000_000 + b"\r\n\r\n",
        GET + b"X-A: a\r\n" * 101 + b"\r\n",
        POST + CHUNKED + b"0\r\nX-A: " + b"a" * 2_000_000 + b"\r\n\r\n",
        POST + CHUNKED + b"0;" + b"a" * 2_000_000 + b"\r\n\r\n",
    ],
    ids=["a long header", "many headers", "a long trailer", "a long extension of a chunk"],
)
def test_oversized_headers_and_trailers_are_rejected(fastapi: RunningServer, sent: bytes) -> None:
    assert [answer.status for answer in converse(fastapi.port, sent)] in ([400], [])


# Forms of the target


@pytest.mark.parametrize(
    "authority", ["127.0.0.1", "127.0.0.1:80", "127.0.0.1:99999", "elsewhere.example", "u:p@[::1]"]
)
def test_only_path_and_query_of_an_absolute_target_are_used(running: RunningServer, authority: str) -> None:
    for path, expected in (("/healthz", 200), ("", 200), ("?a=1", 200), ("/nowhere", 404)):
        head, _ = request(f"http://{authority}{path}")
        assert [answer.status for answer in converse(running.port, head + LAST)] == [expected, 200]
