"""Latencies in buckets finer than Locust's whole milliseconds, and what was done inside a window of time."""

import time
from collections import Counter
from collections.abc import Callable

EXAMPLES = 3


def bucket(microseconds: float) -> int:
    """Lower edge of the latency's bucket: 1 us wide below 1 ms, 10 us below 10 ms, 100 us above."""
    width = 1 if microseconds < 1_000 else 10 if microseconds < 10_000 else 100
    return int(microseconds // width) * width


class Recorder:
    """Counts what is answered while its window is open; requests that straddle an edge count by their share.

    The window may be opened and closed several times.
    """

    def __init__(self, clock: Callable[[], float] = time.perf_counter) -> None:
        self._clock = clock
        self._opened: float | None = None
        self._closed: float | None = None
        self.seconds = 0.0
        self.requests = 0.0
        self.latencies: Counter[int] = Counter()
        self.errors = 0
        self.examples: list[str] = []

    def open(self) -> None:
        self._opened, self._closed = self._clock(), None

    def close(self) -> None:
        """Close the window; `seconds` is how long it has been open in all."""
        if self._opened is None:
            raise ValueError("the window has not been opened")
        self._closed = self._clock()
        self.seconds += self._closed - self._opened

    def answered(self, began: float, ended: float) -> None:
        """Count a request that has just ended, and its latency when the window is open. Times are the clock's."""
        self.worked(began, ended)
        if self._opened is not None and self._closed is None:
            self.timed(ended - began)

    def worked(self, began: float, ended: float) -> None:
        """Count a request by the share of its time that lies in the window."""
        if self._opened is None:
            return
        if self._closed is None and began >= self._opened:
            self.requests += 1
            return
        last = ended if self._closed is None else self._closed
        inside = last - max(self._opened, began)
        self.requests += min(1.0, max(0.0, inside / (ended - began))) if ended > began else 0.0

    def timed(self, seconds: float) -> None:
        """Count a latency."""
        self.latencies[bucket(seconds * 1e6)] += 1

    def failed(self, what: str) -> None:
        """Count a wrong answer, in the window or not."""
        self.errors += 1
        if len(self.examples) < EXAMPLES:
            self.examples.append(what)
