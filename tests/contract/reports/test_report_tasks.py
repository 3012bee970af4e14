"""The task that writes a report: it happens once, in one transaction with the end of its event."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import get_args

import pytest
from psycopg2 import extras

from harness.servers.background import ROLES, Side
from harness.servers.server import serve
from tests.contract.conftest import open_client
from tests.contract.document import SETTINGS
from tests.contract.notifications.conftest import Jobs
from tests.contract.observed import IMPLEMENTATIONS
from tests.contract.reports.conftest import DAY, Reports
from tests.contract.shop import new_account, rows
from tests.harness.processes import eventually

LISTED = SETTINGS["reports"]["max_products"]
LOW = SETTINGS["events"]["low_stock"]
PATH = "/api/reports/daily"
# Any key of an advisory lock for a test alone.
GATE = 7
SIDES: tuple[Side, ...] = get_args(Side.__value__)


def add_products(jobs: Jobs, *products: tuple[str, int, str, bool]) -> None:
    """Insert products: slug, stock, age, and whether they are active."""
    jobs.execute("INSERT INTO categories (name, slug, description) VALUES ('All', 'all', '') ON CONFLICT DO NOTHING")
    with jobs.sql.cursor() as cursor:
        extras.execute_values(
            cursor,
            "INSERT INTO products (name, slug, description, price, category_id, stock, created_at, is_active)"
            " SELECT 'The ' || new.slug, new.slug, 'Made for a test.', 1, categories.id, stock, now() - age::interval,"
            " active FROM (VALUES %s) AS new (slug, stock, age, active), categories",
            products,
            page_size=1000,
        )


def listed(*products: tuple[str, int]) -> list[dict[str, object]]:
    """Return products as reports list them."""
    return [{"slug": slug, "name": f"The {slug}", "stock": stock} for slug, stock in products]


@contextmanager
def failing(jobs: Jobs, table: str, condition: str) -> Iterator[None]:
    """Let changes of the rows of a table fail that fulfil the condition."""
    jobs.execute(
        "CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'made to fail'; END $$;"
        f"CREATE TRIGGER fail AFTER INSERT OR UPDATE ON {table} FOR EACH ROW WHEN ({condition}) EXECUTE FUNCTION fail()"
    )
    try:
        yield
    finally:
        jobs.execute("DROP FUNCTION fail CASCADE")


@contextmanager
def blocked_reports(jobs: Jobs) -> Iterator[None]:
    """Let the change of a report wait until the end of the block."""
    jobs.execute(
        "CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql SET lock_timeout = 0 AS"
        f" $$ BEGIN PERFORM pg_advisory_xact_lock({GATE}); RETURN NULL; END $$;"
        "CREATE TRIGGER wait AFTER INSERT OR UPDATE ON daily_reports FOR EACH ROW EXECUTE FUNCTION wait();"
        f"SELECT pg_advisory_lock({GATE})"
    )
    try:
        yield
    finally:
        jobs.execute(f"SELECT pg_advisory_unlock({GATE}); DROP FUNCTION wait CASCADE")


def is_blocked(jobs: Jobs) -> bool:
    """Return whether a transaction has changed a report and waits, and holds the lock on the event."""
    waiting = rows(jobs.sql, f"SELECT count(*) FROM pg_locks WHERE objid = {GATE} AND NOT granted")
    return waiting == [(1,)] and rows(jobs.sql, "SELECT id FROM outbox FOR UPDATE SKIP LOCKED") == []


def test_report_has_the_new_products_and_those_low_in_stock(reports: Reports) -> None:
    add_products(
        reports.jobs,
        ("new", LOW, "1 hour", True),
        ("newest", 5000, "1 second", True),
        ("new-and-inactive", 0, "23 hours", False),
        ("old", 5000, "25 hours", True),
        ("old-and-inactive", 0, "25 hours", False),
        ("b-is-low", LOW - 1, "2 days", True),
        ("a-is-low", LOW - 1, "3 days", True),
        ("sold-out", 0, "4 days", True),
    )
    event = reports.request()
    assert eventually(lambda: reports.jobs.state(event) == ("finished", 1, ""))

    new = listed(("newest", 5000), ("new", LOW), ("new-and-inactive", 0))
    low = listed(("sold-out", 0), ("a-is-low", LOW - 1), ("b-is-low", LOW - 1))
    assert reports.written() == [(DAY, 3, 3, new, low)]


def test_another_request_of_the_day_replaces_its_report(reports: Reports) -> None:
    first = reports.request()
    assert eventually(lambda: reports.jobs.state(first) == ("finished", 1, ""))
    assert reports.written() == [(DAY, 0, 0, [], [])]

    # More than a report lists.
    many = [(f"many-{number:03}", 1) for number in range(LISTED + 5)]
    add_products(reports.jobs, *((slug, 1, f"{number} seconds", True) for number, (slug, _) in enumerate(many)))
    second = reports.request()
    assert eventually(lambda: reports.jobs.state(second) == ("finished", 1, ""))

    some = listed(*many[:LISTED])
    assert reports.written() == [(DAY, len(many), len(many), some, some)]


FAILURES = {
    "in the effect": ("daily_reports", "true"),
    "between the effect and the end of the event": ("outbox", "NEW.finished_at IS NOT NULL"),
}


@pytest.mark.parametrize(("table", "condition"), FAILURES.values(), ids=FAILURES)
def test_failure_undoes_the_report_and_the_end_of_its_event(reports: Reports, table: str, condition: str) -> None:
    jobs = reports.jobs
    with failing(jobs, table, condition):
        event = reports.request()
        assert eventually(partial(jobs.has_failed, event, 1))
        assert "made to fail" in jobs.state(event)[2]
        assert (jobs.state(event)[0], reports.written()) == ("waiting", [])
    jobs.make_due()
    assert eventually(lambda: jobs.state(event) == ("finished", 2, ""))

    assert len(reports.written()) == 1


@pytest.mark.parametrize("side", IMPLEMENTATIONS)
def test_worker_that_is_killed_in_its_task_leaves_no_report_and_its_retry_writes_one(
    stopped: Reports, side: Side
) -> None:
    jobs = stopped.jobs
    event = stopped.request()
    with jobs.running(side, "relay"):
        with blocked_reports(jobs), jobs.running(side, "worker") as worker:
            assert eventually(partial(is_blocked, jobs))
            worker.process.kill()
        jobs.make_due()  # waits until PostgreSQL has noticed that the client is gone
        assert (jobs.state(event)[:2], stopped.written()) == (("waiting", 1), [])
        with jobs.running(side, "worker") as worker:
            assert eventually(lambda: jobs.state(event) == ("finished", 2, ""))
            worker.process.kill()

    assert len(stopped.written()) == 1


def test_requests_at_the_same_time_write_one_report_that_both_implementations_show(stopped: Reports) -> None:
    jobs = stopped.jobs
    with ExitStack() as stack:
        servers = [stack.enter_context(serve(side, jobs.url)) for side in IMPLEMENTATIONS]
        account = new_account(jobs.sql, is_staff=True)
        staff = [stack.enter_context(open_client(server)).as_(account) for server in servers]
        programs = [stack.enter_context(jobs.running(side, role)) for side in SIDES for role in ROLES]
        assert [client.post(PATH).status_code for client in staff * 3] == [202] * 6
        assert eventually(lambda: rows(jobs.sql, "SELECT count(*) FROM outbox WHERE finished_at IS NULL") == [(0,)])
        shown = [client.get(PATH) for client in staff]
        for program in programs:
            program.process.kill()

    days = rows(jobs.sql, "SELECT DISTINCT data ->> 'date' FROM outbox ORDER BY 1")  # two at midnight
    assert rows(jobs.sql, "SELECT date::text FROM daily_reports ORDER BY date") == days
    assert [response.status_code for response in shown] == [200, 200]
    assert shown[0].content == shown[1].content
    assert shown[0].json()["date"] == days[-1][0]
