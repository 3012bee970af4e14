"""The recorder counts requests in its window and stores latencies in buckets."""

from collections.abc import Callable
from functools import partial
from operator import itemgetter

import pytest

from benchmarks.load.recorder import Recorder, bucket


class Clock:
    """A clock whose time the test sets, in seconds."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def recorded(*responses: tuple[float, float], opened: float = 10.0, closed: float = 20.0) -> Recorder:
    """Return a recorder with responses at (second, latency in ms)."""
    clock = Clock()
    recorder = Recorder(clock)
    events: list[tuple[float, Callable[[], None]]] = [(opened, recorder.open), (closed, recorder.close)]
    events += [(at, partial(recorder.count, at - latency / 1000, at)) for at, latency in responses]
    for clock.now, event in sorted(events, key=itemgetter(0)):
        event()
    return recorder


def record_response(recorder: Recorder, clock: Clock) -> None:
    recorder.count(clock.now - 0.5, clock.now)


def test_buckets_are_at_most_a_tenth_of_a_millisecond_wide() -> None:
    for microseconds in (0.4, 999.9, 1_234.5, 9_999.9, 45_678.9, 7_654_321.0):
        assert 0 <= microseconds - bucket(microseconds) <= 100
    assert bucket(999.9) == 999
    assert bucket(1_234.5) == 1_230
    assert bucket(45_678.9) == 45_600


def test_responses_before_and_after_the_window_do_not_count() -> None:
    recorder = recorded((9.0, 5), (12.0, 5), (21.0, 5))
    assert recorder.requests == 1
    assert recorder.seconds == 10


def test_latencies_are_counted_by_bucket() -> None:
    recorder = Recorder()
    for seconds in (0.0051234, 0.0051299, 0.2):
        recorder.record_latency(seconds)
    assert recorder.latencies == {5_120: 2, 200_000: 1}


def test_a_request_across_the_edge_of_the_window_counts_by_its_share_inside() -> None:
    assert recorded((11.0, 4_000)).requests == pytest.approx(0.25)
    assert recorded((23.0, 4_000)).requests == pytest.approx(0.25)
    assert recorded((25.0, 20_000)).requests == pytest.approx(0.5)


def test_the_rate_of_slow_requests_is_not_rounded() -> None:
    back_to_back = [(0.7 + 1.3 * number, 1_300.0) for number in range(20)]
    assert recorded(*back_to_back).requests == pytest.approx(10 / 1.3)


def test_errors_count_outside_the_window_and_the_first_three_are_stored() -> None:
    recorder = Recorder()
    for number in range(9):
        recorder.record_error(f"wrong {number}")
    assert recorder.errors == 9
    assert recorder.examples == ["wrong 0", "wrong 1", "wrong 2"]


def test_a_reopened_window_does_not_count_requests_in_between() -> None:
    clock = Clock()
    recorder = Recorder(clock)
    response = partial(record_response, recorder, clock)
    steps = (recorder.open, response, recorder.close, response)
    for step in steps * 2:
        step()
        clock.now += 2
    assert (recorder.seconds, recorder.requests) == (8, 2)


def test_a_window_that_was_not_opened_cannot_be_closed() -> None:
    with pytest.raises(ValueError, match="not been opened"):
        Recorder().close()
