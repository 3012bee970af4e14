"""Arrivals come when they are due, wait for a connection for a while, and use no more connections than they need."""

import os
import time

import gevent
import pytest

from benchmarks.load.arrival_log import Ledger
from benchmarks.load.arrivals import MOST_AT_ONCE, PATIENCE, Arrivals, users_for
from benchmarks.load.timer import Alarm

RATE, NUMBER = 200.0, 20


def books() -> tuple[Ledger, list[float]]:
    """A ledger that is open from now on, and the latencies that it finds."""
    latencies: list[float] = []
    ledger = Ledger(latencies.append)
    ledger.expect(time.perf_counter() - 10, time.perf_counter() + 60)
    return ledger, latencies


def serve(arrivals: Arrivals, user: int, served: list[tuple[int, float]], takes: float = 0.0) -> None:
    while (due := arrivals.next()) is not None:
        arrivals.began(due)
        served.append((user, due))
        gevent.sleep(takes)
        arrivals.answered(due, time.perf_counter())


def test_each_is_due_a_fixed_time_after_the_one_before_however_long_the_answers_take() -> None:
    arrivals, served = Arrivals(books()[0]), list[tuple[int, float]]()
    for number in range(3):
        gevent.spawn(serve, arrivals, number, served, takes=0.05)
    start = time.perf_counter()
    pacer = gevent.spawn(arrivals.come, start, RATE)
    with gevent.Timeout(20):
        while len(served) < NUMBER:
            gevent.sleep(0.005)
    pacer.kill()
    arrivals.end()
    assert [due for _, due in served[:NUMBER]] == pytest.approx([start + number / RATE for number in range(NUMBER)])


def test_who_was_busy_last_serves_next_so_that_few_connections_are_used() -> None:
    arrivals, served = Arrivals(books()[0]), list[tuple[int, float]]()
    for number in range(5):
        gevent.spawn(serve, arrivals, number, served)
    gevent.sleep(0)
    for number in range(1, NUMBER + 1):
        # One now, the next one in an hour.
        pacer = gevent.spawn(arrivals.come, time.perf_counter(), 1 / 3600)
        with gevent.Timeout(20):
            while len(served) < number:
                gevent.sleep(0.001)
        pacer.kill()
    arrivals.end()
    assert {user for user, _ in served} == {4}


def test_who_has_waited_too_long_for_a_connection_has_left() -> None:
    ledger, latencies = books()
    arrivals = Arrivals(ledger)
    now = time.perf_counter()
    pacer = gevent.spawn(arrivals.come, now - 3 * PATIENCE, 1 / (3 * PATIENCE))
    gevent.sleep(0.01)
    pacer.kill()
    # The first came three times too long ago; the second came now.
    assert arrivals.next() == pytest.approx(now)
    ledger.settle()
    assert ledger.dropped == len(latencies) == 2


def test_when_all_is_over_nobody_waits_for_more() -> None:
    arrivals = Arrivals(books()[0])
    waiting = gevent.spawn(arrivals.next)
    gevent.sleep(0)
    arrivals.end()
    assert waiting.get(timeout=5) is None
    assert arrivals.next() is None


def test_there_are_users_for_all_who_come_before_the_first_loses_patience() -> None:
    assert users_for(10) == 10 * PATIENCE + 1
    assert users_for(100_000) == MOST_AT_ONCE


@pytest.mark.parametrize("precise", [True, False])
def test_the_alarm_does_not_go_off_early_with_timerfd_or_without(
    precise: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not precise:
        monkeypatch.delattr(os, "timerfd_create", raising=False)
    with Alarm() as alarm:
        for wait in (0.01, 0.002, 0.0, -1.0):
            moment = time.perf_counter() + wait
            alarm.wait_until(moment)
            assert time.perf_counter() >= moment
