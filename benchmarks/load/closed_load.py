"""Closed load: users that send the next request after the response, on several servers in turns."""

# Imported first, because Locust patches the standard library.
from benchmarks.load.users import Assignment, ClosedUser  # isort: skip

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from itertools import count, cycle
from typing import Any

from benchmarks.cells import MeasureCommand
from benchmarks.load.measurement import Measurement, prepared, running_users
from benchmarks.load.stretch import Stretch
from benchmarks.scenarios.exchanges import Plan
from benchmarks.settings import SLICE_SECONDS

# Seconds after a slice in which the server's CPU time still counts: it does some work after sending the response.
CPU_TAIL = 0.002


def measure_closed(plan: Plan, commands: Sequence[MeasureCommand]) -> list[dict[str, Any]]:
    """Load the servers in turns. Return the fields of a cell for each command.

    Requests and CPU come from short slices, latencies from one stretch on each server after them.
    """
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
        for server in servers:
            server.run_stretch()
        return [server.measurement.result() for server in servers]


class ClosedServer:
    """One of the servers that are loaded in turns under closed load."""

    def __init__(self, command: MeasureCommand, assignment: Assignment, measurement: Measurement) -> None:
        self.measurement = measurement
        self._command, self._assignment = command, assignment
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
        """Send requests without recording them. The users join one after another."""
        self._slices.run(self._command.warm_up + self._users * self._command.join_interval, lambda: True)

    def run_slice(self) -> None:
        """Run one slice and record it."""
        recorder = self.measurement.recorder
        enough = recorder.requests + self._users

        def is_enough() -> bool:
            # Each user has sent its second request, so the queue was full for some time. An error ends the slice: the
            # row is invalid anyway, and each further error may take thirty seconds.
            return recorder.requests >= enough or recorder.errors > 0

        with self.measurement.window(cpu_tail=CPU_TAIL):
            self._slices.run(min(SLICE_SECONDS, self._command.duration), is_enough)

    def run_stretch(self) -> None:
        """Run the stretch that latencies are taken from, unless the command has none."""
        seconds, recorder, assignment = self._command.latency_seconds, self.measurement.recorder, self._assignment
        if not seconds:
            return
        stretch = Stretch(assignment.connections, self._users, recorder.record_latency)
        assignment.record_first, assignment.record = stretch.record_first, stretch.record
        self._slices.run(seconds, lambda: recorder.errors > 0 or stretch.is_complete())
        self.measurement.dropped, self.measurement.concurrency = stretch.dropped, stretch.concurrency


@contextmanager
def _closed_server(plan: Plan, command: MeasureCommand) -> Iterator[ClosedServer]:
    users, measurement = command.load.users or 0, Measurement(command)
    positions = cycle(plan.positions(command.workload, users))
    recorder = measurement.recorder

    def record(began: float, ended: float, _is_background: bool) -> None:
        recorder.count(began, ended)

    assignment = Assignment(
        prepared(plan, command),
        positions,
        recorder,
        join_delays=count(step=command.join_interval),
        record_first=record,
        record=record,
    )
    with running_users(ClosedUser, users, command.url, assignment):
        try:
            yield ClosedServer(command, assignment, measurement)
        finally:
            assignment.slices.end()
