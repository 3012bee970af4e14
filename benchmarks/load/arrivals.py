"""Open load: arrivals at times that are fixed in advance, whatever the server does, and the users who wait for them."""

import math
import time
from collections import deque

import gevent
from gevent.event import AsyncResult

from benchmarks.load.arrival_log import Ledger
from benchmarks.load.timer import Alarm

# Connections at once; an arrival that finds all of them taken waits so many seconds for one, then it leaves.
MOST_AT_ONCE, PATIENCE = 512, 2.0
# Seconds that the window's arrivals have for their answers once it is closed. The load goes on meanwhile.
GRACE = 5.0


def users_for(rate: float) -> int:
    """As many as would be asking by the time the first one lost patience, were the server to stop."""
    return min(MOST_AT_ONCE, math.ceil(rate * PATIENCE) + 1)


class Arrivals:
    """A queue of those who have arrived, and a stack of idle users: few arrivals at once use few connections."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._queue: deque[float] = deque()
        self._idle: list[AsyncResult[float | None]] = []
        self._is_over = False
        self.began, self.answered = ledger.began, ledger.answered

    def come(self, start: float, rate: float) -> None:
        """Let them arrive, for ever. When this program was held up, all come at once who were due meanwhile."""
        number = 0
        with Alarm() as alarm:
            while True:
                due = start + number / rate
                alarm.wait_until(due)
                self._ledger.arrived(due)
                if self._idle:
                    self._idle.pop().set(due)
                else:
                    self._queue.append(due)
                number += 1

    def next(self) -> float | None:
        """When the next arrival was due, for a user who is free; waits for one. None when there are no more."""
        while self._queue:
            due = self._queue.popleft()
            if time.perf_counter() - due <= PATIENCE:
                return due
            self._ledger.left(due)
        if self._is_over:
            return None
        turn: AsyncResult[float | None] = AsyncResult()
        self._idle.append(turn)
        return turn.get()

    def settle(self) -> None:
        """Wait until all who came in the window are answered or gone, or until grace is over, and close the books."""
        deadline = time.perf_counter() + GRACE
        while not self._ledger.is_settled and time.perf_counter() < deadline:
            gevent.sleep(0.005)
        self._ledger.settle()

    def end(self) -> None:
        """Send the users home; those who are busy go when they have their answer."""
        self._is_over = True
        self._queue.clear()
        for turn in self._idle:
            turn.set(None)
