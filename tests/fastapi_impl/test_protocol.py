"""The protocol class beside a server: clients that never finish, applications that are slow, WebSockets, a shutdown."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest
from uvicorn import Config
from uvicorn.server import ServerState
from websockets.asyncio.client import connect

from fastapi_impl.config.protocol import HttpProtocol

GET = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
HANGS_AFTER_SECONDS = 60
# Only whether the connection is closed, and what has been answered by then, is asked below; not when.
SOON = 0.1


class Hurried(HttpProtocol):
    """The protocol with short time-outs."""

    request_timeout = SOON


class Served:
    """An application behind the protocol on a port; `connections` are its open ones."""

    def __init__(self, app: Any, *, ws: str = "none", keep_alive: float = 75) -> None:
        self.config = Config(app, ws=ws, log_level="warning", lifespan="off", proxy_headers=False)
        self.config.load()
        self.config.timeout_keep_alive = keep_alive  # type: ignore[assignment]  # the loop takes parts of a second as well
        self.state = ServerState()
        self.port = 0

    def protocol(self) -> asyncio.Protocol:
        return Hurried(config=self.config, server_state=self.state, app_state={})

    @asynccontextmanager
    async def listening(self) -> AsyncIterator["Served"]:
        server = await asyncio.get_running_loop().create_server(self.protocol, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        yield self
        server.close()

    async def talk(self, *segments: bytes, every: float = 0) -> bytes:
        """Send segments and return all that comes until the server closes."""
        async with asyncio.timeout(HANGS_AFTER_SECONDS):
            reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
            received = asyncio.ensure_future(everything(reader))
            for segment in segments:
                if received.done():
                    break
                writer.write(segment)
                await asyncio.sleep(every)
            try:
                return await received
            finally:
                writer.close()


async def everything(reader: asyncio.StreamReader) -> bytes:
    """All that comes until the connection ends, in whatever way."""
    received = b""
    with suppress(ConnectionResetError):
        while piece := await reader.read(65536):
            received += piece
    return received


async def echo(_scope: Any, receive: Any, send: Any) -> None:
    """Answers with the body, when it is whole."""
    body, more = b"", True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        body, more = body + message["body"], message["more_body"]
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % len(body))]})
    await send({"type": "http.response.body", "body": body})


async def slow(scope: Any, receive: Any, send: Any) -> None:
    """Looks at its request long after the time that a client has to send one."""
    await asyncio.sleep(SOON * 5)
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
    ids=["a letter", "half a head", "empty lines", "header after header", "byte after byte", "chunk after chunk"],
)
async def test_a_client_that_never_finishes_a_request_is_left(segments: list[bytes]) -> None:
    async with Served(echo).listening() as served:
        assert await served.talk(*segments, every=SOON / 5) == b""


async def test_a_client_that_sends_nothing_is_left() -> None:
    async with Served(echo, keep_alive=SOON).listening() as served:
        assert await served.talk() == b""


async def test_what_was_asked_is_answered_before_a_client_is_left() -> None:
    async with Served(slow).listening() as served:
        received = await served.talk(GET + b"GET / HT")

    assert received.count(b"HTTP/1.1 200 OK") == 1


async def test_a_client_is_not_left_while_the_application_reads_nothing() -> None:
    async def idle(_scope: Any, _receive: Any, _send: Any) -> None:
        await asyncio.Event().wait()

    async with Served(idle).listening() as served, asyncio.timeout(HANGS_AFTER_SECONDS):
        _, writer = await asyncio.open_connection("127.0.0.1", served.port)
        writer.write(b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100001\r\n\r\n" + b"x" * 100_000)
        while not any(one.flow.read_paused for one in served.state.connections if isinstance(one, HttpProtocol)):
            await asyncio.sleep(SOON / 10)
        await asyncio.sleep(SOON * 3)

        assert [one.transport.is_closing() for one in served.state.connections] == [False]
        writer.close()
        for task in served.state.tasks:
            task.cancel()


async def test_a_websocket_is_upgraded_to_and_stays() -> None:
    async def socket(scope: Any, receive: Any, send: Any) -> None:
        assert scope["type"] == "websocket"
        await receive()
        await send({"type": "websocket.accept"})
        message = await receive()
        await asyncio.sleep(SOON * 5)
        await send({"type": "websocket.send", "text": message["text"].upper()})
        await receive()

    async with (
        Served(socket, ws="websockets-sansio").listening() as served,
        asyncio.timeout(HANGS_AFTER_SECONDS),
        connect(f"ws://127.0.0.1:{served.port}", proxy=None) as client,
    ):
        await client.send("hello")
        assert await client.recv() == "HELLO"


async def test_other_offers_to_upgrade_leave_the_body_where_websockets_are_served() -> None:
    head = (
        b"POST / HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade, close\r\nUpgrade: h2c\r\nContent-Length: 2\r\n\r\n"
    )
    async with Served(echo, ws="websockets-sansio").listening() as served:
        assert (await served.talk(head + b"ok")).endswith(b"\r\n\r\nok")


async def test_an_answer_during_a_shutdown_says_once_that_the_connection_closes() -> None:
    async with Served(slow).listening() as served:
        talk = asyncio.ensure_future(served.talk(GET))
        async with asyncio.timeout(HANGS_AFTER_SECONDS):
            while not served.state.tasks:
                await asyncio.sleep(0)
        for connection in list(served.state.connections):
            connection.shutdown()
        received = (await talk).lower()

    assert (received.count(b"connection: close"), received.count(b"connection:")) == (1, 1)
