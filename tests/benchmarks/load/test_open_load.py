"""Open load with a server that pauses: the percentiles include the pause, which those of closed load do not."""

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from benchmarks.analysis.statistics import percentile
from benchmarks.cells import Cell, Load, MeasureCommand
from benchmarks.load.arrivals import GRACE_PERIOD
from benchmarks.load.process import Generator, generator
from benchmarks.scenarios.exchanges import Exchange, Plan, Request
from tests.benchmarks.fake_server import any_product, fake_server

RATE, WINDOW, WARM_UP = 100.0, 4.0, 0.5
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


def measure(load: Generator, port: int, under: Load, *, window: float = WINDOW, requests: int | None = None) -> Cell:
    command = MeasureCommand(
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
        requests=requests,
    )
    (cell,) = load.measure([command])
    return cell


def test_a_pause_of_a_second_raises_the_p99_of_open_load(load: Generator) -> None:
    # The arrivals have fixed times, so this one is always in the middle of the window.
    with pausing_server({round(RATE * (WARM_UP + WINDOW / 3))}, 1.0) as (server, port):
        cell = measure(load, port, Load(rate=RATE))
    assert (cell.errors, cell.dropped) == (0, 0)
    # All arrivals that are due in the window count.
    assert sum(cell.latencies.values()) == pytest.approx(RATE * WINDOW, abs=1)
    pause = server.pause
    # A share of pause/WINDOW of the arrivals are due during the pause, and their latencies are spread evenly from 0 to
    # the pause. So a share of (pause - x) / WINDOW takes longer than x, which is 1% at x = pause - WINDOW/100. The
    # arrivals are 1/RATE apart, which is the tolerance.
    assert percentile(cell.latencies, 0.99) / 1e6 >= pause - WINDOW / 100 - 1 / RATE
    # For the same reason 10% take longer than pause - WINDOW/10.
    assert percentile(cell.latencies, 0.90) / 1e6 >= pause - WINDOW / 10 - 1 / RATE


def test_the_p99_of_closed_load_does_not_show_a_server_pause(load: Generator) -> None:
    users = 2
    with pausing_server({400, 800, 1200, 1600, 1900}, 0.4) as (server, port):
        cell = measure(load, port, Load(users=users), requests=2_000)
    assert cell.errors == 0
    slow = sum(number for latency, number in cell.latencies.items() if latency >= server.pause / 2 * 1e6)
    # During a pause each user waits for one request. Its latency is recorded unless it is the first of a slice.
    assert slow >= users
    # Too few of all requests are slow to raise the p99.
    assert percentile(cell.latencies, 0.99) / 1e6 < server.pause / 2


def test_an_arrival_without_a_response_is_dropped_and_ranks_as_slowest(load: Generator) -> None:
    rate, window = 20.0, 0.5
    # The pause ends after the generator has settled the arrivals, so that the users can stop.
    with pausing_server({1}, WARM_UP + window + GRACE_PERIOD + 3) as (_, port):
        cell = measure(load, port, Load(rate=rate), window=window)
    assert cell.dropped == sum(cell.latencies.values()) == pytest.approx(rate * window, abs=1)
    assert cell.requests == 0
    assert percentile(cell.latencies, 0.01) / 1e6 >= GRACE_PERIOD


def test_the_number_of_arrivals_follows_the_rate_of_the_command(load: Generator) -> None:
    with fake_server(any_product) as port:
        cell = measure(load, port, Load(rate=37.5), window=1.0)
    assert sum(cell.latencies.values()) in {37, 38}
    assert cell.errors == cell.dropped == 0
