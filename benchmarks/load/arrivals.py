"""Open load: arrivals at times fixed in advance, however slow the server is, and users that send them."""

import math
import time
from collections import deque

import gevent
from gevent.event import AsyncResult

from benchmarks.load.arrival_log import ArrivalLog
from benchmarks.load.timer import Timer

# Connections at once; an arrival that finds all of them in use waits so many seconds for one, then it is dropped.
MAX_CONNECTIONS, PATIENCE = 512, 2.0
# Seconds for outstanding responses after the window is closed. The load goes on meanwhile.
GRACE = 5.0


def users_for(rate: float) -> int:
    """Return how many users are needed for all arrivals within PATIENCE seconds if the server stops."""
    return min(MAX_CONNECTIONS, math.ceil(rate * PATIENCE) + 1)


class Arrivals:
    """A queue of arrivals and a stack of idle users: few concurrent arrivals use few connections."""

    def __init__(self, arrival_log: ArrivalLog) -> None:
        self._arrival_log = arrival_log
        self._queue: deque[float] = deque()
        self._idle: list[AsyncResult[float | None]] = []
        self._is_over = False
        self.began, self.answered = arrival_log.began, arrival_log.answered

    def come(self, start: float, rate: float) -> None:
        """Add `rate` arrivals per second until killed. After a delay, all overdue ones are added at once."""
        number = 0
        with Timer() as timer:
            while True:
                due = start + number / rate
                timer.wait_until(due)
                self._arrival_log.arrived(due)
                if self._idle:
                    self._idle.pop().set(due)
                else:
                    self._queue.append(due)
                number += 1

    def next(self) -> float | None:
        """Called by a free user: wait for the next arrival and return its due time; None when there are no more."""
        while self._queue:
            due = self._queue.popleft()
            if time.perf_counter() - due <= PATIENCE:
                return due
            self._arrival_log.left(due)
        if self._is_over:
            return None
        turn: AsyncResult[float | None] = AsyncResult()
        self._idle.append(turn)
        return turn.get()

    def settle(self) -> None:
        """Wait until no response is outstanding, at most GRACE seconds, then record the rest as dropped."""
        deadline = time.perf_counter() + GRACE
        while not self._arrival_log.is_settled and time.perf_counter() < deadline:
            gevent.sleep(0.005)
        self._arrival_log.settle()

    def end(self) -> None:
        """Let all users end; busy ones end after their response."""
        self._is_over = True
        self._queue.clear()
        for turn in self._idle:
            turn.set(None)
