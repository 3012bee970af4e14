from datetime import date
from typing import TYPE_CHECKING, Self

from django.db import models

if TYPE_CHECKING:
    from django_impl.reports.models import DailyReport  # noqa: F401 - named in a string below


class DailyReportQuerySet(models.QuerySet["DailyReport"]):
    """Queries for daily reports."""

    def of(self, day: date) -> Self:
        """Return the report of this day, if there is one."""
        return self.filter(date=day)

    def latest_report(self) -> Self:
        """Return the report of the latest day, if there is one."""
        return self.order_by("-date")[:1]
