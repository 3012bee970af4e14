"""Time slices of closed load: only the users of one server send requests at a time."""

from collections.abc import Callable

import gevent
from gevent.event import Event

_POLL_SECONDS = 0.002


class Slices:
    """Starts and pauses the users of one server. Between two slices no request is in flight."""

    def __init__(self) -> None:
        self.is_active = self._has_ended = False
        self._started, self._idle = Event(), Event()
        self._active_users = 0

    def wait_to_join(self, delay: float) -> None:
        """Wait, as a user, for `delay` seconds from the start of the first slice."""
        self._started.wait()
        if delay and not self._has_ended:
            gevent.sleep(delay)

    def wait_for_start(self) -> bool:
        """Wait, as a user, for the next slice. Return False after `end`."""
        self._started.wait()
        if self._has_ended:
            return False
        self._active_users += 1
        return True

    def pause(self) -> None:
        """Report, as a user, that its last request of this slice is completed."""
        self._active_users -= 1
        if not self._active_users:
            self._idle.set()

    def run(self, seconds: float, is_enough: Callable[[], bool]) -> None:
        """Run one slice of at least `seconds`, until `is_enough` is true. Return after the last response."""
        self.is_active = True
        self._started.set()
        gevent.sleep(seconds)
        while not is_enough():
            gevent.sleep(_POLL_SECONDS)
        self._started.clear()
        self._idle.clear()
        self.is_active = False
        if self._active_users:
            self._idle.wait()

    def end(self) -> None:
        """Stop all users."""
        self._has_ended = True
        self._started.set()
