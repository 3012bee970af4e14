from datetime import date

from django.db.models.functions import Now
from django.urls import reverse

from django_impl.notifications.models import Event, EventType
from django_impl.reports import services
from django_impl.reports.models import DailyReport
from tests.django_impl.features.base import FeatureTestCase

DAY = date(2026, 3, 1)
ANOTHER_DAY = date(2026, 3, 2)


class ReportTests(FeatureTestCase):
    def requested(self) -> list[str]:
        """Return the days whose report was requested."""
        requests = Event.objects.filter(type=EventType.REPORT_REQUESTED).order_by("id")
        return [event.data["date"] for event in requests]

    def test_staff_see_the_report(self) -> None:
        services.write_report(date=DAY)
        self.client.force_authenticate(self.staff)

        report = self.client.get(reverse("report-daily")).json()

        assert (report["date"], report["new_product_count"], report["low_stock_count"]) == ("2026-03-01", 1, 1)
        assert report["low_stock"] == [{"slug": "featuretest-lamp", "name": "Featuretest lamp", "stock": 5}]

    def test_report_that_is_missing_is_requested_once(self) -> None:
        for day in (DAY, DAY, ANOTHER_DAY):
            services.request_missing_report(date=day)

        assert self.requested() == ["2026-03-01", "2026-03-02"]

    def test_report_that_exists_is_not_requested(self) -> None:
        services.write_report(date=DAY)
        services.request_missing_report(date=DAY)

        assert self.requested() == []
        assert DailyReport.objects.count() == 1

    def test_report_that_was_given_up_is_requested_again(self) -> None:
        services.request_missing_report(date=DAY)
        Event.objects.update(failed_at=Now(), next_attempt_at=None)
        services.request_missing_report(date=DAY)

        assert self.requested() == ["2026-03-01", "2026-03-01"]
