"""Clients that do not read, or are killed, disturb no other client, and neither does a restart of PostgreSQL."""

import asyncio
import json
import resource
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager, closing
from dataclasses import dataclass
from typing import Any

import psycopg2
import pytest
from psycopg2.extensions import connection as Connection  # noqa: N812 - a class with a lower-case name
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from harness.databases.clones import database
from harness.ports import LOOPBACK
from harness.postgres.server import Server, postgres
from harness.servers.server import RunningServer, serve
from tests.contract.shop import new_account, rows
from tests.contract.websockets.conftest import SERVERS
from tests.contract.websockets.sockets import SOCKETS, TIMEOUT_SECONDS, insert_event, small_socket
from tests.harness.processes import eventually

STALLED, KILLED, READING = 5, 5, 490
# For the slow clients alone. Together they are more than the kernel keeps for a client that does not read.
LARGE_EVENTS, LARGE_BYTES = 100, 60_000
EVENTS = 20
OPEN_FILES = 4096


@dataclass(frozen=True)
class Clients:
    """The clients of one server."""

    running: RunningServer
    reading: list[ClientConnection]
    stalled: list[ClientConnection]
    killed: list[ClientConnection]

    def server_has_closed(self) -> bool:
        """Return whether the server has connections to the clients alone that read."""
        found = [each for one in self.running.processes() for each in one.net_connections("tcp")]
        return sum(each.laddr.port == self.running.port and bool(each.raddr) for each in found) == READING


@pytest.fixture
def many_files() -> Iterator[None]:
    """Allow this process to open as many files as there are clients."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    enough = OPEN_FILES if hard == resource.RLIM_INFINITY else min(OPEN_FILES, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, enough), hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.fixture
def own_postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A database server that the test may restart."""
    with postgres(tmp_path_factory.mktemp("sockets")) as server:
        yield server


def restart(server: Server) -> None:
    """Restart PostgreSQL as after a crash. All its connections are lost."""
    assert server.cluster
    directory, log = server.cluster.directory, server.cluster.log
    result = server.cluster._run("pg_ctl", "restart", "-w", "-m", "immediate", "-D", directory, "-l", log)
    assert result.returncode == 0, result.stderr


@pytest.mark.usefixtures("many_files")
def test_hundreds_of_clients_receive_all_events_in_order(own_postgres: Server) -> None:
    with ExitStack() as stack:
        url = stack.enter_context(database(own_postgres, name_hint="tests"))
        servers = [stack.enter_context(serve(name, url)) for name in SERVERS.values()]
        asyncio.run(_check(own_postgres, url, servers))


async def _check(server: Server, url: str, servers: list[RunningServer]) -> None:
    async with AsyncExitStack() as stack:
        with closing(_connect(url)) as sql:
            user, slow_user = new_account(sql), new_account(sql)
            sides = [
                await stack.enter_async_context(_clients(running, user.token, slow_user.token)) for running in servers
            ]
            await asyncio.to_thread(_insert_large_events, sql, slow_user.id)
            for side in sides:
                for client in side.killed:
                    client.transport.abort()
            expected = [await asyncio.to_thread(insert_event, sql) for _ in range(EVENTS)]
        await _expect(sides, expected)
        for side in sides:
            assert await asyncio.to_thread(eventually, side.server_has_closed)

        await asyncio.to_thread(restart, server)
        with closing(_connect(url)) as sql:
            expected = [await asyncio.to_thread(insert_event, sql) for _ in range(EVENTS)]
        await _expect(sides, expected)
        for side in sides:
            for client in side.stalled:
                client.transport.resume_reading()
                with pytest.raises(ConnectionClosed):
                    await _ids(client, LARGE_EVENTS)


def _connect(url: str) -> Connection:
    connection = psycopg2.connect(url)
    connection.autocommit = True
    return connection


def _insert_large_events(sql: Connection, customer_id: str) -> None:
    data = json.dumps({"name": "x" * LARGE_BYTES})
    rows(
        sql,
        "INSERT INTO outbox (type, data, is_public, customer_id, attempts, error)"
        " SELECT 'stock.low', %s, false, %s, 0, '' FROM generate_series(1, %s) RETURNING id",
        data,
        customer_id,
        LARGE_EVENTS,
    )


@asynccontextmanager
async def _clients(running: RunningServer, token: str, slow_token: str) -> AsyncIterator[Clients]:
    reading = await _open(running.port, token, READING)
    slow = await _open(running.port, slow_token, STALLED + KILLED, small=True)
    for client in slow:
        client.transport.pause_reading()
    try:
        yield Clients(running, reading, slow[:STALLED], slow[STALLED:])
    finally:
        for client in (*reading, *slow):
            client.transport.abort()
        await asyncio.gather(*(client.wait_closed() for client in (*reading, *slow)))


async def _open(port: int, token: str, number: int, *, small: bool = False) -> list[ClientConnection]:
    address = f"ws://{LOOPBACK}:{port}{SOCKETS['path']}"
    options: Mapping[str, Any] = {
        "subprotocols": [SOCKETS["subprotocol"], token],
        "compression": None,
        "proxy": None,
        "open_timeout": TIMEOUT_SECONDS,
        "ping_interval": None,
    }
    at_once = asyncio.Semaphore(20)

    async def open_one() -> ClientConnection:
        async with at_once:
            own: dict[str, Any] = {"sock": small_socket(port)} if small else {}
            return await connect(address, **options, **own)

    return await asyncio.gather(*(open_one() for _ in range(number)))


async def _expect(sides: list[Clients], expected: list[str]) -> None:
    """Fail unless the next events of all clients that read are these."""
    received = await asyncio.gather(*(_ids(client, len(expected)) for side in sides for client in side.reading))
    assert [each for each in received if each != expected] == []


async def _ids(client: ClientConnection, number: int) -> list[str]:
    async with asyncio.timeout(TIMEOUT_SECONDS):
        return [json.loads(await client.recv())["id"] for _ in range(number)]
