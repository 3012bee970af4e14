"""The events of the outbox for the clients of this process."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from contextvars import Context
from uuid import UUID

import asyncpg
from sqlalchemy.exc import SQLAlchemyError

from fastapi_impl.common.database.dependencies import get_reader
from fastapi_impl.common.exceptions import DatabaseUnavailable
from fastapi_impl.common.metrics import socket_closed, socket_opened
from fastapi_impl.contract import SOCKETS
from fastapi_impl.notifications import services
from fastapi_impl.notifications.clients import Client
from fastapi_impl.notifications.listener import listener
from fastapi_impl.notifications.messages import event_text
from fastapi_impl.notifications.queries import BATCH, Position
from fastapi_impl.users.services import get_roles

CLOSE_CODES = SOCKETS["close_codes"]
DATABASE_ERRORS = (DatabaseUnavailable, SQLAlchemyError, asyncpg.PostgresError, asyncpg.InterfaceError, OSError)

log = logging.getLogger(__name__)


# --8<-- [start:feed]
class Feed:
    """Reads new events once for all clients of this process, while there are any."""

    def __init__(self) -> None:
        self._clients: set[Client] = set()
        self._position: Position = (0, UUID(int=0))  # of the last event that was read
        self._reading: asyncio.Task[None] | None = None
        self._starting = asyncio.Lock()
        self._checked_at = 0.0

    async def subscribe(self, *, user_id: UUID, is_staff: bool) -> Client:
        """Return a client that receives the events of all transactions that end from now on.

        Raises: an error of the database, at the first client.
        """
        async with self._starting:
            if self._reading is None:
                self._position = await services.get_next_position(await get_reader())
                self._reading = asyncio.create_task(self._read(), context=Context())  # not that of a request
            client = Client(user_id=user_id, is_staff=is_staff, position=self._position)
            self._clients.add(client)
            socket_opened()
            return client

    def unsubscribe(self, client: Client) -> None:
        """Send no more events to the client."""
        self._clients.remove(client)
        socket_closed()
        if not self._clients and self._reading:
            self._reading.cancel()
            self._reading = None

    async def replay(self, client: Client, event_id: UUID) -> bool:
        """Queue all events after one that the client may have received. Return whether there is such an event."""
        reader = await get_reader()
        event = await answered(lambda: services.find_event(reader, event_id=event_id))
        if event is None or not client.sees(event):
            return False
        client.restart(event.position)
        while not (client.is_live or client.is_closing):
            reached = self._position
            events = await answered(lambda: services.read_events(reader, after=client.position))
            for event in events:
                client.position = event.position
                if client.sees(event):
                    await client.put(event_text(event))
            # If the task has read none in the meantime that the client lacks, it continues from here.
            client.is_live = len(events) < BATCH and self._position <= max(client.position, reached)
        return True

    async def _read(self) -> None:
        while True:
            try:
                async with listener() as (connection, notified):
                    while not connection.is_closed():
                        notified.clear()
                        await self._read_new_events()
                        await self._check_users()
                        with suppress(TimeoutError):  # a long transaction delays events, without a notification
                            await asyncio.wait_for(notified.wait(), SOCKETS["poll_seconds"])
            except Exception as error:  # any: the clients stay connected, and miss nothing
                log_error(error)
                await asyncio.sleep(SOCKETS["poll_seconds"])

    async def _read_new_events(self) -> None:
        while True:
            events = await services.read_events(await get_reader(), after=self._position)
            for event in events:
                self._position, text = event.position, event_text(event)
                for client in self._clients:
                    client.offer(event, text)
            if len(events) < BATCH:
                return

    # --8<-- [end:feed]

    async def _check_users(self) -> None:
        """Close the connections of users who are no longer active, or whose role has changed."""
        now, clients = time.monotonic(), list(self._clients)
        if now < self._checked_at + SOCKETS["check_seconds"]:
            return
        user_ids = {client.user_id for client in clients}
        roles = await get_roles(await get_reader(), user_ids=user_ids)
        self._checked_at = now
        for client in clients:
            if client.user_id not in roles:
                client.close(CLOSE_CODES["signed_out"])
            elif roles[client.user_id] != client.is_staff:
                client.close(CLOSE_CODES["role_changed"])


async def answered[Result](read: Callable[[], Awaitable[Result]]) -> Result:
    """Return the result of a read, which is repeated until the database answers."""
    while True:
        try:
            return await read()
        except DATABASE_ERRORS as error:
            log_error(error)
            await asyncio.sleep(SOCKETS["poll_seconds"])


def log_error(error: Exception) -> None:
    """Write a line about an outage of the database, and the traceback of any other error."""
    log.warning("Events cannot be read: %s", error, exc_info=None if isinstance(error, DATABASE_ERRORS) else error)


feed = Feed()
