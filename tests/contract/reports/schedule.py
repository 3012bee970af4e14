"""When celery beat sends the task of the daily report."""

from copy import copy
from datetime import UTC, datetime, timedelta

from celery import Celery

from tests.contract.document import SETTINGS


def minutes_of_a_day(app: Celery) -> list[str]:
    """Return the times of a day, in UTC, at which a beat that is already running sends its only task."""
    assert str(app.timezone) == "UTC"
    (entry,) = app.conf.beat_schedule.values()
    assert entry["task"] == SETTINGS["reports"]["task"]
    schedule, midnight = copy(entry["schedule"]), datetime(2026, 3, 1, tzinfo=UTC)
    found = []
    for minute in range(24 * 60):
        now = midnight + timedelta(minutes=minute)
        schedule.nowfun = lambda now=now: now
        if schedule.is_due(now - timedelta(minutes=1)).is_due:
            found.append(f"{now:%H:%M}")
    return found


EXPECTED = [f"{hour:02}:{minute:02}" for hour in range(6, 24) for minute in range(0, 60, 10)]
