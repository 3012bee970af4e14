"""Open load with a server that pauses: the percentiles include the pause, which those of closed load do not."""

import os
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import islice, takewhile
from typing import Any

import pytest

from benchmarks.analysis.statistics import percentile
from benchmarks.cells import Cell, Load, MeasureCommand
from benchmarks.load.arrivals import GRACE_PERIOD, arrival_times
from benchmarks.load.process import Generator, generator
from benchmarks.scenarios.exchanges import Exchange, Plan, Request
from tests.benchmarks.fake_server import any_product, fake_server

RATE, WINDOW, WARM_UP, SEED = 100.0, 4.0, 0.5, 7
# The width of a bucket of latencies in microseconds.
BUCKET = 100
RESPONSE = any_product("GET", "/p/cup", "")[1]


@pytest.fixture(scope="module")
def load(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Generator]:
    plan = Plan()
    plan.add("cup", [[Exchange(Request("GET", "/p/cup"), 200, text=RESPONSE)]])
    path = tmp_path_factory.mktemp("plan") / "plan.json"
    plan.save(path)
    with generator(path, None) as started:
        yield started


class PausingServer:
    """A server that pauses at certain requests for `seconds`. During a pause it responds to no request.

    `at` has the numbers of these requests, from 1. `pause` is the measured duration of the last pause in seconds.
    """

    def __init__(self, at: set[int], seconds: float) -> None:
        self._at, self._seconds = at, seconds
        self._lock, self._is_active = threading.Lock(), threading.Event()
        self._is_active.set()
        self._requests = 0
        self.pause = 0.0

    def respond(self, method: str, path: str, body: str) -> tuple[int, str]:
        """Return a product, after the pause if there is one."""
        with self._lock:
            self._requests += 1
            pauses = self._requests in self._at
            if pauses:
                self._is_active.clear()
        if pauses:
            started = time.monotonic()
            time.sleep(self._seconds)
            self.pause = time.monotonic() - started
            self._is_active.set()
        self._is_active.wait()
        return any_product(method, path, body)


@contextmanager
def pausing_server(at: set[int], seconds: float) -> Iterator[tuple[PausingServer, int]]:
    """Start a server; yield it and its port."""
    server = PausingServer(at, seconds)
    with fake_server(server.respond) as port:
        yield server, port


def arrivals_in_window(rate: float, window: float) -> list[float]:
    """Return the times of the arrivals that count, in seconds from the start of the load."""
    times = takewhile(lambda time: time < WARM_UP + window, arrival_times(rate, SEED))
    return [time for time in times if time >= WARM_UP]


def new_command(port: int, under: Load, window: float = WINDOW) -> MeasureCommand:
    return MeasureCommand(
        scenario="cup",
        workload="cup",
        url=f"http://127.0.0.1:{port}",
        load=under,
        warm_up=WARM_UP,
        duration=window,
        tokens={},
        server_pids=[os.getpid()],
        database_pid=None,
        server_cpus=[],
        seed=SEED,
    )


def measure(load: Generator, port: int, under: Load, *, window: float = WINDOW, **changes: Any) -> Cell:
    (cell,) = load.measure([replace(new_command(port, under, window), **changes)])
    return cell


def test_a_pause_of_a_second_raises_the_p99_of_open_load(load: Generator) -> None:
    # The arrivals have fixed times, so this one is always in the middle of the window.
    number = round(RATE * (WARM_UP + WINDOW / 3))
    with pausing_server({number}, 1.0) as (server, port):
        cell = measure(load, port, Load(rate=RATE))
    assert (cell.errors, cell.dropped) == (0, 0)
    # All arrivals that are due in the window count.
    due = arrivals_in_window(RATE, WINDOW)
    assert sum(cell.latencies.values()) == len(due)
    # Requests that are sent close together may overtake each other, so the pause may begin with an arrival nearby.
    first, *_, last = list(islice(arrival_times(RATE, SEED), number - 3, number + 2))
    # An arrival that is due during the pause is not answered before its end.
    waits = Counter(round(max(0.0, first + server.pause - time) * 1e6) for time in due if time > last)
    waits[0] += len(due) - waits.total()
    assert percentile(waits, 0.9) > 0
    for share in (0.9, 0.99):
        assert percentile(cell.latencies, share) >= percentile(waits, share) - BUCKET


def test_closed_load_hides_most_of_a_pause(load: Generator) -> None:
    users, seconds, pause = 2, 2.0, 0.5
    with pausing_server({40}, pause) as (server, port):
        # The slices end after few requests, so the pause is in the stretch.
        short = {"warm_up": 0.0, "duration": 0.001, "requests": 1, "latency_seconds": seconds}
        cell = measure(load, port, Load(users=users), **short)
    assert (cell.errors, cell.dropped) == (0, 0)
    # During the pause each user waits for one request. Under open load a quarter of all arrivals would wait.
    assert max(cell.latencies) / 1e6 >= server.pause - BUCKET / 1e6
    assert percentile(cell.latencies, 1 - pause / seconds) / 1e6 < pause / 2


def test_an_arrival_without_a_response_is_dropped_and_ranks_as_slowest(load: Generator) -> None:
    rate, window = 20.0, 0.5
    # The pause ends after the generator has settled the arrivals, so that the users can stop.
    with pausing_server({1}, WARM_UP + window + GRACE_PERIOD + 3) as (_, port):
        cell = measure(load, port, Load(rate=rate), window=window)
    assert cell.dropped == sum(cell.latencies.values()) == len(arrivals_in_window(rate, window)) > 0
    assert cell.requests == 0
    assert percentile(cell.latencies, 0.01) / 1e6 >= GRACE_PERIOD


def test_the_number_of_arrivals_follows_the_rate_of_the_command(load: Generator) -> None:
    with fake_server(any_product) as port:
        cell = measure(load, port, Load(rate=37.5), window=1.0)
    assert sum(cell.latencies.values()) == len(arrivals_in_window(37.5, 1.0)) > 0
    assert cell.rate == 37.5
    assert cell.errors == cell.dropped == 0


def test_a_share_of_the_capacity_is_measured_at_the_rate_of_the_command(load: Generator) -> None:
    with fake_server(any_product) as port:
        cell = measure(load, port, Load(share=0.6), window=1.0, rate=37.5)
    assert sum(cell.latencies.values()) == len(arrivals_in_window(37.5, 1.0))
    assert (cell.load, cell.rate) == (Load(share=0.6), 37.5)


def test_a_share_without_a_rate_is_an_error() -> None:
    with pytest.raises(ValueError, match="the open load at 60% of the capacity is not known"):
        new_command(1, Load(share=0.6)).arrival_rate  # noqa: B018
