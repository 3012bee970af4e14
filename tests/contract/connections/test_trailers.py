"""Fields in the trailer of a chunked body do not become headers of the request."""

import pytest

from harness.servers.server import RunningServer
from tests.contract.client import Client
from tests.contract.connections.raw_requests import CHUNKED, HOST_HEADER, LAST_OUTCOME, LAST_REQUEST, outcomes, request
from tests.contract.sockets import send_and_receive

pytestmark = pytest.mark.usefixtures("no_traceback")


def test_authorization_in_a_trailer_does_not_authenticate(running: RunningServer, shopper: Client) -> None:
    assert shopper.account
    head = b"GET /api/orders HTTP/1.1\r\n" + HOST_HEADER + CHUNKED
    trailer = b"0\r\nAuthorization: Bearer " + shopper.account.token.encode() + b"\r\n\r\n"

    for segments in ([head + trailer + LAST_REQUEST], [head, trailer + LAST_REQUEST]):
        assert send_and_receive(running.port, *segments)[0].status in {400, 401}


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

    assert outcomes(send_and_receive(running.port, head + body + LAST_REQUEST)) == expected
    assert outcomes(send_and_receive(running.port, head, body[:-5], body[-5:] + LAST_REQUEST)) == expected


def test_connection_close_in_a_trailer_closes_after_the_response(fastapi: RunningServer) -> None:
    head, body = request("/api/auth/refresh", b'{"refresh_token": "x"}', chunked=True)
    trailer = body.removesuffix(b"\r\n") + b"Connection: close\r\n\r\n"

    assert outcomes(send_and_receive(fastapi.port, head + trailer + LAST_REQUEST)) == [(401, "invalid_token", "close")]
    # The server responds to this request before it has read the body.
    head_without_body = b"GET /healthz HTTP/1.1\r\n" + HOST_HEADER + CHUNKED
    responses = send_and_receive(fastapi.port, head_without_body, b"0\r\nConnection: close\r\n\r\n", LAST_REQUEST)
    assert [response.status for response in responses] == [200]
