"""uvicorn's WebSocket protocol, which also ends connections whose client does not read; started with `--ws`."""

import asyncio
from typing import Any

from uvicorn.protocols.utils import ClientDisconnected
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from fastapi_impl.contract import SOCKETS


# --8<-- [start:protocol]
class WebSocketProtocol(WebSocketsSansIOProtocol):
    """One connection of a client. uvicorn would wait for ever until the client has read what was sent."""

    deadline: asyncio.TimerHandle | None = None

    async def send(self, message: Any) -> None:
        """Send a message. The one that closes the connection does not wait until others are sent.

        Raises: ClientDisconnected.
        """
        if message["type"] == "websocket.close":
            self.writable.set()
        await self.writable.wait()
        if self.close_sent:  # by uvicorn itself, of which the application does not know yet
            raise ClientDisconnected
        await super().send(message)
        if message["type"] == "websocket.http.response.body" and not message.get("more_body"):
            self.handshake_complete = True  # uvicorn would log that it is not

    def on_task_complete(self, task: asyncio.Task[None]) -> None:
        """Drop the connection soon after the application has ended."""
        super().on_task_complete(task)
        self._set_deadline()

    def keepalive_timeout(self) -> None:
        """Drop the connection of a client that does not answer pings."""
        super().keepalive_timeout()
        self._set_deadline()

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        if self.deadline:
            self.deadline.cancel()

    def _set_deadline(self) -> None:
        if not self.disconnected:
            self.deadline = self.loop.call_later(SOCKETS["close_seconds"], self.transport.abort)
            # --8<-- [end:protocol]
