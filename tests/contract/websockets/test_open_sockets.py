"""The metrics count open WebSockets."""

from pathlib import Path

import httpx
import pytest
from psycopg2.extensions import connection as Connection  # noqa: N812 - a class with a lower-case name

from harness.servers.server import serve
from tests.contract.shop import new_account
from tests.contract.websockets.conftest import SERVERS
from tests.contract.websockets.sockets import open_socket
from tests.harness.processes import eventually


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
