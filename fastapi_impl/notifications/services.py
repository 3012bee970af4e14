from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import func
from sqlalchemy.ext.asyncio import AsyncSession

from fastapi_impl.common.database.reader import Reader
from fastapi_impl.config.tracing import current_traceparent
from fastapi_impl.contract import EVENTS
from fastapi_impl.notifications import queries
from fastapi_impl.notifications.models import Event, EventType
from fastapi_impl.notifications.queries import EventRow, Position, TransactionRow


# --8<-- [start:record-event]
async def record_event(
    session: AsyncSession,
    *,
    event_type: EventType,
    data: Mapping[str, object],
    is_public: bool,
    customer_id: UUID | None = None,
) -> None:
    """Store an event in the transaction of the change. Staff see it, and everybody or the customer it concerns.

    If the event has a task, the relay hands it to Celery after the commit.
    """
    event = Event(
        type=event_type,
        data=dict(data),
        is_public=is_public,
        customer_id=customer_id,
        traceparent=current_traceparent(),
    )
    if event_type in EVENTS["tasks"]:
        event.next_attempt_at = func.statement_timestamp()
    session.add(event)
    await session.flush()
    # --8<-- [end:record-event]


# --8<-- [start:claim-events]
async def claim_events(session: AsyncSession) -> list[Event]:
    """Return some events whose task must be attempted now. They are due again if no attempt finishes in its time.

    Gives up the tasks that have no attempt left.
    """
    due = (await session.scalars(queries.LOCKED_DUE)).all()
    if not due:
        return []
    ids = {"event_ids": [event.id for event in due]}
    await session.execute(queries.GIVE_UP, ids)
    await session.execute(queries.POSTPONE, ids)
    return [event for event in due if event.attempts < EVENTS["max_attempts"]]
    # --8<-- [end:claim-events]


async def release_event(session: AsyncSession, *, event_id: UUID, attempt: int) -> None:
    """Let an event that was claimed be due again at once, unless its attempt was started."""
    await session.execute(queries.RELEASE, {"event_id": event_id, "attempt": attempt})


async def start_attempt(session: AsyncSession, *, event_id: UUID, attempt: int) -> bool:
    """Count an attempt, and return True. Returns False for a message that came late or twice.

    `attempt` is the number of attempts before it, so each attempt starts once.
    """
    started = await session.scalars(queries.START_ATTEMPT, {"event_id": event_id, "attempt": attempt})
    return started.one_or_none() is not None


async def lock_unfinished_event(session: AsyncSession, *, event_id: UUID) -> Event | None:
    """Return the event, locked until the transaction ends, or None if its task is finished."""
    return (await session.scalars(queries.LOCKED_UNFINISHED, {"event_id": event_id})).one_or_none()


async def finish_event(session: AsyncSession, *, event_id: UUID) -> None:
    """Record that the effect of the task has happened, also if the task was given up in the meantime."""
    await session.execute(queries.FINISH, {"event_id": event_id})


async def record_failure(session: AsyncSession, *, event_id: UUID, attempt: int, error: str) -> None:
    """Store the error of an attempt, and give up the task if it was the last one. A later attempt makes it void."""
    failed = {"event_id": event_id, "number": attempt + 1, "error_text": error}
    if (await session.execute(queries.RECORD_ERROR, failed)).one_or_none():
        await session.execute(queries.GIVE_UP, {"event_ids": [event_id]})


# --8<-- [start:gauges]
async def get_task_gauges(session: AsyncSession) -> dict[str, float]:
    """Return how many tasks are open, how many were given up, and for how long the oldest one has been due."""
    oldest = await session.scalar(queries.WAITING_TIME)
    return {
        "shop_outbox_lag_seconds": oldest.total_seconds() if oldest else 0,
        "shop_outbox_open_tasks": (await session.scalars(queries.NUMBER_UNFINISHED)).one(),
        "shop_outbox_failed_tasks": (await session.scalars(queries.NUMBER_FAILED)).one(),
    }
    # --8<-- [end:gauges]


async def retry_event(session: AsyncSession, *, event_id: UUID) -> None:
    """Attempt the task of an event again that was given up, with all its attempts."""
    await session.execute(queries.RETRY, {"event_id": event_id})


async def delete_expired_events(session: AsyncSession) -> None:
    """Delete some of the events that are no longer needed."""
    expired = (await session.scalars(queries.LOCKED_EXPIRED)).all()
    if expired:
        await session.execute(queries.DELETE, {"event_ids": list(expired)})


# --8<-- [start:read-events]
async def read_events(reader: Reader, *, after: Position) -> list[EventRow]:
    """Return the next events after a position, at most `BATCH`, in the order in which all clients receive them."""
    transaction_id, event_id = after
    return await reader.fetch_all(EventRow, queries.READ, {"transaction_id": transaction_id, "event_id": event_id})


async def get_next_position(reader: Reader) -> Position:
    """Return the position before the events of all transactions that are open, or begin later."""
    (oldest,) = await reader.fetch_all(TransactionRow, queries.NEXT_TRANSACTION, {})
    return oldest.id, UUID(int=0)


async def find_event(reader: Reader, *, event_id: UUID) -> EventRow | None:
    """Return an event that clients can have received, or None if there is none, or it is too old."""
    return await reader.fetch_one_or_none(EventRow, queries.KEPT_BY_ID, {"event_id": event_id})
    # --8<-- [end:read-events]
