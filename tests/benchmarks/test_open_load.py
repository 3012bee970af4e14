"""Open load against a server that stops for a second: what it must show, and what closed load would hide."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from benchmarks.arrivals import GRACE
from benchmarks.calibration import null_server
from benchmarks.cells import Cell, Load, Order
from benchmarks.exchanges import Exchange, Plan, Request
from benchmarks.load import Generator, generator
from benchmarks.null_server import body
from benchmarks.statistics import percentile

SIZE, RATE, WINDOW, WARM_UP = 300, 100.0, 4.0, 0.5
# The server stops this long after the order was given: in the window, also where starting the users takes a second.
STOPS_AFTER, STOPS_FOR = 2.0, 1.0


@pytest.fixture(scope="module")
def load(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Generator]:
    plan = Plan()
    plan.add("null", [[Exchange(Request("GET", "/"), 200, text=body(SIZE))]])
    path = tmp_path_factory.mktemp("plan") / "plan.json"
    plan.save(path)
    with generator(path, None) as started:
        yield started


@pytest.fixture
def server() -> Iterator[tuple[int, int]]:
    with null_server(SIZE, None) as port_and_pid:
        yield port_and_pid


def measure(load: Generator, server: tuple[int, int], under: Load, window: float = WINDOW) -> Cell:
    port, pid = server
    order = Order(
        scenario="null",
        work="null",
        url=f"http://127.0.0.1:{port}",
        load=under,
        warm_up=WARM_UP,
        duration=window,
        tokens={},
        server_pids=[pid],
        database_pid=None,
        server_cpus=[],
    )
    (cell,) = load.measure([order])
    return cell


def stopped_for_a_second(load: Generator, server: tuple[int, int], under: Load) -> tuple[Cell, float]:
    """The cell, and for how many seconds the server really stood still, at the least."""
    with ThreadPoolExecutor(1) as pool:
        measuring = pool.submit(measure, load, server, under)
        time.sleep(STOPS_AFTER)
        os.kill(server[1], signal.SIGSTOP)
        stopped = time.monotonic()
        time.sleep(STOPS_FOR)
        still = time.monotonic() - stopped
        os.kill(server[1], signal.SIGCONT)
        return measuring.result(), still


def test_a_server_that_stops_for_a_second_shows_in_the_p99_of_open_load(
    load: Generator, server: tuple[int, int]
) -> None:
    cell, still = stopped_for_a_second(load, server, Load(rate=RATE))
    assert (cell.errors, cell.dropped) == (0, 0)
    # Whoever was due in the window counts, answered or not.
    assert sum(cell.latencies.values()) == pytest.approx(RATE * WINDOW, abs=1)
    # Arrivals of that second, a share of still/WINDOW, wait from all of it down to nothing: the share that waits longer
    # than x is (still - x) / WINDOW, which is 1% at x = still - WINDOW/100. They come 1/RATE apart, hence one of those.
    assert percentile(cell.latencies, 0.99) / 1e6 >= still - WINDOW / 100 - 1 / RATE
    # In the same way a tenth of all waits longer than still - WINDOW/10.
    assert percentile(cell.latencies, 0.90) / 1e6 >= still - WINDOW / 10 - 1 / RATE


def test_closed_load_hides_the_same_second(load: Generator, server: tuple[int, int]) -> None:
    users = 2
    cell, still = stopped_for_a_second(load, server, Load(users=users))
    assert cell.errors == 0
    slow = sum(number for latency, number in cell.latencies.items() if latency >= still / 2 * 1e6)
    # It did happen, to one request of each user, who asked for nothing else meanwhile ...
    assert slow >= users
    # ... so of all that were asked too few were slow for the p99 to see.
    assert percentile(cell.latencies, 0.99) / 1e6 < still / 2


def test_who_never_gets_an_answer_is_dropped_and_counts_as_slower_than_all_others(
    load: Generator, server: tuple[int, int]
) -> None:
    os.kill(server[1], signal.SIGSTOP)
    # It goes on when the generator has closed its books, so that its users can end.
    going_on = threading.Timer(WARM_UP + 0.3 + GRACE + 3, os.kill, [server[1], signal.SIGCONT])
    going_on.start()
    cell = measure(load, server, Load(rate=RATE), window=0.3)
    going_on.join()
    assert cell.dropped == sum(cell.latencies.values()) == pytest.approx(RATE * 0.3, abs=1)
    assert cell.requests == 0
    assert percentile(cell.latencies, 0.01) / 1e6 >= GRACE


def test_arrivals_keep_their_times_whatever_the_order_says(load: Generator, server: tuple[int, int]) -> None:
    cell = measure(load, server, Load(rate=37.5), window=1.0)
    assert sum(cell.latencies.values()) in {37, 38}
    assert cell.errors == cell.dropped == 0
