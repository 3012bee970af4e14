"""Performing the task of an event: its effect happens once, whatever fails in between."""

from collections.abc import Callable
from uuid import UUID

from django.db import transaction

from django_impl.notifications import services
from django_impl.notifications.models import Event


# --8<-- [start:perform]
def perform(effect: Callable[[Event], None], event_id: str, attempt: int) -> None:
    """Call the effect with the event, in the transaction that finishes it. An error is stored, and raised again.

    Does nothing if the event is finished, or if this attempt was started before.
    """
    key = UUID(event_id)
    # Committed before the effect, so that an effect that kills its process runs out of attempts too.
    if not services.start_attempt(event_id=key, attempt=attempt):
        return
    try:
        with transaction.atomic():
            if event := services.lock_event(event_id=key):
                effect(event)
                services.finish_event(event=event)
    except Exception as error:
        services.record_failure(event_id=key, error=repr(error))
        raise
    # --8<-- [end:perform]
