"""Records, under open load, how long after its due time each arrival in the window was answered, if at all."""

import math
import time
from collections.abc import Callable

# An arrival that began later than this after it was due is late. The generator shares its CPU with PostgreSQL, whose
# processes may keep it for two or three of the scheduler's slices of about 3 ms: that much is normal, more
# is not. The latency starts at the due time in either case.
LATE = 0.010


class ArrivalLog:
    """Times are the clock's. Arrivals are identified by their due time; those due outside the window are ignored."""

    def __init__(self, timed: Callable[[float], None], clock: Callable[[], float] = time.perf_counter) -> None:
        self._timed, self._clock = timed, clock
        self._opened = self._closed = math.inf
        self._pending: set[float] = set()
        self._left: set[float] = set()
        self._longest = 0.0
        self.late = self.dropped = 0

    def expect(self, opened: float, closed: float) -> None:
        """Set the window: arrivals due from `opened` until before `closed` count."""
        self._opened, self._closed = opened, closed

    def arrived(self, due: float) -> None:
        if self._opened <= due < self._closed:
            self._pending.add(due)

    def began(self, due: float) -> None:
        if due in self._pending and self._clock() - due > LATE:
            self.late += 1

    def left(self, due: float) -> None:
        """Record an arrival that found no connection and is never sent."""
        if due in self._pending:
            self._left.add(due)

    def answered(self, due: float, ended: float) -> None:
        if due in self._pending:
            self._pending.remove(due)
            self._longest = max(self._longest, ended - due)
            self._timed(ended - due)

    @property
    def is_settled(self) -> bool:
        """Whether no response is outstanding."""
        return self._clock() >= self._closed and len(self._left) == len(self._pending)

    def settle(self) -> None:
        """Record all unanswered arrivals as dropped, each slower than the slowest answered one.

        Their latency is at least their age. Ranked above all others, they cannot lower any percentile.
        """
        now = self._clock()
        for due in self._pending:
            self._timed(math.nextafter(max(now - due, self._longest), math.inf))
        self.dropped = len(self._pending)
        self._pending.clear()
