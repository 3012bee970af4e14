from datetime import date
from typing import TYPE_CHECKING, Self

from django.db import models

if TYPE_CHECKING:
    from django_impl.reports.models import DailyReport  # noqa: F401 - named in a string below


class DailyReportQuerySet(models.QuerySet["DailyReport"]):
    """Queries for daily reports."""

    def by_date(self, day: date) -> Self:
        """Return the report of this day, if there is one."""
        return self.filter(date=day)

    def latest_first(self) -> Self:
        """Return the reports, that of the latest day first."""
        return self.order_by("-date")
