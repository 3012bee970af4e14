"""Arrivals of open load have fixed times, wait a limited time for a connection, and reuse connections."""

import os
import time

import gevent
import pytest

from benchmarks.load.arrival_log import ArrivalLog
from benchmarks.load.arrivals import MAX_CONNECTIONS, MAX_WAIT, Arrivals, users_for
from benchmarks.load.timer import Timer

RATE, NUMBER = 200.0, 20


def new_log() -> tuple[ArrivalLog, list[float]]:
    """Return an arrival log whose window is open, and the list of the latencies that it records."""
    latencies: list[float] = []
    arrival_log = ArrivalLog(latencies.append)
    arrival_log.set_window(time.perf_counter() - 10, time.perf_counter() + 60)
    return arrival_log, latencies


def serve(arrivals: Arrivals, user: int, served: list[tuple[int, float]], latency: float = 0.0) -> None:
    """Serve arrivals as a user, and append (user, due) for each."""
    while (due := arrivals.next()) is not None:
        arrivals.started(due)
        served.append((user, due))
        gevent.sleep(latency)
        arrivals.completed(due, time.perf_counter())


def test_arrivals_are_due_at_fixed_intervals_even_if_responses_are_slow() -> None:
    arrivals, served = Arrivals(new_log()[0]), list[tuple[int, float]]()
    for number in range(3):
        gevent.spawn(serve, arrivals, number, served, latency=0.05)
    start = time.perf_counter()
    pacer = gevent.spawn(arrivals.generate, start, RATE)
    with gevent.Timeout(20):
        while len(served) < NUMBER:
            gevent.sleep(0.005)
    pacer.kill()
    arrivals.end()
    assert [due for _, due in served[:NUMBER]] == pytest.approx([start + number / RATE for number in range(NUMBER)])


def test_the_most_recently_used_connection_is_used_next() -> None:
    arrivals, served = Arrivals(new_log()[0]), list[tuple[int, float]]()
    for number in range(5):
        gevent.spawn(serve, arrivals, number, served)
    gevent.sleep(0)
    for number in range(1, NUMBER + 1):
        # One arrival is due now, the next one in an hour.
        pacer = gevent.spawn(arrivals.generate, time.perf_counter(), 1 / 3600)
        with gevent.Timeout(20):
            while len(served) < number:
                gevent.sleep(0.001)
        pacer.kill()
    arrivals.end()
    assert {user for user, _ in served} == {4}


def test_an_arrival_that_waits_too_long_for_a_connection_is_dropped() -> None:
    arrival_log, latencies = new_log()
    arrivals = Arrivals(arrival_log)
    now = time.perf_counter()
    pacer = gevent.spawn(arrivals.generate, now - 3 * MAX_WAIT, 1 / (3 * MAX_WAIT))
    gevent.sleep(0.01)
    pacer.kill()
    # The first arrival has waited three times too long; the second is due now.
    assert arrivals.next() == pytest.approx(now)
    arrival_log.settle()
    assert arrival_log.dropped == len(latencies) == 2


def test_ending_the_load_releases_all_waiting_users() -> None:
    arrivals = Arrivals(new_log()[0])
    waiting = gevent.spawn(arrivals.next)
    gevent.sleep(0)
    arrivals.end()
    assert waiting.get(timeout=5) is None
    assert arrivals.next() is None


def test_there_are_enough_users_for_all_arrivals_within_the_waiting_time() -> None:
    assert users_for(10) == 10 * MAX_WAIT + 1
    assert users_for(100_000) == MAX_CONNECTIONS


@pytest.mark.parametrize("precise", [True, False])
def test_the_timer_is_never_early_with_or_without_timerfd(precise: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if not precise:
        monkeypatch.delattr(os, "timerfd_create", raising=False)
    with Timer() as timer:
        for wait in (0.01, 0.002, 0.0, -1.0):
            moment = time.perf_counter() + wait
            timer.wait_until(moment)
            assert time.perf_counter() >= moment
