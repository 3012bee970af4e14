"""The schedule of celery beat."""

from django_impl.config.celery import app
from tests.contract.reports.schedule import EXPECTED, minutes_of_a_day


def test_report_is_requested_from_six_to_midnight_utc_every_ten_minutes() -> None:
    assert minutes_of_a_day(app) == EXPECTED
