"""Latencies of closed load: which requests of the stretch count, and that a request that waits longest is seen."""

from dataclasses import dataclass

import pytest

from benchmarks.load.arrivals import GRACE_PERIOD
from benchmarks.load.stretch import Stretch

USERS = 3


@dataclass
class Waiting:
    """A connection whose request was sent at this time; None if it waits for no response."""

    waiting_since: float | None = None
    is_background: bool = False


class ControlledStretch:
    """A stretch of three users whose clock the test sets."""

    def __init__(self) -> None:
        self.now = 0.0
        self.connections = [Waiting() for _ in range(USERS)]
        self.latencies: list[float] = []
        self.stretch = Stretch(self.connections, USERS, self.latencies.append, lambda: self.now)  # type: ignore[arg-type]

    def ramp(self) -> None:
        """Answer two requests of each user: the first ones, then the ones that count."""
        for _ in range(USERS):
            self.stretch.record_first(0.0, 0.1)
        for _ in range(USERS):
            self.stretch.record(0.1, 0.2)

    def is_complete_at(self, now: float) -> bool:
        self.now = now
        return self.stretch.is_complete()


@pytest.fixture
def controlled() -> ControlledStretch:
    return ControlledStretch()


def test_the_first_request_of_each_user_does_not_count(controlled: ControlledStretch) -> None:
    controlled.ramp()
    assert controlled.is_complete_at(1.0)
    assert controlled.latencies == pytest.approx([0.1] * USERS)
    assert controlled.stretch.dropped == 0


def test_a_first_request_that_others_overtake_counts(controlled: ControlledStretch) -> None:
    controlled.stretch.record_first(0.0, 0.1)
    controlled.stretch.record_first(0.0, 0.1)
    for number in range(1, 9):
        controlled.stretch.record(number / 10, (number + 1) / 10)
    controlled.stretch.record_first(0.0, 0.9)
    assert controlled.is_complete_at(1.0)
    assert max(controlled.latencies) == 0.9
    assert len(controlled.latencies) == 9


def test_the_stretch_lasts_until_each_user_could_have_had_two_responses(controlled: ControlledStretch) -> None:
    for _ in range(USERS):
        controlled.stretch.record_first(0.0, 4.0)
    assert not controlled.is_complete_at(5.0)
    for _ in range(USERS):
        controlled.stretch.record(4.0, 8.0)
    assert controlled.is_complete_at(8.0)
    assert controlled.latencies == [4.0] * USERS


def test_concurrency_is_the_share_of_the_time_in_which_users_wait(controlled: ControlledStretch) -> None:
    for _ in range(USERS):
        controlled.stretch.record_first(0.0, 0.4)
    for began in (0.5, 0.6, 0.7):
        controlled.stretch.record(began, 0.8)
    for connection in controlled.connections:
        connection.waiting_since = 0.9
    assert not controlled.is_complete_at(1.4)
    # Each user has 1 s. They wait for 0.3, 0.2 and 0.1 s, and then for 0.5 s each until the end of the stretch.
    assert controlled.stretch.concurrency == pytest.approx((0.6 + 1.5) / 3)
    for connection in controlled.connections:
        connection.waiting_since = None
        controlled.stretch.record(0.9, 1.9)
    assert controlled.is_complete_at(2.0)
    assert controlled.stretch.concurrency == pytest.approx(0.7)


def test_a_user_without_a_first_response_waits_all_the_time(controlled: ControlledStretch) -> None:
    for _ in range(USERS - 1):
        controlled.stretch.record_first(0.0, 0.1)
    for number in range(1, 20):
        for _ in range(USERS - 1):
            controlled.stretch.record(number / 20 + 0.05, (number + 1) / 20 + 0.05)
    controlled.connections[0].waiting_since = 0.0
    assert not controlled.is_complete_at(1.05)
    assert controlled.stretch.concurrency == pytest.approx(1.0)


def test_users_go_on_until_the_requests_of_the_stretch_are_answered(controlled: ControlledStretch) -> None:
    controlled.ramp()
    first, second, third = controlled.connections
    first.waiting_since = second.waiting_since = 0.2
    assert not controlled.is_complete_at(1.0)
    # Another user asks after the end of the stretch. This request does not count.
    third.waiting_since = 1.5
    controlled.stretch.record(1.1, 1.5)
    controlled.stretch.record(0.2, 1.7)
    first.waiting_since = 1.7
    assert not controlled.is_complete_at(1.8)
    controlled.stretch.record(0.2, 1.9)
    second.waiting_since = None
    assert controlled.is_complete_at(2.0)
    assert controlled.latencies[USERS:] == pytest.approx([1.5, 1.7])
    assert controlled.stretch.dropped == 0


def test_a_request_without_a_response_is_dropped_and_ranks_as_slowest(controlled: ControlledStretch) -> None:
    controlled.ramp()
    controlled.connections[1].waiting_since = 0.9
    assert not controlled.is_complete_at(1.0)
    controlled.stretch.record(0.0, 5.9)
    assert not controlled.is_complete_at(1.0 + 0.99 * GRACE_PERIOD)
    assert controlled.is_complete_at(1.0 + GRACE_PERIOD)
    assert controlled.stretch.dropped == 1
    assert controlled.latencies[-1] > 5.9
    number = len(controlled.latencies)
    controlled.stretch.record(0.9, 8.0)
    assert len(controlled.latencies) == number


def test_background_requests_end_the_ramp_and_have_no_latency(controlled: ControlledStretch) -> None:
    for _ in range(USERS):
        controlled.stretch.record_first(0.0, 0.1, is_background=True)
    for _ in range(USERS - 1):
        controlled.stretch.record(0.1, 0.7, is_background=True)
    controlled.stretch.record(0.1, 0.2)
    assert controlled.is_complete_at(1.0)
    assert controlled.latencies == pytest.approx([0.1])
    # Their users wait all the same: for 0.6, 0.6 and 0.1 of 0.9 s.
    assert controlled.stretch.concurrency == pytest.approx(1.3 / 2.7)


def test_a_background_request_without_a_response_is_neither_awaited_nor_dropped(controlled: ControlledStretch) -> None:
    controlled.ramp()
    controlled.connections[1].waiting_since = 0.9
    controlled.connections[1].is_background = True
    assert controlled.is_complete_at(1.0)
    assert controlled.stretch.dropped == 0
    assert len(controlled.latencies) == USERS
