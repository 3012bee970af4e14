"""Open load: requests at times that are fixed in advance, on one server."""

# Imported first, because Locust patches the standard library.
from benchmarks.load.users import Assignment, OpenUser  # isort: skip

import time
from itertools import cycle
from typing import Any

import gevent

from benchmarks.cells import MeasureCommand
from benchmarks.load.arrival_log import ArrivalLog
from benchmarks.load.arrivals import Arrivals, arrival_times, users_for
from benchmarks.load.measurement import Measurement, prepared, running_users
from benchmarks.scenarios.exchanges import Plan


def measure_open(plan: Plan, command: MeasureCommand) -> dict[str, Any]:
    """Load the server of a command with Poisson arrivals. Return the fields of a cell."""
    measurement, rate = Measurement(command), command.arrival_rate or 0.0
    arrival_log = ArrivalLog(measurement.recorder.record_latency)
    arrivals = Arrivals(arrival_log)
    exchanges = prepared(plan, command)
    assignment = Assignment(exchanges, cycle(range(len(exchanges))), measurement.recorder, arrivals)
    with running_users(OpenUser, users_for(rate), command.url, assignment):
        start = time.perf_counter()
        opened, closed = start + command.warm_up, start + command.warm_up + command.duration
        arrival_log.set_window(opened, closed)
        pacer = gevent.spawn(arrivals.generate, start, arrival_times(rate, command.seed))
        gevent.sleep(opened - time.perf_counter())
        with measurement.window():
            gevent.sleep(closed - time.perf_counter())
        arrivals.settle()
        measurement.late, measurement.dropped = arrival_log.late, arrival_log.dropped
        result = measurement.result()
        pacer.kill()
        arrivals.end()
    return result
