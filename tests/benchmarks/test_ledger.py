"""Open load's accounts: who counts, who was late, and that nobody's silence makes a percentile look better."""

from collections.abc import Sequence

import pytest

from benchmarks.analysis.statistics import percentile
from benchmarks.load.arrival_log import LATE, Ledger
from benchmarks.load.recorder import Recorder

OPENED, CLOSED = 10.0, 20.0


class Books:
    """A ledger with a clock that shows what it is told."""

    def __init__(self) -> None:
        self.now = 0.0
        self.recorder = Recorder()
        self.ledger = Ledger(self.recorder.timed, lambda: self.now)
        self.ledger.expect(OPENED, CLOSED)

    def visit(self, due: float, *, waits: float = 0.0, takes: float | None = 0.1) -> None:
        """Someone arrives, begins so much later, and is answered, or not, so long after being due."""
        self.ledger.arrived(due)
        self.now = due + waits
        self.ledger.began(due)
        if takes is not None:
            self.ledger.answered(due, due + takes)

    def settled_at(self, now: float) -> Ledger:
        self.now = now
        self.ledger.settle()
        return self.ledger


def seconds(books: Books) -> Sequence[float]:
    return [bucket / 1e6 for bucket, number in sorted(books.recorder.latencies.items()) for _ in range(number)]


def test_those_count_who_were_due_in_the_window_whenever_they_were_answered() -> None:
    books = Books()
    for due in (9.9, 10.0, 19.9, 20.0):
        books.visit(due, takes=0.5)
    assert books.settled_at(21).dropped == 0
    assert seconds(books) == pytest.approx([0.5, 0.5], abs=2e-4)


def test_latency_counts_from_when_the_arrival_was_due_not_from_when_it_began() -> None:
    books = Books()
    books.visit(12, waits=0.9, takes=1.0)
    assert seconds(books) == pytest.approx([1.0], abs=2e-4)


def test_who_begins_after_the_tolerance_is_late() -> None:
    books = Books()
    books.visit(12, waits=LATE * 0.9)
    books.visit(13, waits=LATE * 1.1)
    books.visit(9, waits=1)
    assert books.ledger.late == 1


def test_who_was_never_answered_is_dropped_and_enters_at_the_age_it_had() -> None:
    books = Books()
    books.visit(11, takes=0.1)
    books.visit(12, takes=None)
    assert books.settled_at(25).dropped == 1
    assert seconds(books) == pytest.approx([0.1, 13], abs=2e-4)


def test_who_left_early_does_not_pull_a_percentile_down() -> None:
    books = Books()
    for number in range(100):
        books.visit(10 + number / 100, takes=6)
    without = percentile(books.recorder.latencies, 0.99)
    for number in range(900):
        books.ledger.arrived(15 + number / 1000)
        books.ledger.left(15 + number / 1000)
    assert books.settled_at(21).dropped == 900
    for share in (0.5, 0.95, 0.99):
        assert percentile(books.recorder.latencies, share) >= without


def test_it_is_settled_when_nobody_s_answer_is_still_to_come() -> None:
    books = Books()
    books.visit(12, takes=None)
    books.visit(13, takes=None)
    books.now = 19
    assert not books.ledger.is_settled
    books.ledger.left(12)
    books.now = 21
    assert not books.ledger.is_settled
    books.ledger.answered(13, 20.5)
    assert books.ledger.is_settled
