"""The daily report over HTTP: who may read and request it, and what a request stores."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from psycopg2 import extras
from psycopg2.extensions import connection as Connection  # noqa: N812 - a class with a lower-case name

from tests.contract.client import Client, status_and_code
from tests.contract.shop import rows

PATH = "/api/reports/daily"


def store_report(sql: Connection, day: str, **changes: Any) -> dict[str, Any]:
    """Store the report of a day, and return it as a response should have it."""
    report = {
        "date": day,
        "new_product_count": 2,
        "low_stock_count": 0,
        "new_products": [
            {"slug": "cup", "name": "Cup & <saucer>", "stock": 0},
            {"slug": "tea", "name": "茶", "stock": 7},
        ],
        "low_stock": [],
        "created_at": f"{day}T06:00:00.000123Z",
    } | changes
    values = [extras.Json(value) if isinstance(value, list) else value for value in report.values()]
    with sql.cursor() as cursor:
        cursor.execute("INSERT INTO daily_reports VALUES (%s, %s, %s, %s, %s, %s)", values)
    return report


def requested(sql: Connection) -> list[tuple[Any, ...]]:
    """Return what the stored events are about, for whom, and whether their tasks are due."""
    return rows(
        sql,
        "SELECT type, data, customer_id, is_public, next_attempt_at <= now(), attempts FROM outbox ORDER BY id",
    )


def test_latest_report_is_shown(staff: Client, sql: Connection) -> None:
    assert status_and_code(staff.get(PATH)) == (404, "not_found")

    store_report(sql, "2026-02-27")
    latest = store_report(sql, "2026-03-01", low_stock_count=250, created_at="2026-03-01T06:00:00Z")
    store_report(sql, "2026-02-28")
    response = staff.get(PATH)

    assert (response.status_code, response.json()) == (200, latest)


def test_request_stores_an_event_that_is_not_public(staff: Client, sql: Connection) -> None:
    earliest = datetime.now(UTC).date()
    response = staff.post(PATH)
    latest = datetime.now(UTC).date()

    assert (response.status_code, response.content, response.headers["location"]) == (202, b"", PATH)
    ((event_type, data, *others),) = requested(sql)
    assert (event_type, [*data], others) == ("report.requested", ["date"], [None, False, True, 0])
    assert earliest <= date.fromisoformat(data["date"]) <= latest


def test_report_is_requested_again_although_there_is_one(staff: Client, sql: Connection) -> None:
    store_report(sql, datetime.now(UTC).date().isoformat())

    assert [staff.post(PATH).status_code for _ in range(2)] == [202, 202]
    assert len(requested(sql)) == 2


@pytest.mark.parametrize("role", ["anonymous", "shopper"])
def test_reports_are_for_staff(anonymous: Client, shopper: Client, sql: Connection, role: str) -> None:
    store_report(sql, "2026-03-01")
    client, problem = {
        "anonymous": (anonymous, (401, "not_authenticated")),
        "shopper": (shopper, (403, "permission_denied")),
    }[role]

    assert [status_and_code(response) for response in (client.get(PATH), client.post(PATH))] == [problem, problem]
    assert requested(sql) == []


def test_a_rejected_request_stores_no_event(staff: Client, sql: Connection) -> None:
    assert status_and_code(staff.post(f"{PATH}?date=2026-03-01")) == (422, "invalid_request")
    assert requested(sql) == []
