"""The tasks of events: their effects happen once, whatever is killed in between."""

import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from functools import partial

import pytest
from redis import Redis

from harness.ports import free_port
from harness.servers import redis
from harness.servers.background import Side
from harness.servers.server import serve
from tests.contract.conftest import open_client
from tests.contract.document import SETTINGS
from tests.contract.notifications.conftest import Jobs
from tests.contract.observed import IMPLEMENTATIONS
from tests.contract.shop import new_account, new_category, new_order, new_product, rows

MAX_ATTEMPTS = SETTINGS["events"]["max_attempts"]
WITHIN_SECONDS = 60

each_implementation = pytest.mark.parametrize("side", IMPLEMENTATIONS)


def wait_until(holds: Callable[[], bool]) -> None:
    """Wait until a condition holds."""
    deadline = time.monotonic() + WITHIN_SECONDS
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def content(mail: EmailMessage) -> tuple[str, ...]:
    """Return what the recipient sees."""
    return (mail["From"], mail["To"], mail["Subject"], mail.get_content().replace("\r\n", "\n"))


def execute(jobs: Jobs, statement: str) -> None:
    """Execute a statement on the database."""
    with jobs.sql.cursor() as cursor:
        cursor.execute(statement)


def has_failed(jobs: Jobs, event: str, attempts: int) -> bool:
    """Return whether the last of so many attempts has stored its error."""
    _, number, error = jobs.state(event)
    return number == attempts and error != ""


def has_messages(jobs: Jobs, number: int) -> bool:
    """Return whether Celery has had so many messages. Its table is created with the first one."""
    if rows(jobs.sql, "SELECT to_regclass('kombu_message')") == [(None,)]:
        return False
    return rows(jobs.sql, "SELECT count(*) FROM kombu_message") == [(number,)]


def has_queued(url: str) -> bool:
    """Return whether a message is in the queue of Redis."""
    with Redis.from_url(url) as client:
        return bool(client.llen("shop"))


@pytest.mark.parametrize(("side", "worker"), [("django", "fastapi"), ("fastapi", "django")])
def test_relay_and_worker_of_different_implementations_send_the_same_mails(
    jobs: Jobs, side: Side, worker: Side
) -> None:
    with ExitStack() as stack:
        running = stack.enter_context(serve(side, jobs.url))
        client = stack.enter_context(open_client(running))
        customer = new_account(jobs.sql)
        staff = client.as_(new_account(jobs.sql, is_staff=True))
        product = new_product(staff, new_category(staff), name="Cup & <saucer>", price="5", stock=20)
        order = new_order(client.as_(customer), product, quantity=2)
        stack.enter_context(jobs.running(side, "relay"))
        stack.enter_context(jobs.running(worker, "worker"))
        about_product, about_order = sorted(
            jobs.mailbox.wait_for(2), key=lambda mail: str(mail["To"]) == customer.email
        )
        wait_until(lambda: rows(jobs.sql, "SELECT count(*) FROM outbox WHERE finished_at IS NOT NULL") == [(2,)])

    assert content(about_product) == (
        "shop@shop.example",
        "staff@shop.example",
        "New product: Cup & <saucer>",
        "A new product is in the shop.\n\nName: Cup & <saucer>\nPrice: 5.00\nIn stock: 20\n",
    )
    assert content(about_order) == (
        "shop@shop.example",
        customer.email,
        f"Your order {order['id']}",
        "Thank you for your order.\n\n2 x Cup & <saucer> at 5.00\n\nTotal: 10.00\n",
    )
    ids = rows(jobs.sql, "SELECT id::text FROM outbox WHERE finished_at IS NOT NULL ORDER BY transaction_id, id")
    ((created_at,),) = rows(
        jobs.sql, "SELECT date_trunc('second', created_at) FROM outbox WHERE type = 'order.created'"
    )
    assert parsedate_to_datetime(about_order["Date"]) == created_at
    assert [mail["Message-ID"] for mail in (about_product, about_order)] == [f"<{key}@shop.example>" for (key,) in ids]


@each_implementation
def test_rejected_mail_is_attempted_again_then_given_up_then_retried(jobs: Jobs, side: Side) -> None:
    event = jobs.insert()
    jobs.mailbox.answer = "451 Try later"
    with jobs.running(side, "relay"), jobs.running(side, "worker"):
        for attempt in range(1, MAX_ATTEMPTS + 1):
            wait_until(partial(has_failed, jobs, event, attempt))
            assert "Try later" in jobs.state(event)[2]
            if attempt < MAX_ATTEMPTS:
                assert jobs.state(event)[0] == "waiting"
                execute(jobs, "UPDATE outbox SET error = '', next_attempt_at = now()")
        wait_until(lambda: jobs.state(event)[0] == "failed")
        assert jobs.mailbox.mails == []

        jobs.mailbox.answer = "250 OK"
        execute(jobs, "UPDATE outbox SET failed_at = NULL, attempts = 0, error = '', next_attempt_at = now()")
        jobs.mailbox.wait_for(1)
        wait_until(lambda: jobs.state(event) == ("finished", 1, ""))


@each_implementation
def test_killed_worker_loses_no_task(jobs: Jobs, side: Side) -> None:
    event = jobs.insert()
    jobs.mailbox.answer = None
    with jobs.running(side, "relay"):
        with jobs.running(side, "worker") as worker:
            assert jobs.mailbox.asked.wait(WITHIN_SECONDS)
            worker.process.kill()
        assert jobs.state(event) == ("waiting", 1, "")

        jobs.mailbox.answer = "250 OK"
        jobs.make_due()
        with jobs.running(side, "worker"):
            (mail,) = jobs.mailbox.wait_for(1)
            wait_until(lambda: jobs.state(event) == ("finished", 2, ""))

    assert mail["Message-ID"] == f"<{event}@shop.example>"


@each_implementation
def test_late_failure_of_an_attempt_does_not_give_up_the_task(jobs: Jobs, side: Side) -> None:
    event = jobs.insert()
    jobs.mailbox.answer = None
    with jobs.running(side, "relay"), jobs.running(side, "worker"):
        assert jobs.mailbox.asked.wait(WITHIN_SECONDS)
        # As if the next attempts had been started while this one waits for the mail server.
        execute(jobs, f"UPDATE outbox SET attempts = {MAX_ATTEMPTS}, next_attempt_at = now() + interval '1 day'")
        jobs.mailbox.answer = "451 Try later"
        second = jobs.insert()
        wait_until(partial(has_failed, jobs, second, 1))

    assert jobs.state(event) == ("waiting", MAX_ATTEMPTS, "")


@each_implementation
def test_relay_leaves_an_event_whose_task_it_does_not_know(jobs: Jobs, side: Side) -> None:
    unknown = jobs.insert("product.exploded")
    with jobs.running(side, "relay"), jobs.running(side, "worker"):
        known = jobs.insert()
        wait_until(lambda: jobs.state(known)[0] == "finished")

    assert jobs.state(unknown) == ("waiting", 0, "")


@each_implementation
def test_line_separators_in_a_name_become_spaces_of_the_subject(jobs: Jobs, side: Side) -> None:
    jobs.insert(name="One\u2028two\u2029three")
    with jobs.running(side, "relay"), jobs.running(side, "worker"):
        (mail,) = jobs.mailbox.wait_for(1)

    assert mail["Subject"] == "New product: One two three"


@each_implementation
def test_task_that_kills_its_worker_is_given_up(jobs: Jobs, side: Side) -> None:
    event = jobs.insert()
    jobs.mailbox.answer = None
    with jobs.running(side, "relay"):
        for attempt in range(1, MAX_ATTEMPTS + 1):
            jobs.mailbox.asked.clear()
            jobs.make_due()
            with jobs.running(side, "worker") as worker:
                assert jobs.mailbox.asked.wait(WITHIN_SECONDS)
                worker.process.kill()
            assert jobs.state(event) == ("waiting", attempt, "")
        jobs.make_due()
        wait_until(lambda: jobs.state(event) == ("failed", MAX_ATTEMPTS, ""))


@each_implementation
def test_lost_messages_are_sent_again(jobs: Jobs, side: Side) -> None:
    event = jobs.insert()
    with jobs.running(side, "relay"):
        wait_until(partial(has_messages, jobs, 1))
        execute(jobs, "DELETE FROM kombu_message")
        jobs.make_due()
        with jobs.running(side, "worker"):
            jobs.mailbox.wait_for(1)
            wait_until(lambda: jobs.state(event) == ("finished", 1, ""))


@each_implementation
def test_waiting_for_a_worker_costs_no_attempt_and_repeated_messages_only_one(jobs: Jobs, side: Side) -> None:
    event = jobs.insert()
    jobs.mailbox.answer = "451 Try later"
    with jobs.running(side, "relay"):
        for number in range(1, MAX_ATTEMPTS + 3):
            wait_until(partial(has_messages, jobs, number))
            assert jobs.state(event) == ("waiting", 0, "")
            jobs.make_due()
        with jobs.running(side, "worker"):
            wait_until(lambda: rows(jobs.sql, "SELECT count(*) FROM kombu_message WHERE visible") == [(0,)])
            wait_until(lambda: jobs.state(event)[2] != "")

    assert jobs.state(event)[:2] == ("waiting", 1)


@each_implementation
def test_relay_and_worker_go_on_after_their_connections_are_cut(jobs: Jobs, side: Side) -> None:
    with jobs.running(side, "relay"), jobs.running(side, "worker"):
        first = jobs.insert()
        wait_until(lambda: jobs.state(first)[0] == "finished")
        execute(
            jobs,
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()",
        )
        second = jobs.insert()
        jobs.mailbox.wait_for(2)
        wait_until(lambda: jobs.state(second)[0] == "finished")


@each_implementation
def test_expired_events_are_deleted_except_those_with_an_unfinished_task(jobs: Jobs, side: Side) -> None:
    execute(
        jobs,
        "INSERT INTO outbox"
        " (type, data, is_public, attempts, error, created_at, next_attempt_at, failed_at, finished_at)"
        " SELECT"
        " 'stock.low', to_jsonb(name), true, 0, '', now() - make_interval(hours => hours), next, failed, finished"
        " FROM (VALUES ('old', 2, NULL, NULL, NULL), ('finished', 2, NULL, NULL, now()), ('new', 0, NULL, NULL, NULL),"
        " ('waiting', 2, now() + interval '1 day', NULL, NULL), ('failed', 2, NULL, now(), NULL))"
        " AS rows (name, hours, next, failed, finished)",
    )
    with jobs.running(side, "relay"):
        wait_until(lambda: len(rows(jobs.sql, "SELECT FROM outbox")) == 3)

    assert {name for (name,) in rows(jobs.sql, "SELECT data FROM outbox")} == {"new", "waiting", "failed"}


@pytest.mark.skipif(not redis.is_installed(), reason="Redis is not installed: apt-get install redis-server")
@each_implementation
def test_redis_as_broker_loses_no_task_when_it_is_killed(jobs: Jobs, side: Side) -> None:
    port = free_port()
    jobs = replace(jobs, environment={**jobs.environment, "CELERY_BROKER_URL": f"redis://127.0.0.1:{port}/0"})
    with redis.redis_server(port=port), jobs.running(side, "relay"), jobs.running(side, "worker"):
        first = jobs.insert()
        wait_until(lambda: jobs.state(first)[0] == "finished")

    second = jobs.insert()
    with jobs.running(side, "relay") as relay:
        wait_until(lambda: "The relay begins again after an error" in relay.log.read_text(encoding="utf-8"))
        # It is due at once, although the message could not be sent.
        with redis.redis_server(port=port) as url:
            wait_until(partial(has_queued, url))
        # Redis had no files, so its messages are lost.
        jobs.make_due()
        with redis.redis_server(port=port), jobs.running(side, "worker"):
            wait_until(lambda: jobs.state(second)[0] == "finished")
    assert len(jobs.mailbox.mails) == 2
