"""The WebSocket of notifications."""

import asyncio
import time
from uuid import UUID

from channels.exceptions import StopConsumer
from channels.generic.websocket import AsyncWebsocketConsumer

from django_impl.common.http.handshakes import refuse
from django_impl.common.validation import values
from django_impl.contract import SOCKETS
from django_impl.notifications.clients import CLOSE_CODES, Client
from django_impl.notifications.feed import feed
from django_impl.notifications.handshakes import admit
from django_impl.notifications.messages import PONG, Ping, Since, read_message


# --8<-- [start:consumer]
class NotificationsConsumer(AsyncWebsocketConsumer):
    """Sends the events that the user may see, and answers messages, until one side closes the connection."""

    client: Client

    async def connect(self) -> None:
        """Accept the connection, or refuse it with the response of an HTTP request."""
        try:
            admitted = await admit(self.scope)
            self.client = await feed.subscribe(user_id=admitted.user.id, is_staff=admitted.user.is_staff)
        except Exception as error:
            await refuse(self.scope, self.base_send, error)
            raise StopConsumer from error
        self.sending = asyncio.create_task(self.send_messages(admitted.expires_at))
        # Not in the task, which never begins if it is cancelled before.
        self.sending.add_done_callback(lambda _sending: feed.unsubscribe(self.client))
        try:
            await self.accept(SOCKETS["subprotocol"])
        except BaseException:  # the client has gone, and `disconnect` is not called
            self.sending.cancel()
            raise

    async def send_messages(self, expires_at: int) -> None:
        """Send what the client may see until the connection must be closed, and close it."""
        expire = asyncio.get_running_loop().call_later
        expiry = expire(expires_at - time.time(), self.client.close, CLOSE_CODES["signed_out"])
        try:
            await self.close(await self.client.send_messages(self.send))
        except OSError:  # the client has gone, and `disconnect` is called
            pass
        finally:
            expiry.cancel()
            self.client.close(CLOSE_CODES["failure"])

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """Answer a message."""
        if not self.client.count_message():
            self.client.fail("too_many_messages")
            return
        match read_message(text_data):
            case Ping():
                self.client.reply(PONG)
            case Since(id=text):
                if not values.UUID.fullmatch(text) or not await feed.replay(self.client, UUID(text)):
                    self.client.fail("unknown_event")
            case None:
                self.client.fail("invalid_message")

    async def disconnect(self, code: int) -> None:
        """End the task that sends."""
        self.sending.cancel()
        # --8<-- [end:consumer]
