"""Latencies of closed load, from a stretch in which all users send requests without a break.

A slice cannot show them: a server that lets a request wait while others arrive answers it when the slice ends.
"""

import math
import time
from collections.abc import Callable, Collection

from benchmarks.load.arrivals import GRACE_PERIOD
from benchmarks.load.connection import Connection


class Stretch:
    """Records the latencies of the requests that are sent until the end of the stretch.

    The users go on until all these requests are answered, at most GRACE_PERIOD seconds. A request without a response by
    then is dropped: its latency is its age, and always at least that of any other request.

    All users start at once on an idle server, so the first request of each does not count, unless it is answered after
    the ramp. The ramp ends with the response by which each user could have had two. A server that treats the users
    alike has answered the first requests of all by then.

    `concurrency` is the share of the users' time in which they wait for a response: rate x mean latency / users, by
    Little's law. It is below 1 if the users wait for the generator. The time of a user is that from its first response
    to the end of the stretch, or the whole stretch if the first request counts.

    A request in the background is neither awaited nor recorded, but its user waits for its response.

    All times are readings of `clock`, in seconds. `record_latency` is called with each latency in seconds.
    """

    def __init__(
        self,
        connections: Collection[Connection],
        users: int,
        record_latency: Callable[[float], None],
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._connections, self._record_latency, self._clock = connections, record_latency, clock
        self._users, self._ramp = users, 2 * users
        self._started = clock()
        self._responses = 0
        # Seconds of users: before their first responses, and waiting after these.
        self._before = self._waiting = 0.0
        self.concurrency: float | None = None
        self._longest = 0.0
        self._ended = math.inf
        self.dropped = 0

    def record_first(self, began: float, ended: float, is_background: bool = False) -> None:
        """Record the first request of a user, which counts if it is answered after the ramp."""
        if self._responses < self._ramp:
            self._responses += 1
            self._before += ended - self._started
        else:
            self.record(began, ended, is_background)

    def record(self, began: float, ended: float, is_background: bool = False) -> None:
        """Record a request that has just been answered. It counts if it was sent before the end of the stretch."""
        self._responses += 1
        if began < self._ended:
            latency = ended - began
            self._waiting += latency
            if is_background:
                return
            if latency > self._longest:
                self._longest = latency
            self._record_latency(latency)

    def is_complete(self) -> bool:
        """End the stretch once the ramp has ended. Return whether all requests of the stretch are answered or dropped.

        Call it repeatedly, for the first time when the stretch has lasted long enough.
        """
        if self._responses < self._ramp:
            return False
        now = self._clock()
        waiting_since = [(each, since) for each in self._connections if (since := each.waiting_since) is not None]
        if self._ended == math.inf:
            self._ended = now
            waiting = self._waiting + sum(now - since for _, since in waiting_since)
            self.concurrency = waiting / (self._users * (now - self._started) - self._before)
        outstanding = [since for each, since in waiting_since if since < self._ended and not each.is_background]
        if outstanding and now - self._ended < GRACE_PERIOD:
            return False
        for since in outstanding:
            self._record_latency(math.nextafter(max(now - since, self._longest), math.inf))
        self.dropped += len(outstanding)
        # Dropped requests that are answered later do not count again.
        self._ended = -math.inf
        return True
