"""Timeouts of the protocol class: incomplete requests, slow applications, WebSockets and shutdown."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest
from uvicorn import Config
from uvicorn.server import ServerState
from websockets.asyncio.client import connect

from fastapi_impl.config.protocol import HttpProtocol
from fastapi_impl.contract import SOCKETS

GET = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
TEST_TIMEOUT = 60
# The tests check that the connection is closed and what was sent before, not when it is closed.
SHORT = 0.1


class ShortTimeoutProtocol(HttpProtocol):
    """The protocol with a short timeout."""

    request_timeout = SHORT


class Server:
    """Serve an application with the protocol on a local port."""

    def __init__(self, app: Any, *, ws: str = "none", keep_alive: float = 75) -> None:
        self.config = Config(app, ws=ws, log_level="warning", lifespan="off", proxy_headers=False)
        self.config.load()
        self.config.timeout_keep_alive = keep_alive  # type: ignore[assignment]  # the event loop accepts a float
        self.state = ServerState()
        self.port = 0

    def protocol(self) -> asyncio.Protocol:
        return ShortTimeoutProtocol(config=self.config, server_state=self.state, app_state={})

    @asynccontextmanager
    async def listening(self) -> AsyncIterator["Server"]:
        server = await asyncio.get_running_loop().create_server(self.protocol, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        yield self
        server.close()

    async def send(self, *segments: bytes, every: float = 0) -> bytes:
        """Send segments and return everything received until the server closes the connection."""
        async with asyncio.timeout(TEST_TIMEOUT):
            reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
            received = asyncio.ensure_future(read_all(reader))
            for segment in segments:
                if received.done():
                    break
                writer.write(segment)
                await asyncio.sleep(every)
            try:
                return await received
            finally:
                writer.close()


async def read_all(reader: asyncio.StreamReader) -> bytes:
    """Return everything received until the connection is closed or reset."""
    received = b""
    with suppress(ConnectionResetError):
        while chunk := await reader.read(65536):
            received += chunk
    return received


async def echo(_scope: Any, receive: Any, send: Any) -> None:
    """Return the complete request body."""
    body, more = b"", True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        body, more = body + message["body"], message["more_body"]
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % len(body))]})
    await send({"type": "http.response.body", "body": body})


async def slow(scope: Any, receive: Any, send: Any) -> None:
    """Read the request long after the request timeout has passed."""
    await asyncio.sleep(SHORT * 5)
    await echo(scope, receive, send)


@pytest.mark.parametrize(
    "segments",
    [
        [b"G"],
        [b"GET / HTTP/1.1\r\nHost: local"],
        [b"\r\n"] * 500,
        [b"GET / HTTP/1.1\r\n"] + [b"X-A: 1\r\n"] * 500,
        [b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n"] + [b"x"] * 500,
        [b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"] + [b"1\r\nx\r\n"] * 500,
    ],
    ids=["one letter", "partial header", "empty lines", "slow headers", "slow body", "slow chunks"],
)
async def test_incomplete_request_times_out(segments: list[bytes]) -> None:
    async with Server(echo).listening() as server:
        assert await server.send(*segments, every=SHORT / 5) == b""


async def test_idle_connection_times_out() -> None:
    async with Server(echo, keep_alive=SHORT).listening() as server:
        assert await server.send() == b""


async def test_pending_response_is_sent_before_timeout() -> None:
    async with Server(slow).listening() as server:
        received = await server.send(GET + b"GET / HT")

    assert received.count(b"HTTP/1.1 200 OK") == 1


async def test_paused_reading_does_not_time_out() -> None:
    async def idle(_scope: Any, _receive: Any, _send: Any) -> None:
        await asyncio.Event().wait()

    async with Server(idle).listening() as server, asyncio.timeout(TEST_TIMEOUT):
        _, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100001\r\n\r\n" + b"x" * 100_000)
        while not any(
            connection.flow.read_paused
            for connection in server.state.connections
            if isinstance(connection, HttpProtocol)
        ):
            await asyncio.sleep(SHORT / 10)
        await asyncio.sleep(SHORT * 3)

        assert [connection.transport.is_closing() for connection in server.state.connections] == [False]
        writer.close()
        for task in server.state.tasks:
            task.cancel()


async def test_websocket_connection_does_not_time_out() -> None:
    async def socket(scope: Any, receive: Any, send: Any) -> None:
        assert scope["type"] == "websocket"
        await receive()
        await send({"type": "websocket.accept"})
        message = await receive()
        await asyncio.sleep(SHORT * 5)
        await send({"type": "websocket.send", "text": message["text"].upper()})
        await receive()

    async with (
        Server(socket, ws="websockets-sansio").listening() as server,
        asyncio.timeout(TEST_TIMEOUT),
        connect(f"ws://127.0.0.1:{server.port}{SOCKETS['path']}", proxy=None) as client,
    ):
        await client.send("hello")
        assert await client.recv() == "HELLO"


async def test_unsupported_upgrade_keeps_request_body() -> None:
    head = (
        b"POST / HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade, close\r\nUpgrade: h2c\r\nContent-Length: 2\r\n\r\n"
    )
    async with Server(echo, ws="websockets-sansio").listening() as server:
        assert (await server.send(head + b"ok")).endswith(b"\r\n\r\nok")


async def test_response_during_shutdown_has_one_connection_header() -> None:
    async with Server(slow).listening() as server:
        response = asyncio.ensure_future(server.send(GET))
        async with asyncio.timeout(TEST_TIMEOUT):
            while not server.state.tasks:
                await asyncio.sleep(0)
        for connection in list(server.state.connections):
            connection.shutdown()
        received = (await response).lower()

    assert (received.count(b"connection: close"), received.count(b"connection:")) == (1, 1)
