"""The admins show the tasks that were given up, and attempt them again."""

from psycopg2.extensions import connection as Connection  # noqa: N812 - a class with a lower-case name

from tests.contract.admin.client import Admin
from tests.contract.client import Client, Json
from tests.contract.shop import rows


def give_up(sql: Connection) -> str:
    """Let the tasks of all events be given up, and return the id of one."""
    with sql.cursor() as cursor:
        cursor.execute(
            "UPDATE outbox SET attempts = 4, failed_at = now(), next_attempt_at = NULL, error = 'The server is <away>'"
            " WHERE next_attempt_at IS NOT NULL RETURNING id::text"
        )
        (key,) = cursor.fetchone() or ("",)
    return str(key)


def test_failed_task_is_shown_with_its_error(staff_admin: Admin, product: Json, sql: Connection) -> None:
    key = give_up(sql)
    listed = staff_admin.get(staff_admin.path("event"))
    shown = staff_admin.get(
        staff_admin.path("event", key) if staff_admin.is_django else f"/admin/event/detail?pk={key}"
    )

    for page in (listed, shown):
        assert page.status_code == 200, page.text[:1000]
        assert "failed" in page.text
        assert "The server is &lt;away&gt;" in page.text
    assert product["slug"] in shown.text


def test_failed_task_is_attempted_again(staff_admin: Admin, product: Json, sql: Connection) -> None:
    key = give_up(sql)
    response = staff_admin.act("event", "retry", key)

    assert response.status_code == 200, response.text[:1000]
    states = rows(sql, "SELECT attempts, failed_at, next_attempt_at <= now(), error FROM outbox WHERE id = %s", key)
    assert states == [(0, None, True, "")]
    assert product


def test_failed_report_is_shown_and_attempted_again(staff_admin: Admin, staff: Client, sql: Connection) -> None:
    assert staff.post("/api/reports/daily").status_code == 202
    key = give_up(sql)
    listed = staff_admin.get(staff_admin.path("event"))
    assert "report.requested" in listed.text
    assert "The server is &lt;away&gt;" in listed.text
    assert staff_admin.act("event", "retry", key).status_code == 200

    assert rows(sql, "SELECT attempts, failed_at, next_attempt_at <= now() FROM outbox") == [(0, None, True)]


def test_a_task_that_was_not_given_up_is_not_attempted_again(
    staff_admin: Admin, staff: Client, product: Json, sql: Connection
) -> None:
    staff.patch(f"/api/products/{product['slug']}", {"price": "3"})  # an event without a task
    with sql.cursor() as cursor:
        cursor.execute(
            "UPDATE outbox SET finished_at = now(), next_attempt_at = NULL WHERE next_attempt_at IS NOT NULL"
        )
    before = rows(sql, "SELECT * FROM outbox ORDER BY id")
    response = staff_admin.act("event", "retry", *(key for (key,) in rows(sql, "SELECT id::text FROM outbox")))

    assert response.status_code == 200, response.text[:1000]
    assert len(before) == 2
    assert rows(sql, "SELECT * FROM outbox ORDER BY id") == before


def test_events_are_neither_added_nor_changed_nor_deleted(staff_admin: Admin, product: Json, sql: Connection) -> None:
    ((key,),) = rows(sql, "SELECT id::text FROM outbox")
    forbidden = [staff_admin.get(staff_admin.path("event", page="add"))]
    if staff_admin.is_django:
        forbidden.append(staff_admin.get(staff_admin.path("event", key, "delete")))
    else:
        forbidden.append(staff_admin.get(staff_admin.path("event", key)))

    assert [page.status_code for page in forbidden] == [403, 403]
    assert len(rows(sql, "SELECT id FROM outbox")) == 1
    assert product
