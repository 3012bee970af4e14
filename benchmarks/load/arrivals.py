"""Open load: arrivals at times that are fixed in advance and do not depend on how fast the server responds.

The arrivals are a Poisson process, as the requests of many independent people are: the gaps are exponentially
distributed, so requests sometimes arrive in bursts and have to queue.
"""

import math
import random
import time
from collections import deque
from collections.abc import Iterable, Iterator
from itertools import accumulate, repeat

import gevent
from gevent.event import AsyncResult

from benchmarks.load.arrival_log import ArrivalLog
from benchmarks.load.timer import Timer

# Open connections at most, and how many seconds an arrival waits for a free one before it is dropped.
MAX_CONNECTIONS, MAX_WAIT = 512, 2.0
# Standard deviations above the mean number of arrivals in MAX_WAIT seconds that there are users for.
DEVIATIONS = 5
# Seconds to wait for outstanding responses after the end of the window. New arrivals continue during this time.
GRACE_PERIOD = 5.0


def users_for(rate: float) -> int:
    """Return the number of users needed for all arrivals of MAX_WAIT seconds in case the server does not respond."""
    expected = rate * MAX_WAIT
    return min(MAX_CONNECTIONS, math.ceil(expected + DEVIATIONS * math.sqrt(expected)) + 1)


def arrival_times(rate: float, seed: int) -> Iterator[float]:
    """Yield the times of a Poisson process of `rate` arrivals per second, in seconds from its start, without end.

    The same seed and rate give the same times.
    """
    source = random.Random(seed)
    return accumulate(source.expovariate(rate) for _ in repeat(None))


class Arrivals:
    """A queue of arrivals and a stack of idle users.

    The user that became idle last is used first, so that few concurrent arrivals use few connections.
    """

    def __init__(self, arrival_log: ArrivalLog) -> None:
        self._arrival_log = arrival_log
        self._queue: deque[float] = deque()
        self._idle: list[AsyncResult[float | None]] = []
        self._has_ended = False
        self.started, self.completed = arrival_log.started, arrival_log.completed

    def generate(self, start: float, times: Iterable[float]) -> None:
        """Add arrivals at these times after `start`, in seconds. After a delay, all overdue ones are added."""
        with Timer() as timer:
            for time_after_start in times:
                due = start + time_after_start
                timer.wait_until(due)
                self._arrival_log.arrived(due)
                if self._idle:
                    self._idle.pop().set(due)
                else:
                    self._queue.append(due)

    def next(self) -> float | None:
        """Wait, as an idle user, for the next arrival and return its scheduled time; None after `end`."""
        while self._queue:
            due = self._queue.popleft()
            if time.perf_counter() - due <= MAX_WAIT:
                return due
            self._arrival_log.abandoned(due)
        if self._has_ended:
            return None
        assigned: AsyncResult[float | None] = AsyncResult()
        self._idle.append(assigned)
        return assigned.get()

    def settle(self) -> None:
        """Wait until no response is outstanding, at most GRACE_PERIOD seconds, then record the rest as dropped."""
        deadline = time.perf_counter() + GRACE_PERIOD
        while not self._arrival_log.is_settled and time.perf_counter() < deadline:
            gevent.sleep(0.005)
        self._arrival_log.settle()

    def end(self) -> None:
        """Stop all users; a user that waits for a response stops after it."""
        self._has_ended = True
        self._queue.clear()
        for assigned in self._idle:
            assigned.set(None)
