"""Performing the task of an event, whatever fails in between."""

from collections.abc import Callable
from uuid import UUID

from django.db import transaction

from django_impl.notifications import services
from django_impl.notifications.models import Event

type Effect = Callable[[Event], None]


# --8<-- [start:perform]
def perform(effect: Effect, event_id: str, attempt: int) -> None:
    """Call the effect with the event, and record that it has happened. An error is stored, and raised again.

    Does nothing if the event is finished, or if this attempt was started before. There is no transaction around the
    effect, which sends a mail: those who read events in order would wait for its end.
    """
    _attempt(_perform, effect, UUID(event_id), attempt)


def perform_in_transaction(effect: Effect, event_id: str, attempt: int) -> None:
    """As `perform`, for an effect that changes rows only: it happens in the transaction that records it, so once."""
    _attempt(_perform_in_transaction, effect, UUID(event_id), attempt)


def _attempt(perform: Callable[[Effect, UUID], None], effect: Effect, event_id: UUID, attempt: int) -> None:
    # Before the effect, so that an effect that kills its process runs out of attempts too.
    if not services.start_attempt(event_id=event_id, attempt=attempt):
        return
    try:
        perform(effect, event_id)
    except Exception as error:
        services.record_failure(event_id=event_id, attempt=attempt, error=repr(error))
        raise


def _perform(effect: Effect, event_id: UUID) -> None:
    effect(Event.objects.get(id=event_id))
    services.finish_event(event_id=event_id)


@transaction.atomic
def _perform_in_transaction(effect: Effect, event_id: UUID) -> None:
    # An earlier attempt may still run. The lock waits for its end, and then the event may be finished.
    if event := services.lock_unfinished_event(event_id=event_id):
        effect(event)
        services.finish_event(event_id=event_id)
    # --8<-- [end:perform]
