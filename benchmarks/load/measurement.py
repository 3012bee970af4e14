"""Measures one scenario on several servers: starts the users, warms up, measures and stops them."""

# Imported first, because Locust patches the standard library.
from benchmarks.load.users import Assignment, ClosedUser, OpenUser, ShopUser  # isort: skip

import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from itertools import cycle
from typing import Any
from urllib.parse import urlsplit

import gevent
from locust.env import Environment

from benchmarks.cells import MeasureCommand
from benchmarks.environment.processors import busy_seconds, cpu_seconds, cpu_seconds_of_tree, increases
from benchmarks.load.arrival_log import ArrivalLog
from benchmarks.load.arrivals import Arrivals, users_for
from benchmarks.load.connection import abort_overdue_requests
from benchmarks.load.prepared_exchanges import PreparedExchange
from benchmarks.load.recorder import Recorder
from benchmarks.scenarios.exchanges import Plan
from benchmarks.settings import SLICE_SECONDS

# Seconds that users wait at the end for outstanding responses before they are stopped.
STOP_TIMEOUT = 60.0
# Seconds after a slice in which the server's CPU time still counts: it does some work after sending the response.
CPU_TAIL = 0.002


def measure(plan: Plan, commands: Sequence[MeasureCommand]) -> list[dict[str, Any]]:
    """Load the server of each command for its warm-up and duration. Return the fields of a cell for each command."""
    if any(command.load.is_open for command in commands):
        return [_measure_open(plan, command) for command in commands]
    return _measure_closed(plan, commands)


class Measurement:
    """Responses and CPU times recorded on one server."""

    def __init__(self, command: MeasureCommand) -> None:
        self.recorder = Recorder()
        self._command = command
        self._cpu_times = [0.0, 0.0, 0.0, 0.0]

    @contextmanager
    def window(self, *, cpu_tail: float = 0.0) -> Iterator[None]:
        """Record responses inside the block, and CPU times until `cpu_tail` seconds after it."""
        before = _read_cpu_times(self._command)
        self.recorder.open()
        yield
        self.recorder.close()
        gevent.sleep(cpu_tail)
        after = _read_cpu_times(self._command)
        self._cpu_times = [total + more for total, more in zip(self._cpu_times, increases(before, after), strict=True)]

    def result(self) -> dict[str, Any]:
        """Return the fields of a cell except `peak_rss`, `scenario` and `load`."""
        server, generator, database, busy = self._cpu_times
        recorder = self.recorder
        return {
            "requests": recorder.requests,
            "seconds": recorder.seconds,
            "latencies": recorder.latencies,
            "errors": recorder.errors,
            "examples": recorder.examples,
            "server_cpu": server,
            "generator_cpu": generator,
            "database_cpu": database if self._command.database_pid else None,
            "intruder_cpu": max(0.0, busy - server) if self._command.server_cpus else None,
        }


def _measure_closed(plan: Plan, commands: Sequence[MeasureCommand]) -> list[dict[str, Any]]:
    with ExitStack() as stack:
        servers = [stack.enter_context(_closed_server(plan, command)) for command in commands]
        for server in servers:
            server.warm_up()
        # The order is reversed each time, so that a steady change of the machine's speed affects all servers alike.
        alternating = cycle((servers, servers[::-1]))
        while not all(server.is_done for server in servers):
            for server in next(alternating):
                if not server.is_done:
                    server.run_slice()
        return [server.measurement.result() for server in servers]


class ClosedServer:
    """One of the servers that are loaded in turns under closed load."""

    def __init__(self, command: MeasureCommand, assignment: Assignment, measurement: Measurement) -> None:
        self.measurement = measurement
        self._command = command
        self._slices = assignment.slices
        self._users = command.load.users or 0

    @property
    def is_done(self) -> bool:
        """Whether the duration or the number of requests of the command is reached."""
        recorder, command = self.measurement.recorder, self._command
        if command.requests and not recorder.errors:
            return recorder.requests >= command.requests
        return recorder.seconds >= command.duration

    def warm_up(self) -> None:
        """Send requests without recording them."""
        self._slices.run(self._command.warm_up, lambda: True)

    def run_slice(self) -> None:
        """Run one slice and record it."""
        recorder = self.measurement.recorder
        enough = recorder.requests + self._users

        def is_enough() -> bool:
            # Each user has sent its second request, the first whose latency is recorded. An error ends the slice: the
            # row is invalid anyway, and each further error may take thirty seconds.
            return recorder.requests >= enough or recorder.errors > 0

        with self.measurement.window(cpu_tail=CPU_TAIL):
            self._slices.run(min(SLICE_SECONDS, self._command.duration), is_enough)


@contextmanager
def _closed_server(plan: Plan, command: MeasureCommand) -> Iterator[ClosedServer]:
    users, measurement = command.load.users or 0, Measurement(command)
    positions = cycle(plan.positions(command.workload, users))
    assignment = Assignment(_prepared(plan, command), positions, measurement.recorder)
    with _running_users(ClosedUser, users, command.url, assignment):
        try:
            yield ClosedServer(command, assignment, measurement)
        finally:
            assignment.slices.end()


def _measure_open(plan: Plan, command: MeasureCommand) -> dict[str, Any]:
    measurement, rate = Measurement(command), command.arrival_rate or 0.0
    arrival_log = ArrivalLog(measurement.recorder.record_latency)
    arrivals = Arrivals(arrival_log)
    exchanges = _prepared(plan, command)
    assignment = Assignment(exchanges, cycle(range(len(exchanges))), measurement.recorder, arrivals)
    with _running_users(OpenUser, users_for(rate), command.url, assignment):
        start = time.perf_counter()
        opened, closed = start + command.warm_up, start + command.warm_up + command.duration
        arrival_log.set_window(opened, closed)
        pacer = gevent.spawn(arrivals.generate, start, rate)
        gevent.sleep(opened - time.perf_counter())
        with measurement.window():
            gevent.sleep(closed - time.perf_counter())
        arrivals.settle()
        # The latencies are copied now: arrivals that are completed later have been counted as dropped.
        result = measurement.result() | {"latencies": dict(measurement.recorder.latencies)}
        pacer.kill()
        arrivals.end()
    return result | {"late": arrival_log.late, "dropped": arrival_log.dropped}


def _prepared(plan: Plan, command: MeasureCommand) -> list[PreparedExchange]:
    host = urlsplit(command.url).netloc
    return [PreparedExchange(exchange, command.tokens, host) for exchange in plan.exchanges[command.workload]]


@contextmanager
def _running_users(user: type[ShopUser], users: int, url: str, assignment: Assignment) -> Iterator[None]:
    """Start Locust users and wait until all have started; stop them at the end."""
    # Locust creates the users from their class, so the class contains what they share.
    own = type(user.__name__, (user,), {"assignment": assignment})
    environment = Environment(user_classes=[own], host=url, stop_timeout=STOP_TIMEOUT)

    def on_user_error(exception: Exception, **_: object) -> None:
        assignment.recorder.record_error(f"error in the generator: {exception!r}")

    environment.events.user_error.add_listener(on_user_error)  # type: ignore[no-untyped-call] # Locust types it in part
    runner = environment.create_local_runner()
    timeouts = gevent.spawn(abort_overdue_requests, assignment.connections)
    try:
        runner.start(users, spawn_rate=users)
        if runner.spawning_greenlet:
            runner.spawning_greenlet.join()
        yield
    finally:
        runner.quit()
        timeouts.kill()


def _read_cpu_times(command: MeasureCommand) -> tuple[float, float, float, float]:
    """Return the CPU seconds so far of the server, the generator, PostgreSQL, and all programs on the server's CPUs."""
    server = sum(map(cpu_seconds, command.server_pids))
    database = cpu_seconds_of_tree(command.database_pid) if command.database_pid else 0.0
    return server, time.process_time(), database, busy_seconds(command.server_cpus)
