"""Performing the task of an event: its effect happens once, whatever fails in between."""

from collections.abc import Awaitable, Callable
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from fastapi_impl.common.database.engine import get_write_sessionmaker
from fastapi_impl.config.celery import get_portal
from fastapi_impl.notifications import services
from fastapi_impl.notifications.models import Event

type Effect = Callable[[AsyncSession, Event], Awaitable[None]]


# --8<-- [start:perform]
def perform(effect: Effect, event_id: str, attempt: int) -> None:
    """Call the effect with the event, in the transaction that finishes it. An error is stored, and raised again.

    Does nothing if the event is finished, or if this attempt was started before. Celery calls tasks in threads, and
    this runs the effect in the event loop of the worker.
    """
    get_portal().call(_perform, effect, UUID(event_id), attempt)


async def _perform(effect: Effect, event_id: UUID, attempt: int) -> None:
    transaction = get_write_sessionmaker().begin
    # Committed before the effect, so that an effect that kills its process runs out of attempts too.
    async with transaction() as session:
        if not await services.start_attempt(session, event_id=event_id, attempt=attempt):
            return
    try:
        async with transaction() as session:
            if event := await services.lock_event(session, event_id=event_id):
                await effect(session, event)
                await services.finish_event(session, event=event)
    except Exception as error:
        async with transaction() as session:
            await services.record_failure(session, event_id=event_id, error=repr(error))
        raise
    # --8<-- [end:perform]
