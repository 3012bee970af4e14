"""Clients receive the events of all transactions, in one order, whatever the order of the commits."""

import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager

import psycopg2
from psycopg2.extensions import connection as Connection  # noqa: N812 - a class with a lower-case name

from harness.postgres.server import Server
from tests.contract.outages import database_unavailable
from tests.contract.shop import new_account, rows
from tests.contract.websockets.conftest import Listen
from tests.contract.websockets.sockets import SOCKETS, insert_event, insert_events, open_socket, wait_until_readable
from tests.harness.processes import eventually

# A server that sends an event too early has sent it after this time. No verdict depends on it for one that does not.
SHORT_SECONDS = 3 * SOCKETS["poll_seconds"]
LISTENERS = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%%'"


@contextmanager
def open_transaction(database_url: str) -> Iterator[Connection]:
    """Yield a connection whose transaction is open, and end it."""
    with closing(psycopg2.connect(database_url)) as connection:
        yield connection


def test_event_that_commits_later_is_sent_first(listen: Listen, sql: Connection, database_url: str) -> None:
    """The ids of the first event and of its transaction are lower, but the second one is committed before."""
    socket = listen(new_account(sql))
    assert socket.is_there()
    with open_transaction(database_url) as slow:
        first = insert_event(slow)
        second = insert_event(sql)
        time.sleep(SHORT_SECONDS)
        slow.commit()

    assert socket.ids(2) == [first, second]


def test_event_with_a_lower_id_in_a_later_transaction(listen: Listen, sql: Connection, database_url: str) -> None:
    """The first transaction has stored its event last."""
    socket = listen(new_account(sql))
    assert socket.is_there()
    with open_transaction(database_url) as slow:
        rows(slow, "SELECT pg_current_xact_id()")
        lower = insert_event(sql)
        higher = insert_event(slow)
        slow.commit()

    assert lower < higher
    assert socket.ids(2) == [higher, lower]


def test_transaction_that_is_rolled_back_delays_no_event_for_ever(
    listen: Listen, sql: Connection, database_url: str
) -> None:
    socket = listen(new_account(sql))
    with open_transaction(database_url) as slow:
        insert_event(slow)
        event = insert_event(sql)
        # The notification comes before the end of the transaction, so another one or a poll must follow.
        time.sleep(SOCKETS["poll_seconds"])
        slow.rollback()

    assert socket.ids(1) == [event]


def test_client_receives_events_of_transactions_that_were_open_when_it_connected(
    listen: Listen, sql: Connection, database_url: str
) -> None:
    with open_transaction(database_url) as slow:
        event = insert_event(slow)
        socket = listen(new_account(sql))
        slow.commit()

    assert socket.ids(1) == [event]


def test_event_before_the_connection_is_not_sent(listen: Listen, sql: Connection) -> None:
    insert_event(sql)
    wait_until_readable(sql)
    socket = listen(new_account(sql))
    event = insert_event(sql)

    assert socket.ids(1) == [event]


def test_many_events_of_one_transaction_are_sent_in_their_order(listen: Listen, sql: Connection) -> None:
    socket = listen(new_account(sql))
    events = insert_events(sql, SOCKETS["max_queued_frames"] // 2)

    assert socket.ids(len(events)) == events


def test_one_connection_listens_while_there_are_clients(socket_ports: Mapping[str, int], sql: Connection) -> None:
    account = new_account(sql)
    with ExitStack() as stack:
        for port in [*socket_ports.values()] * 3:
            stack.enter_context(open_socket(port, account.token))
        assert eventually(lambda: len(rows(sql, LISTENERS)) == len(socket_ports))
    assert eventually(lambda: rows(sql, LISTENERS) == [])


def test_lost_listener_is_replaced(listen: Listen, sql: Connection) -> None:
    assert eventually(lambda: rows(sql, LISTENERS) == [])  # those of earlier clients have ended
    socket = listen(new_account(sql))
    assert eventually(lambda: len(rows(sql, LISTENERS)) == 1)
    ((pid,),) = rows(sql, LISTENERS)
    rows(sql, "SELECT pg_terminate_backend(%s, 5000)", pid)
    events = [insert_event(sql) for _ in range(3)]

    assert socket.ids(3) == events
    assert eventually(lambda: [found for (found,) in rows(sql, LISTENERS)] not in ([], [pid]))


def test_clients_stay_connected_during_an_outage_and_miss_nothing(
    listen: Listen, server: Server, sql: Connection, database_url: str
) -> None:
    socket = listen(new_account(sql))
    before = insert_event(sql)
    with database_unavailable(server, sql, database_url):
        during = [insert_event(sql) for _ in range(3)]
        time.sleep(SHORT_SECONDS)
    after = insert_event(sql)

    assert socket.ids(5) == [before, *during, after]
    assert socket.is_there()
