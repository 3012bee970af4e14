"""The relay: a process that hands the tasks of events to Celery."""

import asyncio
import logging
from collections import deque
from contextlib import suppress

from celery import Celery
from kombu import Connection

from fastapi_impl.common.database.engine import get_write_sessionmaker
from fastapi_impl.contract import EVENTS
from fastapi_impl.notifications import services
from fastapi_impl.notifications.listener import listener

log = logging.getLogger(__name__)
# No notification comes when the time of an attempt has ended.
POLL_SECONDS = 1.0


# --8<-- [start:relay]
async def run(app: Celery, stopped: asyncio.Event) -> None:
    """Hand over due tasks until `stopped` is set: at each notification of PostgreSQL, and every second."""
    while not stopped.is_set():
        try:
            with app.connection_for_write() as broker:
                async with listener() as (connection, notified):
                    while not (stopped.is_set() or connection.is_closed()):
                        notified.clear()
                        await hand_over(app, broker, stopped)
                        await _wait(notified)
        except Exception:  # any: after a lost connection, Celery's library also raises an AttributeError
            log.exception("The relay begins again after an error")
            await _wait(stopped)


async def hand_over(app: Celery, broker: Connection, stopped: asyncio.Event) -> None:
    """Delete expired events, and send a message to Celery for each due task."""
    async with get_write_sessionmaker().begin() as session:
        await services.delete_expired_events(session)
    while not stopped.is_set():
        async with get_write_sessionmaker().begin() as session:
            events = deque(await services.claim_events(session))
        if not events:
            break
        try:
            while events:
                event = events[0]
                task, arguments = EVENTS["tasks"][event.type], [str(event.id), event.attempts]
                headers = {"traceparent": event.traceparent} if event.traceparent else None
                await asyncio.to_thread(app.send_task, task, args=arguments, headers=headers, connection=broker)
                events.popleft()
        finally:  # after an error they must not wait for the time of an attempt
            async with get_write_sessionmaker().begin() as session:
                for event in events:
                    await services.release_event(session, event_id=event.id, attempt=event.attempts)
    # --8<-- [end:relay]


async def _wait(event: asyncio.Event) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(event.wait(), POLL_SECONDS)
