"""Celery beat asks for the report of today again and again, and there is one."""

import os
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from harness.paths import ROOT
from harness.processes.records import run_dir
from harness.servers import guarded
from harness.servers.background import Side
from harness.servers.command_lines import Budget, environment_for
from tests.contract.notifications.conftest import Jobs
from tests.contract.observed import IMPLEMENTATIONS
from tests.contract.reports.conftest import Reports
from tests.contract.shop import rows
from tests.harness.processes import eventually

# The beat of an implementation, for tests that cannot wait for the next ten minutes.
FAST_BEAT = """
import importlib, sys
app = importlib.import_module(f"{sys.argv[1]}_impl.config.celery").app
(entry,) = app.conf.beat_schedule.values()
entry["schedule"] = 0.1
app.start(["beat", "--loglevel", "WARNING"])
"""
LOCK = "hashtextextended('reports.daily', 0)"
CUT_CONNECTIONS = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


@contextmanager
def fast_beat(jobs: Jobs, side: Side) -> Iterator[None]:
    """Run the beat of an implementation with a schedule of tenths of a second, until the end of the block."""
    log = run_dir() / f"{side}-beat-{os.getpid()}-{secrets.token_hex(3)}.log"
    variables = environment_for(jobs.url, Budget(), jobs.environment)
    command = [sys.executable, "-c", FAST_BEAT, side]
    beat = guarded.start(f"{side}-beat", command, log, variables, directory=str(ROOT))
    try:
        yield
    finally:
        beat.stop()


def waiting_for_the_lock(jobs: Jobs) -> int:
    """Return the number of transactions that wait for the lock of requests."""
    ((number,),) = rows(jobs.sql, "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
    return int(number)


def messages(jobs: Jobs) -> int:
    """Return the number of messages that workers have received. The broker in PostgreSQL does not delete them."""
    ((number,),) = rows(jobs.sql, "SELECT count(*) FROM kombu_message WHERE NOT visible")
    return int(number)


@pytest.mark.parametrize("side", IMPLEMENTATIONS)
def test_two_beats_get_one_report_a_day(stopped: Reports, side: Side) -> None:
    jobs = stopped.jobs
    with jobs.running(side, "relay"), jobs.running(side, "worker") as worker:
        with fast_beat(jobs, "django"), fast_beat(jobs, "fastapi"):
            # Tasks that have started at the same time.
            jobs.execute(f"SELECT pg_advisory_lock({LOCK})")
            assert eventually(lambda: waiting_for_the_lock(jobs) >= 2)
            jobs.execute(f"SELECT pg_advisory_unlock({LOCK})")
            assert eventually(lambda: stopped.written() != [])
            # The beats go on, also after they have lost their connections.
            jobs.execute(CUT_CONNECTIONS)
            before = messages(jobs)
            assert eventually(lambda: messages(jobs) > before + 10)
        worker.process.kill()

    days = rows(jobs.sql, "SELECT data ->> 'date' FROM outbox WHERE type = 'report.requested' ORDER BY 1")
    assert [day for day, *_ in stopped.written()] == [day for (day,) in days]
    assert len({*days}) == len(days)  # one, or two at midnight
    assert [*ROOT.glob("celerybeat*")] == []
