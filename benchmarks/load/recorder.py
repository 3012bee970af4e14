"""Records requests, latencies and errors of a measurement. Locust itself rounds latencies to whole milliseconds."""

import time
from collections import Counter
from collections.abc import Callable

MAX_EXAMPLES = 3


def bucket(microseconds: float) -> int:
    """Return the lower bound of a latency's bucket: 1 us wide below 1 ms, 10 us below 10 ms, 100 us above."""
    width = 1 if microseconds < 1_000 else 10 if microseconds < 10_000 else 100
    return int(microseconds // width) * width


class Recorder:
    """Counts the requests in a window of time, which may be opened and closed several times.

    A request that overlaps an edge of the window counts by the share of its time inside. All times are readings of
    `clock`, in seconds. `latencies` maps the lower bounds of buckets, in microseconds, to numbers of responses.
    `examples` has descriptions of the first MAX_EXAMPLES errors.
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
        """Open the window."""
        self._opened, self._closed = self._clock(), None

    def close(self) -> None:
        """Close the window and add its duration to `seconds`."""
        if self._opened is None:
            raise ValueError("the window has not been opened")
        self._closed = self._clock()
        self.seconds += self._closed - self._opened

    def count(self, began: float, ended: float) -> None:
        """Count a request that has just ended, by the share of its time inside the window."""
        if self._opened is None:
            return
        if self._closed is None and began >= self._opened:
            self.requests += 1
            return
        last = ended if self._closed is None else self._closed
        inside = last - max(self._opened, began)
        self.requests += min(1.0, max(0.0, inside / (ended - began))) if ended > began else 0.0

    def record_latency(self, seconds: float) -> None:
        """Add a latency to its bucket."""
        self.latencies[bucket(seconds * 1e6)] += 1

    def record_error(self, description: str) -> None:
        """Count a wrong or missing response, whether the window is open or not."""
        self.errors += 1
        if len(self.examples) < MAX_EXAMPLES:
            self.examples.append(description)
