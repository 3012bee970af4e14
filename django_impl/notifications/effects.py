"""Performing the task of an event, whatever fails in between."""

from collections.abc import Callable
from uuid import UUID

from django_impl.notifications import services
from django_impl.notifications.models import Event


# --8<-- [start:perform]
def perform(effect: Callable[[Event], None], event_id: str, attempt: int) -> None:
    """Call the effect with the event, and record that it has happened. An error is stored, and raised again.

    Does nothing if the event is finished, or if this attempt was started before. There is no transaction around the
    effect, which sends a mail: those who read events in order would wait for its end.
    """
    key = UUID(event_id)
    # Before the effect, so that an effect that kills its process runs out of attempts too.
    if not services.start_attempt(event_id=key, attempt=attempt):
        return
    try:
        effect(Event.objects.get(id=key))
    except Exception as error:
        services.record_failure(event_id=key, attempt=attempt, error=repr(error))
        raise
    services.finish_event(event_id=key)
    # --8<-- [end:perform]
