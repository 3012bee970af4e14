"""A server that lets one connection wait while others send requests: the latencies of closed load show it."""

import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.analysis.statistics import percentile
from benchmarks.cells import Cell, Load, MeasureCommand
from benchmarks.load.arrivals import GRACE_PERIOD
from benchmarks.load.process import Generator, generator
from benchmarks.scenarios.exchanges import Exchange, Plan, Request
from tests.benchmarks.fake_server import any_product, fake_server

USERS, STRETCH = 4, 0.5
# Seconds that the server takes for each request of the other connections. They send fewer than a hundred requests, so
# that one request is more than one percent.
SERVICE = 0.03
# Seconds without a request from which on the others have stopped.
PAUSE = 1.5
# More requests than the others can send during the stretch.
OVERTAKING = round(1.5 * (USERS - 1) * STRETCH / SERVICE)


class StarvingServer:
    """A server that answers a request of its first connection after `overtaking` others, or when they have stopped."""

    def __init__(self, overtaking: float) -> None:
        self._overtaking = overtaking
        self._changed = threading.Condition()
        self._starved: int | None = None
        self._others = 0

    def respond(self, method: str, path: str, body: str) -> tuple[int, str]:
        """Return a product. The fake server has a thread for each connection."""
        with self._changed:
            if self._starved is None:
                self._starved = threading.get_ident()
            if self._starved == threading.get_ident():
                self._wait()
                return any_product(method, path, body)
            self._others += 1
            self._changed.notify_all()
        time.sleep(SERVICE)
        return any_product(method, path, body)

    def _wait(self) -> None:
        enough = self._others + self._overtaking
        # False after PAUSE seconds without a request of another connection.
        while self._others < enough and self._changed.wait(PAUSE):
            continue


@pytest.fixture(scope="module")
def load(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Generator]:
    plan = Plan()
    plan.add("cup", [[Exchange(Request("GET", "/p/cup"), 200, text=any_product("GET", "/p/cup", "")[1])]])
    path: Path = tmp_path_factory.mktemp("plan") / "plan.json"
    plan.save(path)
    with generator(path, None) as started:
        yield started


def measure(load: Generator, port: int) -> Cell:
    command = MeasureCommand(
        scenario="cup",
        workload="cup",
        url=f"http://127.0.0.1:{port}",
        load=Load(users=USERS),
        warm_up=0.1,
        duration=0.2,
        latency_seconds=STRETCH,
        tokens={},
        server_pids=[os.getpid()],
        database_pid=None,
        server_cpus=[],
    )
    (cell,) = load.measure([command])
    assert cell.errors == 0
    return cell


def test_a_connection_that_is_served_only_when_the_others_stop_is_cut_off_and_is_the_p99(load: Generator) -> None:
    with fake_server(StarvingServer(float("inf")).respond) as port:
        cell = measure(load, port)
    assert cell.dropped == 1
    assert percentile(cell.latencies, 0.99) / 1e6 >= GRACE_PERIOD
    # The others are served all the time.
    assert percentile(cell.latencies, 0.5) / 1e6 < GRACE_PERIOD


def test_a_request_that_is_answered_after_the_stretch_has_its_whole_latency(load: Generator) -> None:
    with fake_server(StarvingServer(OVERTAKING).respond) as port:
        cell = measure(load, port)
    assert cell.dropped == 0
    # On any machine, each of the other connections needs this time between its first and its last overtaking request.
    assert percentile(cell.latencies, 0.99) / 1e6 >= (OVERTAKING / (USERS - 1) - 1) * SERVICE > STRETCH
