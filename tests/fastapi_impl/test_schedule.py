"""The schedule of celery beat."""

from sqlalchemy.ext.asyncio import AsyncEngine

from tests.contract.reports.schedule import EXPECTED, minutes_of_a_day


def test_report_is_requested_from_six_to_midnight_utc_every_ten_minutes(
    engine: AsyncEngine,  # noqa: ARG001 - the fixture sets DATABASE_URL
) -> None:
    from fastapi_impl.config.celery import create_app  # reads the environment, which the fixture has set

    app = create_app()
    assert minutes_of_a_day(app) == EXPECTED
