"""What a client gets that asks for the events that it has missed."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import Any

import psycopg2
import pytest
from psycopg2.extensions import connection as Connection  # noqa: N812 - a class with a lower-case name

from tests.contract.client import Account
from tests.contract.document import ERRORS, SETTINGS
from tests.contract.shop import new_account, rows
from tests.contract.websockets.conftest import Listen
from tests.contract.websockets.sockets import SOCKETS, insert_event, insert_events, wait_until_readable

KEPT = SETTINGS["events"]["kept_seconds"]
UNKNOWN = {"type": "error", "code": "unknown_event", "message": ERRORS["frames"]["unknown_event"]["message"]}


@pytest.fixture
def customer(sql: Connection) -> Account:
    """Return the account of a new customer."""
    return new_account(sql)


def test_missed_events_are_sent_and_then_new_ones(listen: Listen, sql: Connection, customer: Account) -> None:
    first, *missed = insert_events(sql, 5)
    wait_until_readable(sql)
    socket = listen(customer)
    socket.send(type="since", id=first)
    assert socket.ids(4) == missed

    new = [insert_event(sql), insert_event(sql)]
    assert socket.ids(2) == new
    assert socket.is_there()


def test_more_events_than_wait_for_a_client_are_sent(listen: Listen, sql: Connection, customer: Account) -> None:
    first, *missed = insert_events(sql, 2 * SOCKETS["max_queued_frames"])
    wait_until_readable(sql)
    socket = listen(customer)
    socket.send(type="since", id=first)

    assert socket.ids(len(missed)) == missed
    assert socket.is_there()


def test_last_event_has_no_later_ones(listen: Listen, sql: Connection, customer: Account) -> None:
    last = insert_event(sql)
    wait_until_readable(sql)
    socket = listen(customer)
    socket.send(type="since", id=last)

    assert socket.is_there()
    new = insert_event(sql)
    assert socket.ids(1) == [new]


@contextmanager
def events_all_the_time(database_url: str) -> Iterator[list[str]]:
    """Store events in transactions of their own until the end of the block. Yields their ids."""
    stored: list[str] = []
    stop = Event()

    def store() -> None:
        connection = psycopg2.connect(database_url)
        connection.autocommit = True
        while not stop.is_set():
            stored.append(insert_event(connection))
        connection.close()

    thread = Thread(target=store)
    thread.start()
    try:
        yield stored
    finally:
        stop.set()
        thread.join()


def test_nothing_is_left_out_or_sent_twice_while_events_happen(
    listen: Listen, sql: Connection, customer: Account, database_url: str
) -> None:
    first, *missed = insert_events(sql, 300)
    wait_until_readable(sql)
    with events_all_the_time(database_url) as stored:
        socket = listen(customer)
        socket.send(type="since", id=first)
        received = socket.ids(len(missed) + 100)
    marker = insert_event(sql)
    while received[-1] != marker:
        received += socket.ids(1)

    # New events may come before the missed ones, if the server has waited too long for the message.
    assert received[received.index(missed[0]) :] == [*missed, *stored, marker]


def test_repeated_request_begins_again(listen: Listen, sql: Connection, customer: Account) -> None:
    first, second, third = insert_events(sql, 3)
    wait_until_readable(sql)
    socket = listen(customer)
    for _ in range(3):
        socket.send(type="since", id=first)
        assert socket.ids(2) == [second, third]
    socket.send(type="since", id=second)
    assert socket.ids(1) == [third]


def test_event_that_was_received_live_is_known(listen: Listen, sql: Connection, customer: Account) -> None:
    socket = listen(customer)
    events = [insert_event(sql) for _ in range(3)]
    assert socket.ids(3) == events
    socket.send(type="since", id=events[0])

    assert socket.ids(2) == events[1:]
    assert socket.is_there()


def test_later_events_are_those_that_the_user_may_see(
    listen: Listen, sql: Connection, customer: Account, staff_account: Account
) -> None:
    first = insert_event(sql)
    own = insert_event(sql, "order.status", is_public=False, customer_id=customer.id)
    other = insert_event(sql, "order.status", is_public=False, customer_id=new_account(sql).id)
    hidden = insert_event(sql, "product.updated", is_public=False)
    insert_event(sql, "report.requested")
    last = insert_event(sql)
    wait_until_readable(sql)
    of_customer, of_staff = listen(customer), listen(staff_account)
    for socket in (of_customer, of_staff):
        socket.send(type="since", id=first)

    assert of_customer.ids(2) == [own, last]
    assert of_staff.ids(4) == [own, other, hidden, last]


def unknown_ids(sql: Connection) -> dict[str, str]:
    """Return ids that a customer cannot have received."""
    expired = insert_event(sql)
    rows(
        sql,
        "UPDATE outbox SET created_at = now() - make_interval(secs => %s) WHERE id = %s RETURNING id",
        KEPT + 60,
        expired,
    )
    upper = insert_event(sql).upper()
    return {
        "expired": expired,
        "never stored": "01890000-0000-7000-8000-000000000000",
        "of another customer": insert_event(sql, "order.status", is_public=False, customer_id=new_account(sql).id),
        "of staff": insert_event(sql, is_public=False),
        "internal": insert_event(sql, "report.requested"),
        "in upper case": upper,
        "no UUID": "x",
        "empty": "",
        "long": "x" * 60_000,
        "with a NUL": "\x00",
    }


def test_unknown_event_is_an_error_and_the_connection_stays_open(
    listen: Listen, sql: Connection, customer: Account
) -> None:
    socket = listen(customer)
    first = insert_event(sql)
    assert socket.ids(1) == [first]
    answers: dict[str, Any] = {}
    ids = unknown_ids(sql)
    assert socket.ids(2) == [ids["expired"], ids["in upper case"].lower()]
    for name, event_id in ids.items():
        socket.send(type="since", id=event_id)
        answers[name] = socket.receive()

    assert answers == dict.fromkeys(ids, UNKNOWN)
    new = insert_event(sql)
    assert socket.ids(1) == [new]
