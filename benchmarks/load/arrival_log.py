"""The arrivals of open load: how long after its scheduled time each was completed, and which were late or dropped."""

import math
import time
from collections.abc import Callable

# Seconds after the scheduled time from which on an arrival counts as late. The generator shares its CPU with
# PostgreSQL, whose processes may keep the CPU for two or three time slices of the scheduler, about 3 ms each. Such a
# delay is normal. The latency always starts at the scheduled time.
LATE_AFTER = 0.010


class ArrivalLog:
    """Records the arrivals of one measurement. Arrivals scheduled outside the window are ignored.

    An arrival is identified by its scheduled time (`due`). All times are readings of `clock`, in seconds.
    `record_latency` is called with each latency in seconds.
    """

    def __init__(self, record_latency: Callable[[float], None], clock: Callable[[], float] = time.perf_counter) -> None:
        self._record_latency, self._clock = record_latency, clock
        self._opened = self._closed = math.inf
        self._pending: set[float] = set()
        self._abandoned: set[float] = set()
        self._longest = 0.0
        self.late = self.dropped = 0

    def set_window(self, opened: float, closed: float) -> None:
        """Set the window: arrivals count if `opened` <= due < `closed`."""
        self._opened, self._closed = opened, closed

    def arrived(self, due: float) -> None:
        """Record that an arrival is due."""
        if self._opened <= due < self._closed:
            self._pending.add(due)

    def started(self, due: float, *, is_background: bool = False) -> None:
        """Record that the request of an arrival is sent now. If it is in the background, the arrival does not count."""
        if is_background:
            self._pending.discard(due)
        elif due in self._pending and self._clock() - due > LATE_AFTER:
            self.late += 1

    def abandoned(self, due: float) -> None:
        """Record that an arrival found no connection and will not be sent."""
        if due in self._pending:
            self._abandoned.add(due)

    def completed(self, due: float, ended: float) -> None:
        """Record that the response of an arrival was received completely at `ended`."""
        if due in self._pending:
            self._pending.remove(due)
            self._longest = max(self._longest, ended - due)
            self._record_latency(ended - due)

    @property
    def is_settled(self) -> bool:
        """Whether the window has ended and no response is outstanding."""
        return self._clock() >= self._closed and len(self._abandoned) == len(self._pending)

    def settle(self) -> None:
        """Record all arrivals without a response as dropped.

        The latency of a dropped arrival is its age, and always longer than that of any completed arrival, so that
        dropped arrivals cannot lower a percentile.
        """
        now = self._clock()
        for due in self._pending:
            self._record_latency(math.nextafter(max(now - due, self._longest), math.inf))
        self.dropped = len(self._pending)
        self._pending.clear()
