from django.db import models
from django.db.models import Q
from django.db.models.functions import UUID7, Cast, Now

from django_impl.common.database.functions import TransactionID
from django_impl.notifications.queries import EventQuerySet, Position


# --8<-- [start:event]
class EventType(models.TextChoices):
    """What can happen in the shop."""

    PRODUCT_CREATED = "product.created"
    PRODUCT_UPDATED = "product.updated"
    STOCK_LOW = "stock.low"
    ORDER_CREATED = "order.created"
    ORDER_STATUS = "order.status"
    REPORT_REQUESTED = "report.requested"


class Event(models.Model):
    """Something that happened, stored in the transaction in which it happened."""

    id = models.UUIDField(primary_key=True, db_default=UUID7(), editable=False)
    transaction_id = models.BigIntegerField(db_default=Cast(TransactionID(), models.BigIntegerField()), editable=False)
    type = models.CharField(max_length=40, choices=EventType)
    data = models.JSONField()
    customer_id = models.UUIDField(null=True)  # whom it concerns, beside staff
    is_public = models.BooleanField()
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    next_attempt_at = models.DateTimeField(null=True)
    attempts = models.SmallIntegerField(default=0)
    finished_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    error = models.TextField(default="")
    traceparent = models.CharField(max_length=55, db_default="")  # the trace of the request, if there is one

    objects = EventQuerySet.as_manager()

    class Meta:
        db_table = "outbox"
        indexes = [
            models.Index(fields=["transaction_id", "id"], name="outbox_transaction_id_id_idx"),
            models.Index(fields=["created_at"], name="outbox_created_at_idx"),
            models.Index(
                fields=["next_attempt_at"],
                name="outbox_next_attempt_at_idx",
                condition=Q(next_attempt_at__isnull=False),
            ),
            models.Index(fields=["failed_at"], name="outbox_failed_at_idx", condition=Q(failed_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.id}"

    @property
    def position(self) -> Position:
        """Its place in the order in which events are read."""
        return self.transaction_id, self.id

    @property
    def state(self) -> str:
        """What has become of the task of the event."""
        if self.failed_at:
            return "failed"
        if self.next_attempt_at:
            return "waiting"
        return "finished" if self.finished_at else "no task"

    # --8<-- [end:event]
