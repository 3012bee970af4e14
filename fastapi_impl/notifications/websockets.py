"""The WebSocket of notifications."""

import asyncio
import re
import time
from contextlib import suppress
from uuid import UUID

from fastapi import APIRouter, WebSocket, WebSocketDisconnect

from fastapi_impl.common.validation.fields import ID
from fastapi_impl.contract import SOCKETS
from fastapi_impl.notifications.clients import CLOSE_CODES, Client
from fastapi_impl.notifications.feed import feed
from fastapi_impl.notifications.handshakes import AdmittedDep
from fastapi_impl.notifications.messages import PONG, Ping, Since, read_message

router = APIRouter()


# --8<-- [start:route]
@router.websocket(SOCKETS["path"])
async def notifications(websocket: WebSocket, admitted: AdmittedDep) -> None:
    """Send the events that the user may see, and answer messages, until one side closes the connection."""
    client = await feed.subscribe(user_id=admitted.user.id, is_staff=admitted.user.is_staff)
    expiry = asyncio.get_running_loop().call_later(
        admitted.expires_at - time.time(), client.close, CLOSE_CODES["signed_out"]
    )
    receiving = None
    try:
        await websocket.accept(SOCKETS["subprotocol"])
        receiving = asyncio.create_task(_receive(websocket, client))
        code = await client.send_messages(websocket.send_text)
        await websocket.close(code)
    except (WebSocketDisconnect, OSError):  # `accept` raises the second one
        pass
    finally:
        expiry.cancel()
        feed.unsubscribe(client)
        client.close(CLOSE_CODES["failure"])
        if receiving:
            receiving.cancel()
            with suppress(asyncio.CancelledError):
                await receiving


async def _receive(websocket: WebSocket, client: Client) -> None:
    try:
        while (message := await websocket.receive())["type"] == "websocket.receive":
            await _answer(client, message.get("text"))
    finally:
        client.close(CLOSE_CODES["failure"])  # the client has gone, or this is an error


async def _answer(client: Client, text: str | None) -> None:
    if not client.count_message():
        client.fail("too_many_messages")
        return
    match read_message(text):
        case Ping():
            client.reply(PONG)
        case Since(id=text_id):
            if not re.fullmatch(ID, text_id) or not await feed.replay(client, UUID(text_id)):
                client.fail("unknown_event")
        case None:
            client.fail("invalid_message")
            # --8<-- [end:route]
