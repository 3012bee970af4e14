"""Arrivals of open load are a Poisson process, wait a limited time for a connection, and reuse connections."""

import math
import os
import time
from itertools import islice, pairwise
from statistics import mean, stdev

import gevent
import pytest

from benchmarks.load.arrival_log import LATE_AFTER, ArrivalLog
from benchmarks.load.arrivals import (
    DEVIATIONS,
    GRACE_PERIOD,
    MAX_CONNECTIONS,
    MAX_WAIT,
    Arrivals,
    arrival_times,
    users_for,
)
from benchmarks.load.timer import Timer

RATE, NUMBER = 200.0, 20
TIMES = list(islice(arrival_times(RATE, seed=1), NUMBER))


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


def test_the_gaps_between_arrivals_are_exponentially_distributed() -> None:
    number = 100_000
    times = list(islice(arrival_times(RATE, seed=1), number))
    gaps = [later - earlier for earlier, later in pairwise([0.0, *times])]
    # Mean and standard deviation of an exponential distribution are equal. Their standard errors are 0.3% and 0.45%.
    assert mean(gaps) * RATE == pytest.approx(1, abs=0.015)
    assert stdev(gaps) * RATE == pytest.approx(1, abs=0.025)
    # P(gap > x) = exp(-RATE x)
    for share in (0.1, 0.5, 0.9):
        above = sum(gap > -math.log(share) / RATE for gap in gaps) / number
        assert above == pytest.approx(share, abs=0.01)


def test_the_same_seed_gives_the_same_arrivals_and_another_seed_gives_others() -> None:
    assert list(islice(arrival_times(RATE, seed=1), NUMBER)) == TIMES
    assert set(islice(arrival_times(RATE, seed=2), NUMBER)).isdisjoint(TIMES)


def test_arrivals_have_their_times_even_if_responses_are_slow() -> None:
    arrivals, served = Arrivals(new_log()[0]), list[tuple[int, float]]()
    for number in range(3):
        gevent.spawn(serve, arrivals, number, served, latency=0.05)
    start = time.perf_counter()
    gevent.spawn(arrivals.generate, start, TIMES)
    with gevent.Timeout(20):
        while len(served) < NUMBER:
            gevent.sleep(0.005)
    arrivals.end()
    assert [due for _, due in served] == [start + each for each in TIMES]


def test_the_most_recently_used_connection_is_used_next() -> None:
    arrivals, served = Arrivals(new_log()[0]), list[tuple[int, float]]()
    for number in range(5):
        gevent.spawn(serve, arrivals, number, served)
    gevent.sleep(0)
    for number in range(1, NUMBER + 1):
        gevent.spawn(arrivals.generate, time.perf_counter(), [0.0])
        with gevent.Timeout(20):
            while len(served) < number:
                gevent.sleep(0.001)
    arrivals.end()
    assert {user for user, _ in served} == {4}


def test_an_arrival_that_waits_too_long_for_a_connection_is_dropped() -> None:
    arrival_log, latencies = new_log()
    arrivals = Arrivals(arrival_log)
    now = time.perf_counter()
    gevent.spawn(arrivals.generate, now - 3 * MAX_WAIT, [0.0, 3 * MAX_WAIT]).join()
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
    number = 10 * MAX_WAIT
    assert users_for(10) == math.ceil(number + DEVIATIONS * math.sqrt(number)) + 1
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


def test_the_limits_of_open_load_are_those_of_the_documentation() -> None:
    assert (LATE_AFTER, MAX_WAIT, MAX_CONNECTIONS, GRACE_PERIOD) == (0.010, 2.0, 512, 5.0)
