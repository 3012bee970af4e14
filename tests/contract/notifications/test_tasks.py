"""The tasks of events: their effects happen once, whatever is killed in between."""

from contextlib import ExitStack
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from functools import partial

import pytest

from harness.servers.background import Side
from harness.servers.server import serve
from tests.contract.conftest import open_client
from tests.contract.document import SETTINGS
from tests.contract.notifications.conftest import Jobs
from tests.contract.observed import IMPLEMENTATIONS
from tests.contract.shop import new_account, new_category, new_order, new_product, rows
from tests.harness.processes import eventually

MAX_ATTEMPTS = SETTINGS["events"]["max_attempts"]
WITHIN_SECONDS = 60

each_implementation = pytest.mark.parametrize("side", IMPLEMENTATIONS)


def content(mail: EmailMessage) -> tuple[str, ...]:
    """Return what the recipient sees."""
    return (mail["From"], mail["To"], mail["Subject"], mail.get_content().replace("\r\n", "\n"))


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
        assert eventually(lambda: rows(jobs.sql, "SELECT count(*) FROM outbox WHERE finished_at IS NOT NULL") == [(2,)])

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
            assert eventually(partial(jobs.has_failed, event, attempt))
            assert "Try later" in jobs.state(event)[2]
            if attempt < MAX_ATTEMPTS:
                assert jobs.state(event)[0] == "waiting"
                jobs.execute("UPDATE outbox SET error = '', next_attempt_at = now()")
        assert eventually(lambda: jobs.state(event)[0] == "failed")
        assert jobs.mailbox.mails == []

        jobs.mailbox.answer = "250 OK"
        jobs.execute("UPDATE outbox SET failed_at = NULL, attempts = 0, error = '', next_attempt_at = now()")
        jobs.mailbox.wait_for(1)
        assert eventually(lambda: jobs.state(event) == ("finished", 1, ""))


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
            assert eventually(lambda: jobs.state(event) == ("finished", 2, ""))

    assert mail["Message-ID"] == f"<{event}@shop.example>"


@each_implementation
def test_late_failure_of_an_attempt_does_not_give_up_the_task(jobs: Jobs, side: Side) -> None:
    event = jobs.insert()
    jobs.mailbox.answer = None
    with jobs.running(side, "relay"), jobs.running(side, "worker"):
        assert jobs.mailbox.asked.wait(WITHIN_SECONDS)
        # As if the next attempts had been started while this one waits for the mail server.
        jobs.execute(f"UPDATE outbox SET attempts = {MAX_ATTEMPTS}, next_attempt_at = now() + interval '1 day'")
        jobs.mailbox.answer = "451 Try later"
        second = jobs.insert()
        assert eventually(partial(jobs.has_failed, second, 1))

    assert jobs.state(event) == ("waiting", MAX_ATTEMPTS, "")


@each_implementation
def test_relay_leaves_an_event_whose_task_it_does_not_know(jobs: Jobs, side: Side) -> None:
    unknown = jobs.insert("product.exploded")
    with jobs.running(side, "relay"), jobs.running(side, "worker"):
        known = jobs.insert()
        assert eventually(lambda: jobs.state(known)[0] == "finished")

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
        assert eventually(lambda: jobs.state(event) == ("failed", MAX_ATTEMPTS, ""))
