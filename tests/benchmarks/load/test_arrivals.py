"""Arrivals come when they are due, wait for a connection for a while, and use no more connections than they need."""

import os
import time

import gevent
import pytest

from benchmarks.load.arrival_log import ArrivalLog
from benchmarks.load.arrivals import MAX_CONNECTIONS, PATIENCE, Arrivals, users_for
from benchmarks.load.timer import Timer

RATE, NUMBER = 200.0, 20


def new_log() -> tuple[ArrivalLog, list[float]]:
    """An arrival log that is open from now on, and the latencies that it finds."""
    latencies: list[float] = []
    arrival_log = ArrivalLog(latencies.append)
    arrival_log.expect(time.perf_counter() - 10, time.perf_counter() + 60)
    return arrival_log, latencies


def serve(arrivals: Arrivals, user: int, served: list[tuple[int, float]], takes: float = 0.0) -> None:
    while (due := arrivals.next()) is not None:
        arrivals.began(due)
        served.append((user, due))
        gevent.sleep(takes)
        arrivals.answered(due, time.perf_counter())


def test_arrivals_are_due_at_fixed_intervals_however_slow_the_responses_are() -> None:
    arrivals, served = Arrivals(new_log()[0]), list[tuple[int, float]]()
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


def test_the_most_recently_used_connection_is_used_next() -> None:
    arrivals, served = Arrivals(new_log()[0]), list[tuple[int, float]]()
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


def test_an_arrival_that_waits_too_long_for_a_connection_is_abandoned() -> None:
    arrival_log, latencies = new_log()
    arrivals = Arrivals(arrival_log)
    now = time.perf_counter()
    pacer = gevent.spawn(arrivals.come, now - 3 * PATIENCE, 1 / (3 * PATIENCE))
    gevent.sleep(0.01)
    pacer.kill()
    # The first came three times too long ago; the second came now.
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
    assert users_for(10) == 10 * PATIENCE + 1
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
