"""An offer to upgrade the connection is not accepted, and changes nothing else about the request."""

import pytest

from harness.servers.server import RunningServer
from tests.contract.connections.raw_requests import LAST, LAST_OUTCOME, outcomes, request
from tests.contract.sockets import converse

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
