"""Performing the task of an event, whatever fails in between."""

from collections.abc import Awaitable, Callable
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from fastapi_impl.common.database.engine import get_engine, get_write_sessionmaker
from fastapi_impl.config.celery import get_portal
from fastapi_impl.notifications import queries, services
from fastapi_impl.notifications.models import Event

type Effect = Callable[[AsyncSession, Event], Awaitable[None]]


# --8<-- [start:perform]
def perform(effect: Effect, event_id: str, attempt: int) -> None:
    """Call the effect with the event, and record that it has happened. An error is stored, and raised again.

    Does nothing if the event is finished, or if this attempt was started before. There is no transaction around the
    effect, which sends a mail: those who read events in order would wait for its end.

    Celery calls tasks in threads. This runs the effect in the event loop of the worker.
    """
    get_portal().call(_perform, effect, UUID(event_id), attempt)


async def _perform(effect: Effect, event_id: UUID, attempt: int) -> None:
    transaction = get_write_sessionmaker().begin
    # Before the effect, so that an effect that kills its process runs out of attempts too.
    async with transaction() as session:
        if not await services.start_attempt(session, event_id=event_id, attempt=attempt):
            return
    try:
        async with AsyncSession(get_engine()) as autocommit:
            event = (await autocommit.scalars(queries.BY_ID, {"event_id": event_id})).one()
            await effect(autocommit, event)
    except Exception as error:
        async with transaction() as session:
            await services.record_failure(session, event_id=event_id, attempt=attempt, error=repr(error))
        raise
    async with transaction() as session:
        await services.finish_event(session, event_id=event_id)
    # --8<-- [end:perform]
