from collections.abc import Mapping
from uuid import UUID

from django.db import connection
from django.db.models.functions import Now

from django_impl.config.tracing import current_traceparent
from django_impl.contract import EVENTS
from django_impl.notifications.models import Event, EventType
from django_impl.notifications.queries import Position

BATCH = 100


# --8<-- [start:record-event]
def record_event(
    *, event_type: EventType, data: Mapping[str, object], is_public: bool, customer_id: UUID | None = None
) -> None:
    """Store an event in the transaction of the change. Staff see it, and everybody or the customer it concerns.

    If the event has a task, the relay hands it to Celery after the commit.
    """
    Event.objects.create(
        type=event_type,
        data=data,
        is_public=is_public,
        customer_id=customer_id,
        next_attempt_at=Now() if event_type in EVENTS["tasks"] else None,
        traceparent=current_traceparent(),
    )
    # --8<-- [end:record-event]


# --8<-- [start:claim-events]
def claim_events() -> list[Event]:
    """Return some events whose task must be attempted now. They are due again if no attempt finishes in its time.

    Gives up the tasks that have no attempt left.
    """
    due = list(Event.objects.due().select_for_update(skip_locked=True)[:BATCH])
    events = Event.objects.filter(id__in=[event.id for event in due])
    events.out_of_attempts().give_up()
    events.unfinished().postpone()
    return [event for event in due if event.attempts < EVENTS["max_attempts"]]
    # --8<-- [end:claim-events]


def release_event(*, event_id: UUID, attempt: int) -> None:
    """Let an event that was claimed be due again at once, unless its attempt was started."""
    Event.objects.unfinished().with_id(event_id).filter(attempts=attempt).update(next_attempt_at=Now())


def start_attempt(*, event_id: UUID, attempt: int) -> bool:
    """Count an attempt, and return True. Returns False for a message that came late or twice.

    `attempt` is the number of attempts before it, so each attempt starts once.
    """
    return Event.objects.unfinished().with_id(event_id).filter(attempts=attempt).start_attempt()


def lock_unfinished_event(*, event_id: UUID) -> Event | None:
    """Return the event, locked until the transaction ends, or None if its task is finished."""
    return Event.objects.with_id(event_id).filter(finished_at=None).select_for_update().first()


def finish_event(*, event_id: UUID) -> None:
    """Record that the effect of the task has happened, also if the task was given up in the meantime."""
    event = Event.objects.with_id(event_id)
    event.update(finished_at=Now(), next_attempt_at=None, failed_at=None, error="")


def record_failure(*, event_id: UUID, attempt: int, error: str) -> None:
    """Store the error of an attempt, and give up the task if it was the last one. A later attempt makes it void."""
    event = Event.objects.unfinished().with_id(event_id).filter(attempts=attempt + 1)
    event.update(error=error)
    event.out_of_attempts().give_up()


# --8<-- [start:gauges]
def get_task_gauges() -> dict[str, float]:
    """Return how many tasks are open, how many were given up, and for how long the oldest one has been due."""
    events = Event.objects.all()
    oldest = events.due().waiting_time().first()
    return {
        "shop_outbox_lag_seconds": oldest.total_seconds() if oldest else 0,
        "shop_outbox_open_tasks": events.unfinished().count(),
        "shop_outbox_failed_tasks": events.failed().count(),
    }
    # --8<-- [end:gauges]


def retry_event(*, event_id: UUID) -> None:
    """Attempt the task of an event again that was given up, with all its attempts."""
    failed = Event.objects.failed().with_id(event_id)
    failed.update(attempts=0, failed_at=None, error="", next_attempt_at=Now())


def delete_expired_events() -> None:
    """Delete some of the events that are no longer needed."""
    expired = Event.objects.expired().select_for_update(skip_locked=True).values_list("id", flat=True)[:BATCH]
    Event.objects.filter(id__in=list(expired)).delete()


# --8<-- [start:read-events]
def read_events(*, after: Position) -> list[Event]:
    """Return the next events after a position, at most `BATCH`, in the order in which all clients receive them."""
    return list(Event.objects.readable().after(after)[:BATCH])


def get_next_position() -> Position:
    """Return the position before the events of all transactions that are open, or begin later."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
        (transaction_id,) = cursor.fetchone()
    return transaction_id, UUID(int=0)


def find_event(*, event_id: UUID) -> Event | None:
    """Return an event that clients can have received, or None if there is none, or it is too old."""
    return Event.objects.readable().kept().with_id(event_id).first()
    # --8<-- [end:read-events]
