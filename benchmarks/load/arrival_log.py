"""Open load's accounts: of the arrivals that were due in the window, how long after that each was answered, if ever."""

import math
import time
from collections.abc import Callable

# An arrival that began later than this after it was due is late. The generator shares its CPU with PostgreSQL, whose
# processes may keep it for two or three of the scheduler's slices of about 3 ms: that much is the machine's way, more
# is not. The latency counts from when it was due either way.
LATE = 0.010


class Ledger:
    """Times are the clock's. An arrival is known by when it is due; who is due outside of the window does not count."""

    def __init__(self, timed: Callable[[float], None], clock: Callable[[], float] = time.perf_counter) -> None:
        self._timed, self._clock = timed, clock
        self._opened = self._closed = math.inf
        self._pending: set[float] = set()
        self._left: set[float] = set()
        self._longest = 0.0
        self.late = self.dropped = 0

    def expect(self, opened: float, closed: float) -> None:
        """Say who counts: those who are due from `opened` until before `closed`."""
        self._opened, self._closed = opened, closed

    def arrived(self, due: float) -> None:
        if self._opened <= due < self._closed:
            self._pending.add(due)

    def began(self, due: float) -> None:
        if due in self._pending and self._clock() - due > LATE:
            self.late += 1

    def left(self, due: float) -> None:
        """It found no connection and will not be answered."""
        if due in self._pending:
            self._left.add(due)

    def answered(self, due: float, ended: float) -> None:
        if due in self._pending:
            self._pending.remove(due)
            self._longest = max(self._longest, ended - due)
            self._timed(ended - due)

    @property
    def is_settled(self) -> bool:
        """Whether nobody is left of whom an answer could still come."""
        return self._clock() >= self._closed and len(self._left) == len(self._pending)

    def settle(self) -> None:
        """Count all who were not answered until now, each as at least as slow as the slowest that was.

        They waited for this long and their answer was still to come. Placed above all others, they cannot make any
        percentile look better than it is without them.
        """
        now = self._clock()
        for due in self._pending:
            self._timed(math.nextafter(max(now - due, self._longest), math.inf))
        self.dropped = len(self._pending)
        self._pending.clear()
