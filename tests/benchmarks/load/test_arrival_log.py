"""The arrival log: which arrivals count, which are late, and that unanswered ones never lower a percentile."""

from collections.abc import Sequence

import pytest

from benchmarks.analysis.statistics import percentile
from benchmarks.load.arrival_log import LATE, ArrivalLog
from benchmarks.load.recorder import Recorder

OPENED, CLOSED = 10.0, 20.0


class ControlledLog:
    """An arrival log whose clock the test sets."""

    def __init__(self) -> None:
        self.now = 0.0
        self.recorder = Recorder()
        self.arrival_log = ArrivalLog(self.recorder.timed, lambda: self.now)
        self.arrival_log.expect(OPENED, CLOSED)

    def visit(self, due: float, *, waits: float = 0.0, takes: float | None = 0.1) -> None:
        """Someone arrives, begins so much later, and is answered, or not, so long after being due."""
        self.arrival_log.arrived(due)
        self.now = due + waits
        self.arrival_log.began(due)
        if takes is not None:
            self.arrival_log.answered(due, due + takes)

    def settled_at(self, now: float) -> ArrivalLog:
        self.now = now
        self.arrival_log.settle()
        return self.arrival_log


def seconds(controlled: ControlledLog) -> Sequence[float]:
    return [bucket / 1e6 for bucket, number in sorted(controlled.recorder.latencies.items()) for _ in range(number)]


def test_arrivals_due_in_the_window_count_whenever_they_are_answered() -> None:
    controlled = ControlledLog()
    for due in (9.9, 10.0, 19.9, 20.0):
        controlled.visit(due, takes=0.5)
    assert controlled.settled_at(21).dropped == 0
    assert seconds(controlled) == pytest.approx([0.5, 0.5], abs=2e-4)


def test_latency_starts_when_the_arrival_was_due_not_when_it_was_sent() -> None:
    controlled = ControlledLog()
    controlled.visit(12, waits=0.9, takes=1.0)
    assert seconds(controlled) == pytest.approx([1.0], abs=2e-4)


def test_an_arrival_sent_after_the_tolerance_is_late() -> None:
    controlled = ControlledLog()
    controlled.visit(12, waits=LATE * 0.9)
    controlled.visit(13, waits=LATE * 1.1)
    controlled.visit(9, waits=1)
    assert controlled.arrival_log.late == 1


def test_an_unanswered_arrival_is_dropped_and_recorded_with_its_age() -> None:
    controlled = ControlledLog()
    controlled.visit(11, takes=0.1)
    controlled.visit(12, takes=None)
    assert controlled.settled_at(25).dropped == 1
    assert seconds(controlled) == pytest.approx([0.1, 13], abs=2e-4)


def test_abandoned_arrivals_do_not_lower_a_percentile() -> None:
    controlled = ControlledLog()
    for number in range(100):
        controlled.visit(10 + number / 100, takes=6)
    without = percentile(controlled.recorder.latencies, 0.99)
    for number in range(900):
        controlled.arrival_log.arrived(15 + number / 1000)
        controlled.arrival_log.left(15 + number / 1000)
    assert controlled.settled_at(21).dropped == 900
    for share in (0.5, 0.95, 0.99):
        assert percentile(controlled.recorder.latencies, share) >= without


def test_it_is_settled_when_no_response_is_outstanding() -> None:
    controlled = ControlledLog()
    controlled.visit(12, takes=None)
    controlled.visit(13, takes=None)
    controlled.now = 19
    assert not controlled.arrival_log.is_settled
    controlled.arrival_log.left(12)
    controlled.now = 21
    assert not controlled.arrival_log.is_settled
    controlled.arrival_log.answered(13, 20.5)
    assert controlled.arrival_log.is_settled
