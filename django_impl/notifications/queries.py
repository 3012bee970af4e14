from datetime import timedelta
from typing import Any, Self
from uuid import UUID

from django.db import models
from django.db.models import F
from django.db.models.functions import Cast, Now

from django_impl.common.database.functions import OldestOpenTransactionID
from django_impl.contract import EVENTS, SOCKETS

ATTEMPT = timedelta(seconds=EVENTS["attempt_seconds"])
KEPT = timedelta(seconds=EVENTS["kept_seconds"])
OLDEST_OPEN_TRANSACTION = Cast(OldestOpenTransactionID(), models.BigIntegerField())

# The order in which events are read: the id of the transaction, and the id of the event.
type Position = tuple[int, UUID]


# --8<-- [start:queries]
class EventQuerySet(models.QuerySet):  # type: ignore[type-arg] # the model is defined with this class
    """Events, and the states of their tasks."""

    def unfinished(self) -> Self:
        """Return the events whose task is neither finished nor given up."""
        return self.filter(next_attempt_at__isnull=False)

    def due(self) -> Self:
        """Return the events whose task must be attempted now, the longest due first.

        Not those with a task that this version of the code does not know.
        """
        return self.filter(next_attempt_at__lte=Now(), type__in=EVENTS["tasks"]).order_by("next_attempt_at")

    def waiting_time(self) -> Any:
        """Return for how long the events have been due."""
        return self.annotate(waiting=Now() - F("next_attempt_at")).values_list("waiting", flat=True)

    def out_of_attempts(self) -> Self:
        """Return the events whose task must not be attempted again."""
        return self.filter(attempts__gte=EVENTS["max_attempts"])

    def failed(self) -> Self:
        """Return the events whose task was given up."""
        return self.filter(failed_at__isnull=False)

    def expired(self) -> Self:
        """Return the events that are no longer needed."""
        return self.filter(created_at__lt=Now() - KEPT, next_attempt_at=None, failed_at=None)

    def with_id(self, event_id: UUID) -> Self:
        """Return the event with this id."""
        return self.filter(id=event_id)

    def postpone(self) -> None:
        """Let the events be due again after the time of an attempt."""
        self.update(next_attempt_at=Now() + ATTEMPT)

    def start_attempt(self) -> bool:
        """Count an attempt, and return whether there was an event."""
        return bool(self.update(attempts=F("attempts") + 1, next_attempt_at=Now() + ATTEMPT))

    def give_up(self) -> None:
        """Give up the tasks of the events."""
        self.update(failed_at=Now(), next_attempt_at=None)
        # --8<-- [end:queries]

    # --8<-- [start:readable]
    def readable(self) -> Self:
        """Return the events for the clients of WebSockets.

        Those of transactions that have all ended, so that no event is added before one that was read.
        """
        return self.filter(type__in=SOCKETS["event_types"], transaction_id__lt=OLDEST_OPEN_TRANSACTION)

    def after(self, position: Position) -> Self:
        """Return the events after a position, in the order in which they are read."""
        transaction_id, event_id = position
        read = {"transaction_id": transaction_id, "id__lte": event_id}
        return self.filter(transaction_id__gte=transaction_id).exclude(**read).order_by("transaction_id", "id")

    def kept(self) -> Self:
        """Return the events that are not too old."""
        return self.filter(created_at__gte=Now() - KEPT)
        # --8<-- [end:readable]
