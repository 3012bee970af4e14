"""Servers ignore an Upgrade header, and process the request as without it."""

import pytest

from harness.servers.server import RunningServer
from tests.contract.connections.raw_requests import LAST_OUTCOME, LAST_REQUEST, outcomes, request
from tests.contract.sockets import send_and_receive

pytestmark = pytest.mark.usefixtures("no_traceback")

OFFERS = {
    "h2c": b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA\r\n",
    "TLS": b"Upgrade: TLS/1.0\r\nConnection: upgrade\r\n",
    "WebSocket": b"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
    b"Sec-WebSocket-Version: 13\r\n",
}


@pytest.mark.parametrize("chunked", [False, True], ids=["with its length", "in chunks"])
@pytest.mark.parametrize("offer", OFFERS.values(), ids=OFFERS)
def test_request_with_upgrade_header_keeps_its_body(running: RunningServer, offer: bytes, chunked: bool) -> None:
    head, body = request("/api/auth/refresh", b'{"refresh_token": "x"}', headers=offer, chunked=chunked)
    expected = [(401, "invalid_token", "keep-alive"), LAST_OUTCOME]

    assert outcomes(send_and_receive(running.port, head + body + LAST_REQUEST)) == expected
    assert outcomes(send_and_receive(running.port, head, body + LAST_REQUEST)) == expected
    assert outcomes(send_and_receive(running.port, head[:60], head[60:] + body[:9], body[9:], LAST_REQUEST)) == expected


def test_pipelined_requests_with_upgrade_header_are_answered_in_order(running: RunningServer) -> None:
    head, _ = request("/healthz", headers=OFFERS["h2c"])

    responses = send_and_receive(running.port, head * 200 + LAST_REQUEST)

    assert outcomes(responses) == [(200, None, "keep-alive")] * 200 + [LAST_OUTCOME]


def test_upgrade_header_is_not_logged(fastapi: RunningServer) -> None:
    before = fastapi.log.read_bytes()
    head, _ = request("/healthz", headers=OFFERS["h2c"])
    send_and_receive(fastapi.port, head + LAST_REQUEST)

    assert fastapi.log.read_bytes() == before


@pytest.mark.parametrize(("target", "status"), [("localhost:443", 404), ("/healthz", 405)])
def test_connect_method_opens_no_tunnel(running: RunningServer, target: str, status: int) -> None:
    head, _ = request(target, method="CONNECT")

    responses = send_and_receive(running.port, head + LAST_REQUEST)

    assert [(response.status, response.headers["connection"]) for response in responses] == [(status, "close")]
