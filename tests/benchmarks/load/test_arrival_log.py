"""The arrival log: which arrivals count, which are late, and that dropped arrivals do not lower a percentile."""

from collections.abc import Sequence

import pytest

from benchmarks.analysis.statistics import percentile
from benchmarks.load.arrival_log import LATE_AFTER, ArrivalLog
from benchmarks.load.recorder import Recorder

OPENED, CLOSED = 10.0, 20.0


class ControlledLog:
    """An arrival log whose clock the test sets."""

    def __init__(self) -> None:
        self.now = 0.0
        self.recorder = Recorder()
        self.arrival_log = ArrivalLog(self.recorder.record_latency, lambda: self.now)
        self.arrival_log.set_window(OPENED, CLOSED)

    def record(self, due: float, *, delay: float = 0.0, latency: float | None = 0.1) -> None:
        """Record an arrival, the start of its request after `delay`, and the response unless `latency` is None."""
        self.arrival_log.arrived(due)
        self.now = due + delay
        self.arrival_log.started(due)
        if latency is not None:
            self.arrival_log.completed(due, due + latency)

    def settled_at(self, now: float) -> ArrivalLog:
        """Settle the log at this time and return it."""
        self.now = now
        self.arrival_log.settle()
        return self.arrival_log


def latencies(controlled: ControlledLog) -> Sequence[float]:
    """Return all recorded latencies in seconds, in ascending order."""
    return [bucket / 1e6 for bucket, number in sorted(controlled.recorder.latencies.items()) for _ in range(number)]


def test_arrivals_due_in_the_window_count_even_if_their_responses_are_later() -> None:
    controlled = ControlledLog()
    for due in (9.9, 10.0, 19.9, 20.0):
        controlled.record(due, latency=0.5)
    assert controlled.settled_at(21).dropped == 0
    assert latencies(controlled) == pytest.approx([0.5, 0.5], abs=2e-4)


def test_latency_starts_when_the_arrival_was_due_not_when_it_was_sent() -> None:
    controlled = ControlledLog()
    controlled.record(12, delay=0.9, latency=1.0)
    assert latencies(controlled) == pytest.approx([1.0], abs=2e-4)


def test_an_arrival_sent_after_the_tolerance_is_late() -> None:
    controlled = ControlledLog()
    controlled.record(12, delay=LATE_AFTER * 0.9)
    controlled.record(13, delay=LATE_AFTER * 1.1)
    controlled.record(9, delay=1)
    assert controlled.arrival_log.late == 1


def test_an_arrival_without_a_response_is_dropped_and_recorded_with_its_age() -> None:
    controlled = ControlledLog()
    controlled.record(11, latency=0.1)
    controlled.record(12, latency=None)
    assert controlled.settled_at(25).dropped == 1
    assert latencies(controlled) == pytest.approx([0.1, 13], abs=2e-4)


def test_abandoned_arrivals_do_not_lower_a_percentile() -> None:
    controlled = ControlledLog()
    for number in range(100):
        controlled.record(10 + number / 100, latency=6)
    without = percentile(controlled.recorder.latencies, 0.99)
    for number in range(900):
        controlled.arrival_log.arrived(15 + number / 1000)
        controlled.arrival_log.abandoned(15 + number / 1000)
    assert controlled.settled_at(21).dropped == 900
    for share in (0.5, 0.95, 0.99):
        assert percentile(controlled.recorder.latencies, share) >= without


def test_the_log_is_settled_when_no_response_is_outstanding() -> None:
    controlled = ControlledLog()
    controlled.record(12, latency=None)
    controlled.record(13, latency=None)
    controlled.now = 19
    assert not controlled.arrival_log.is_settled
    controlled.arrival_log.abandoned(12)
    controlled.now = 21
    assert not controlled.arrival_log.is_settled
    controlled.arrival_log.completed(13, 20.5)
    assert controlled.arrival_log.is_settled


def test_a_background_request_is_neither_awaited_nor_recorded_nor_dropped() -> None:
    controlled = ControlledLog()
    controlled.record(11, latency=0.1)
    for due, latency in ((12.0, 0.5), (13.0, None)):
        controlled.arrival_log.arrived(due)
        controlled.now = due + 1
        controlled.arrival_log.started(due, is_background=True)
        if latency:
            controlled.arrival_log.completed(due, due + latency)
    controlled.now = 21
    assert controlled.arrival_log.is_settled
    assert controlled.settled_at(21).dropped == 0
    assert controlled.arrival_log.late == 0
    assert latencies(controlled) == pytest.approx([0.1], abs=2e-4)
