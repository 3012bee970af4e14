"""The relay: a process that hands the tasks of events to Celery."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import asyncpg
from celery import Celery
from kombu.exceptions import OperationalError as BrokerError
from sqlalchemy.exc import SQLAlchemyError

from fastapi_impl.common.database.engine import connect, get_write_sessionmaker
from fastapi_impl.common.exceptions import DatabaseUnavailable
from fastapi_impl.contract import EVENTS
from fastapi_impl.notifications import services

log = logging.getLogger(__name__)
# No notification comes when the time of an attempt has ended.
POLL_SECONDS = 1.0
LOST_CONNECTIONS = (
    DatabaseUnavailable,
    SQLAlchemyError,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    OSError,
    BrokerError,
)


# --8<-- [start:relay]
async def run(app: Celery, stopped: asyncio.Event) -> None:
    """Hand over due tasks until `stopped` is set: at each notification of PostgreSQL, and every second."""
    while not stopped.is_set():
        try:
            async with _notifications() as notified:
                while not stopped.is_set():
                    notified.clear()
                    await hand_over(app)
                    await _wait(notified)
        except LOST_CONNECTIONS as error:
            log.warning("The relay has lost a connection, and begins again: %s", error)
            await _wait(stopped)


async def hand_over(app: Celery) -> None:
    """Send a message to Celery for each due task, and delete expired events."""
    while True:
        async with get_write_sessionmaker().begin() as session:
            events = await services.claim_events(session)
        for event in events:
            await asyncio.to_thread(app.send_task, EVENTS["tasks"][event.type], args=[str(event.id), event.attempts])
        if not events:
            break
    async with get_write_sessionmaker().begin() as session:
        await services.delete_expired_events(session)
    # --8<-- [end:relay]


@asynccontextmanager
async def _notifications() -> AsyncIterator[asyncio.Event]:
    """Listen on a connection, and yield an event that is set by each notification and by the end of the connection."""
    notified = asyncio.Event()
    connection = await connect()
    try:
        connection.add_termination_listener(lambda _: notified.set())
        await connection.add_listener("outbox", lambda *_: notified.set())
        yield notified
    finally:
        connection.terminate()


async def _wait(event: asyncio.Event) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(event.wait(), POLL_SECONDS)
