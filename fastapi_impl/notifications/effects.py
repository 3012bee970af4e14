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
    get_portal().call(_attempt, _perform, effect, UUID(event_id), attempt)


def perform_in_transaction(effect: Effect, event_id: str, attempt: int) -> None:
    """As `perform`, for an effect that changes rows only: it happens in the transaction that records it, so once."""
    get_portal().call(_attempt, _perform_in_transaction, effect, UUID(event_id), attempt)


async def _attempt(
    perform: Callable[[Effect, UUID], Awaitable[None]], effect: Effect, event_id: UUID, attempt: int
) -> None:
    # Before the effect, so that an effect that kills its process runs out of attempts too.
    async with get_write_sessionmaker().begin() as session:
        if not await services.start_attempt(session, event_id=event_id, attempt=attempt):
            return
    try:
        await perform(effect, event_id)
    except Exception as error:
        async with get_write_sessionmaker().begin() as session:
            await services.record_failure(session, event_id=event_id, attempt=attempt, error=repr(error))
        raise


async def _perform(effect: Effect, event_id: UUID) -> None:
    async with AsyncSession(get_engine()) as autocommit:
        event = (await autocommit.scalars(queries.BY_ID, {"event_id": event_id})).one()
        await effect(autocommit, event)
        await services.finish_event(autocommit, event_id=event_id)


async def _perform_in_transaction(effect: Effect, event_id: UUID) -> None:
    async with get_write_sessionmaker().begin() as session:
        # An earlier attempt may still run. The lock waits for its end, and then the event may be finished.
        if event := await services.lock_unfinished_event(session, event_id=event_id):
            await effect(session, event)
            await services.finish_event(session, event_id=event_id)
    # --8<-- [end:perform]
