from datetime import date

from celery import shared_task
from django.db import transaction
from django.utils import timezone

from django_impl.contract import REPORTS
from django_impl.notifications.effects import perform_in_transaction
from django_impl.notifications.models import Event
from django_impl.reports import services


# --8<-- [start:tasks]
@shared_task(name=REPORTS["task"])
def request_daily_report() -> None:
    """Request the report of today if it is missing. Celery beat starts it again and again."""
    with transaction.atomic():
        services.request_missing_report(date=timezone.now().date())


@shared_task(name="write_daily_report")
def write_daily_report(event_id: str, attempt: int) -> None:
    """Write the report that was requested."""
    perform_in_transaction(_write_daily_report, event_id, attempt)


def _write_daily_report(event: Event) -> None:
    services.write_report(date=date.fromisoformat(event.data["date"]))
    # --8<-- [end:tasks]
