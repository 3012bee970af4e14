"""A client that does not read, or is killed, disturbs no other client."""

import asyncio
import json
import socket
import struct
from collections.abc import Iterator
from contextlib import closing

import psutil
import psycopg2
import pytest
from psycopg2.extensions import connection as Connection  # noqa: N812 - a class with a lower-case name
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from harness.databases.clones import database
from harness.ports import LOOPBACK
from harness.postgres.server import Server, postgres
from harness.servers.server import RunningServer, serve
from tests.contract.observed import IMPLEMENTATIONS
from tests.contract.shop import new_account
from tests.contract.websockets.conftest import SERVERS
from tests.contract.websockets.sockets import SOCKETS, TIMEOUT_SECONDS, insert_event, insert_events, small_socket
from tests.harness.processes import eventually

STALLED, KILLED, READING = 5, 5, 490
# More than the buffers of both kernels and of the server hold for a client that does not read.
LARGE_EVENTS, LARGE_BYTES = 12, 40_000
EVENTS = 20


@pytest.fixture(scope="module")
def own_postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A database server that a test may restart."""
    with postgres(tmp_path_factory.mktemp("sockets")) as server:
        yield server


@pytest.fixture(scope="module")
def own_url(own_postgres: Server) -> Iterator[str]:
    """The URL of a database of that server."""
    with database(own_postgres, name_hint="tests") as url:
        yield url


@pytest.fixture(params=IMPLEMENTATIONS)
def own_server(request: pytest.FixtureRequest, own_url: str) -> Iterator[RunningServer]:
    """A server on that database."""
    with serve(SERVERS[request.param], own_url) as running:
        yield running


def restart(server: Server) -> None:
    """Restart PostgreSQL. All its connections are lost."""
    assert server.cluster
    result = server.cluster._run("pg_ctl", "restart", "-w", "-m", "immediate", "-D", server.cluster.directory, "-l", server.cluster.log)
    assert result.returncode == 0, result.stderr


def connections_of(running: RunningServer) -> int:
    """Return the number of connections of clients of a server."""
    return sum(
        each.status == psutil.CONN_ESTABLISHED and each.laddr.port == running.port
        for process in running.processes()
        for each in process.net_connections("tcp")
    )


def kill(one: socket.socket) -> None:
    """Reset the connection."""
    one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    one.close()


async def ids(client: ClientConnection, number: int) -> list[str]:
    """Return the ids of the next events."""
    async with asyncio.timeout(TIMEOUT_SECONDS):
        return [json.loads(await client.recv())["id"] for _ in range(number)]


def test_hundreds_of_clients_receive_all_events_in_order(
    own_postgres: Server, own_url: str, own_server: RunningServer
) -> None:
    with closing(psycopg2.connect(own_url)) as sql:
        sql.autocommit = True
        asyncio.run(_check_hundreds(own_postgres, own_url, own_server, sql))


async def _check_hundreds(server: Server, url: str, running: RunningServer, sql: Connection) -> None:
    address = f"ws://{LOOPBACK}:{running.port}{SOCKETS['path']}"
    options = {
        "subprotocols": ["bearer", new_account(sql).token],
        "compression": None,
        "proxy": None,
        "open_timeout": TIMEOUT_SECONDS,
        "ping_interval": None,
    }
    sockets = [small_socket(running.port) for _ in range(STALLED + KILLED)]
    for one in sockets:
        one.setblocking(False)
    slow = [await connect(address, **options, sock=one, max_queue=1) for one in sockets]
    reading = [await connect(address, **options) for _ in range(READING)]
    for client in slow:
        client.transport.pause_reading()

    large = await asyncio.to_thread(insert_events, sql, LARGE_EVENTS, LARGE_BYTES)
    for client in slow[STALLED:]:
        client.transport.abort()
    small = [await asyncio.to_thread(insert_event, sql) for _ in range(EVENTS)]
    expected = [*large, *small]
    received = await asyncio.gather(*(ids(client, len(expected)) for client in reading))
    assert [each for each in received if each != expected] == []
    assert await asyncio.to_thread(eventually, lambda: connections_of(running) == READING)

    await asyncio.to_thread(restart, server)
    with closing(psycopg2.connect(url)) as again:
        again.autocommit = True
        expected = [insert_event(again) for _ in range(EVENTS)]
    received = await asyncio.gather(*(ids(client, len(expected)) for client in reading))
    assert [each for each in received if each != expected] == []
    for client in slow[:STALLED]:
        client.transport.resume_reading()
        with pytest.raises(ConnectionClosed):
            await ids(client, LARGE_EVENTS + EVENTS)
    await asyncio.gather(*(client.close() for client in reading))
