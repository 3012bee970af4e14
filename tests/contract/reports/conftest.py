"""Databases of their own for tests with workers. Most tests share one, because a worker takes seconds to start."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from psycopg2 import extras

from harness.postgres.server import Server
from harness.servers.background import Side
from tests.contract.notifications.conftest import Jobs, new_jobs
from tests.contract.observed import IMPLEMENTATIONS
from tests.contract.shop import rows

DAY = "2026-03-01"


@dataclass
class Reports:
    """A database with reports."""

    jobs: Jobs

    def request(self) -> str:
        """Store the event of a requested report, as the service does, and return its id."""
        ((event_id,),) = rows(
            self.jobs.sql,
            "INSERT INTO outbox (type, data, is_public, next_attempt_at, attempts, error)"
            " VALUES ('report.requested', %s, false, now(), 0, '') RETURNING id::text",
            extras.Json({"date": DAY}),
        )
        return str(event_id)

    def written(self) -> list[tuple[Any, ...]]:
        """Return all reports, without the times at which they were written."""
        return rows(
            self.jobs.sql,
            "SELECT date::text, new_product_count, low_stock_count, new_products, low_stock FROM daily_reports"
            " WHERE created_at BETWEEN now() - interval '1 hour' AND now()",
        )


@pytest.fixture
def stopped(server: Server) -> Iterator[Reports]:
    """Return a database without any program."""
    with new_jobs(server) as jobs:
        yield Reports(jobs)


@pytest.fixture(scope="module", params=IMPLEMENTATIONS)
def shared_reports(request: pytest.FixtureRequest, server: Server) -> Iterator[Reports]:
    """Return a database with a worker of each implementation in turn, and the relay of the other."""
    side: Side = request.param
    relay: Side = "fastapi" if side == "django" else "django"
    with new_jobs(server) as jobs, jobs.running(relay, "relay"), jobs.running(side, "worker") as worker:
        yield Reports(jobs)
        worker.process.kill()  # it would wait for seconds


@pytest.fixture
def reports(shared_reports: Reports) -> Reports:
    """Return the shared database without rows."""
    shared_reports.jobs.execute("TRUNCATE outbox, daily_reports, products, categories CASCADE")
    return shared_reports
