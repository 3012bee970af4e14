"""The metrics count open WebSockets."""

import socket
import struct
from pathlib import Path

import httpx
import pytest
from psycopg2.extensions import connection as Connection  # noqa: N812 - a class with a lower-case name

from harness.servers.server import serve
from tests.contract.shop import new_account
from tests.contract.websockets.conftest import SERVERS
from tests.contract.websockets.sockets import SOCKETS, open_socket
from tests.harness.processes import eventually


def leave_before_the_answer(port: int, token: str) -> None:
    """Send a handshake, and close the connection with a reset at once."""
    head = (
        f"GET {SOCKETS['path']} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        f"Sec-WebSocket-Protocol: bearer, {token}\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.sendall(head.encode())


@pytest.mark.parametrize("implementation", SERVERS)
def test_open_sockets_are_counted(implementation: str, database_url: str, sql: Connection, tmp_path: Path) -> None:
    environment = {"METRICS_ALLOWED": "127.0.0.1", "PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}
    token = new_account(sql).token
    with serve(SERVERS[implementation], database_url, environment=environment) as running:

        def has_sockets(number: int) -> bool:
            return f"\nshop_websocket_connections {number}.0\n" in httpx.get(f"{running.url}/metrics").text

        with open_socket(running.port, token) as first, open_socket(running.port, token) as second:
            assert first.is_there()
            assert second.is_there()
            assert has_sockets(2)
        assert eventually(lambda: has_sockets(0))

        for _ in range(20):
            leave_before_the_answer(running.port, token)
        assert eventually(lambda: has_sockets(0))
        assert "Traceback" not in running.log.read_text(encoding="utf-8")
