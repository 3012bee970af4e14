"""Measures one scenario on several servers: starts the users, warms up, measures and stops them."""

# First of all imports: Locust patches the standard library.
from benchmarks.load.users import Assignment, ClosedUser, OpenUser, ShopUser  # isort: skip

import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from itertools import cycle
from typing import Any
from urllib.parse import urlsplit

import gevent
from locust.env import Environment

from benchmarks.cells import Order
from benchmarks.environment.processors import busy_seconds, cpu_seconds, family_cpu_seconds, spent
from benchmarks.load.arrival_log import ArrivalLog
from benchmarks.load.arrivals import Arrivals, users_for
from benchmarks.load.connection import watch
from benchmarks.load.prepared_exchanges import PreparedExchange
from benchmarks.load.recorder import Recorder
from benchmarks.scenarios.exchanges import Plan
from benchmarks.settings import SLICE_SECONDS

# Users that still wait for an answer at the end get it within this many seconds, or are ended without.
STOP_TIMEOUT = 60.0
# Seconds after an answer for what the server does behind it, which is part of its cost.
AFTERMATH = 0.002


def measure(plan: Plan, orders: Sequence[Order]) -> list[dict[str, Any]]:
    """Load each order's server for its warm-up and duration. CPU times are of what is measured, in seconds."""
    if any(order.load.is_open for order in orders):
        return [_open(plan, order) for order in orders]
    return _closed(plan, orders)


class Measurement:
    """What was measured on one server."""

    def __init__(self, order: Order) -> None:
        self.recorder = Recorder()
        self._order = order
        self._spent = [0.0, 0.0, 0.0, 0.0]

    @contextmanager
    def window(self, *, aftermath: float = 0.0) -> Iterator[None]:
        """Record responses inside the block, and CPU time until `aftermath` seconds after it."""
        before = _cpu_times(self._order)
        self.recorder.open()
        yield
        self.recorder.close()
        gevent.sleep(aftermath)
        after = _cpu_times(self._order)
        self._spent = [so_far + more for so_far, more in zip(self._spent, spent(before, after), strict=True)]

    def found(self) -> dict[str, Any]:
        """All of a cell but its peak memory."""
        server, generator, database, busy = self._spent
        recorder = self.recorder
        return {
            "requests": recorder.requests,
            "seconds": recorder.seconds,
            "latencies": recorder.latencies,
            "errors": recorder.errors,
            "examples": recorder.examples,
            "server_cpu": server,
            "generator_cpu": generator,
            "database_cpu": database if self._order.database_pid else None,
            "intruder_cpu": max(0.0, busy - server) if self._order.server_cpus else None,
        }


def _closed(plan: Plan, orders: Sequence[Order]) -> list[dict[str, Any]]:
    with ExitStack() as stack:
        servers = [stack.enter_context(_measured_server(plan, order)) for order in orders]
        for server in servers:
            server.warm_up()
        # There and back again: so what only grows or only falls meanwhile is shared alike.
        alternating = cycle((servers, servers[::-1]))
        while not all(server.is_done for server in servers):
            for server in next(alternating):
                if not server.is_done:
                    server.take_slice()
        return [server.measurement.found() for server in servers]


class ClosedServer:
    """One of the servers that are loaded in turns."""

    def __init__(self, order: Order, assignment: Assignment, measurement: Measurement) -> None:
        self.measurement = measurement
        self._order = order
        self._slices = assignment.slices
        self._users = order.load.users or 0

    @property
    def is_done(self) -> bool:
        recorder, order = self.measurement.recorder, self._order
        if order.requests and not recorder.errors:
            return recorder.requests >= order.requests
        return recorder.seconds >= order.duration

    def warm_up(self) -> None:
        """Send requests without recording them."""
        self._slices.take(self._order.warm_up, lambda: True)

    def take_slice(self) -> None:
        """Run one slice and record it."""
        recorder = self.measurement.recorder
        enough = recorder.requests + self._users

        def is_enough() -> bool:
            # Each user is waiting for its second answer, the first that is timed. What went wrong spoils the row
            # anyway, and may take thirty seconds each time.
            return recorder.requests >= enough or recorder.errors > 0

        with self.measurement.window(aftermath=AFTERMATH):
            self._slices.take(min(SLICE_SECONDS, self._order.duration), is_enough)


@contextmanager
def _measured_server(plan: Plan, order: Order) -> Iterator[ClosedServer]:
    users, measurement = order.load.users or 0, Measurement(order)
    assignment = Assignment(_works(plan, order), cycle(plan.places(order.work, users)), measurement.recorder)
    with _running(ClosedUser, users, order.url, assignment):
        try:
            yield ClosedServer(order, assignment, measurement)
        finally:
            assignment.slices.end()


def _open(plan: Plan, order: Order) -> dict[str, Any]:
    measurement, rate = Measurement(order), order.load.rate or 0.0
    arrival_log = ArrivalLog(measurement.recorder.timed)
    arrivals = Arrivals(arrival_log)
    works = _works(plan, order)
    with _running(
        OpenUser,
        users_for(rate),
        order.url,
        Assignment(works, cycle(range(len(works))), measurement.recorder, arrivals),
    ):
        start = time.perf_counter()
        opened, closed = start + order.warm_up, start + order.warm_up + order.duration
        arrival_log.expect(opened, closed)
        pacer = gevent.spawn(arrivals.come, start, rate)
        gevent.sleep(opened - time.perf_counter())
        with measurement.window():
            gevent.sleep(closed - time.perf_counter())
        arrivals.settle()
        # Whoever is answered from now on was counted as dropped.
        found = measurement.found() | {"latencies": dict(measurement.recorder.latencies)}
        pacer.kill()
        arrivals.end()
    return found | {"late": arrival_log.late, "dropped": arrival_log.dropped}


def _works(plan: Plan, order: Order) -> list[PreparedExchange]:
    host = urlsplit(order.url).netloc
    return [PreparedExchange(exchange, order.tokens, host) for exchange in plan.exchanges[order.work]]


@contextmanager
def _running(user: type[ShopUser], users: int, url: str, assignment: Assignment) -> Iterator[None]:
    """So many Locust users, from the last one's start until all are gone."""
    # Locust makes its users of classes, so what these share is their class's.
    own = type(user.__name__, (user,), {"assignment": assignment})
    environment = Environment(user_classes=[own], host=url, stop_timeout=STOP_TIMEOUT)

    def on_user_error(exception: Exception, **_: object) -> None:
        assignment.recorder.failed(f"the generator: {exception!r}")

    environment.events.user_error.add_listener(on_user_error)  # type: ignore[no-untyped-call] # Locust types it in part
    runner = environment.create_local_runner()
    watchdog = gevent.spawn(watch, assignment.connections)
    try:
        runner.start(users, spawn_rate=users)
        if runner.spawning_greenlet:
            runner.spawning_greenlet.join()
        yield
    finally:
        runner.quit()
        watchdog.kill()


def _cpu_times(order: Order) -> tuple[float, float, float, float]:
    """Of server, generator and PostgreSQL, and of all that the server's CPUs did, so far."""
    server = sum(map(cpu_seconds, order.server_pids))
    database = family_cpu_seconds(order.database_pid) if order.database_pid else 0.0
    return server, time.process_time(), database, busy_seconds(order.server_cpus)
