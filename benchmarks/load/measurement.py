"""What closed and open load have in common: the users, and the recording of responses and CPU times."""

# Imported first, because Locust patches the standard library.
from benchmarks.load.users import Assignment, ShopUser  # isort: skip

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import gevent
from locust.env import Environment

from benchmarks.cells import MeasureCommand
from benchmarks.environment.processors import busy_seconds, cpu_seconds, cpu_seconds_of_tree, increases
from benchmarks.load.connection import abort_overdue_requests
from benchmarks.load.prepared_exchanges import PreparedExchange
from benchmarks.load.recorder import Recorder
from benchmarks.scenarios.exchanges import Plan

# Seconds that users wait at the end for outstanding responses before they are stopped.
STOP_TIMEOUT = 60.0


class Measurement:
    """Responses and CPU times recorded on one server. The other attributes are fields of the cell."""

    def __init__(self, command: MeasureCommand) -> None:
        self.recorder = Recorder()
        self.late = self.dropped = 0
        self.concurrency: float | None = None
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
        """Return the fields of a cell that the generator measures."""
        server, generator, database, busy = self._cpu_times
        recorder = self.recorder
        return {
            "requests": recorder.requests,
            "seconds": recorder.seconds,
            # Copied, because requests that are answered later have been counted as dropped.
            "latencies": dict(recorder.latencies),
            "late": self.late,
            "dropped": self.dropped,
            "concurrency": self.concurrency,
            "errors": recorder.errors,
            "examples": recorder.examples,
            "server_cpu": server,
            "generator_cpu": generator,
            "database_cpu": database if self._command.database_pid else None,
            "intruder_cpu": max(0.0, busy - server) if self._command.server_cpus else None,
        }


def prepared(plan: Plan, command: MeasureCommand) -> list[PreparedExchange]:
    """Return the exchanges of the command's workload, with its tokens."""
    host = urlsplit(command.url).netloc
    return [PreparedExchange(exchange, command.tokens, host) for exchange in plan.exchanges[command.workload]]


@contextmanager
def running_users(user: type[ShopUser], users: int, url: str, assignment: Assignment) -> Iterator[None]:
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
