"""Open load against a server that pauses: the pause must show in percentiles, which closed load hides."""

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from benchmarks.analysis.statistics import percentile
from benchmarks.cells import Cell, Load, Order
from benchmarks.load.arrivals import GRACE
from benchmarks.load.process import Generator, generator
from benchmarks.scenarios.exchanges import Exchange, Plan, Request
from tests.benchmarks.fake_server import any_product, fake_server

RATE, WINDOW, WARM_UP = 100.0, 4.0, 0.5
ANSWER = any_product("GET", "/p/cup", "")[1]


@pytest.fixture(scope="module")
def load(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Generator]:
    plan = Plan()
    plan.add("cup", [[Exchange(Request("GET", "/p/cup"), 200, text=ANSWER)]])
    path = tmp_path_factory.mktemp("plan") / "plan.json"
    plan.save(path)
    with generator(path, None) as started:
        yield started


class Stopping:
    """A server that stops at some of its requests, each time for so many seconds: it then answers no request."""

    def __init__(self, at: set[int], seconds: float) -> None:
        self._at, self._seconds = at, seconds
        self._lock, self._goes = threading.Lock(), threading.Event()
        self._goes.set()
        self._asked = 0
        # For how long it has really stood still, at the least.
        self.still = 0.0

    def answer(self, method: str, path: str, body: str) -> tuple[int, str]:
        with self._lock:
            self._asked += 1
            stops = self._asked in self._at
            if stops:
                self._goes.clear()
        if stops:
            stopped = time.monotonic()
            time.sleep(self._seconds)
            self.still = time.monotonic() - stopped
            self._goes.set()
        self._goes.wait()
        return any_product(method, path, body)


@contextmanager
def stopping(at: set[int], seconds: float) -> Iterator[tuple[Stopping, int]]:
    """Yields the server and its port."""
    server = Stopping(at, seconds)
    with fake_server(server.answer) as port:
        yield server, port


def measure(load: Generator, port: int, under: Load, *, window: float = WINDOW, requests: int | None = None) -> Cell:
    order = Order(
        scenario="cup",
        work="cup",
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
    (cell,) = load.measure([order])
    return cell


def test_a_server_that_stops_for_a_second_shows_in_the_p99_of_open_load(load: Generator) -> None:
    # Of the arrivals, which are due at fixed times, one in the middle of the window, however busy the machine is.
    with stopping({round(RATE * (WARM_UP + WINDOW / 3))}, 1.0) as (server, port):
        cell = measure(load, port, Load(rate=RATE))
    assert (cell.errors, cell.dropped) == (0, 0)
    # Whoever was due in the window counts, answered or not.
    assert sum(cell.latencies.values()) == pytest.approx(RATE * WINDOW, abs=1)
    still = server.still
    # Arrivals of that second, a share of still/WINDOW, wait from all of it down to nothing: the share that waits longer
    # than x is (still - x) / WINDOW, which is 1% at x = still - WINDOW/100. They come 1/RATE apart, hence one of those.
    assert percentile(cell.latencies, 0.99) / 1e6 >= still - WINDOW / 100 - 1 / RATE
    # In the same way a tenth of all waits longer than still - WINDOW/10.
    assert percentile(cell.latencies, 0.90) / 1e6 >= still - WINDOW / 10 - 1 / RATE


def test_closed_load_hides_a_server_pause(load: Generator) -> None:
    users = 2
    with stopping({400, 800, 1200, 1600, 1900}, 0.4) as (server, port):
        cell = measure(load, port, Load(users=users), requests=2_000)
    assert cell.errors == 0
    slow = sum(number for latency, number in cell.latencies.items() if latency >= server.still / 2 * 1e6)
    # It did happen, to a request of each user, who asked for nothing else meanwhile, unless it was a slice's first ...
    assert slow >= users
    # ... so of all that were asked too few were slow for the p99 to see.
    assert percentile(cell.latencies, 0.99) / 1e6 < server.still / 2


def test_an_unanswered_arrival_is_dropped_and_ranks_as_slowest(load: Generator) -> None:
    rate, window = 20.0, 0.5
    # It goes on when the generator has settled its arrivals, so that its users can end.
    with stopping({1}, WARM_UP + window + GRACE + 3) as (_, port):
        cell = measure(load, port, Load(rate=rate), window=window)
    assert cell.dropped == sum(cell.latencies.values()) == pytest.approx(rate * window, abs=1)
    assert cell.requests == 0
    assert percentile(cell.latencies, 0.01) / 1e6 >= GRACE


def test_arrivals_keep_their_times_whatever_the_order_says(load: Generator) -> None:
    with fake_server(any_product) as port:
        cell = measure(load, port, Load(rate=37.5), window=1.0)
    assert sum(cell.latencies.values()) in {37, 38}
    assert cell.errors == cell.dropped == 0
