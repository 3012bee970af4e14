"""Time slices of closed load: the users of one server send requests while those of the other servers wait."""

from collections.abc import Callable

import gevent
from gevent.event import Event

_SOON = 0.002


class Slices:
    """Starts and stops the users of one server: between two slices no request is in flight."""

    def __init__(self) -> None:
        self.is_on = self._is_over = False
        self._begins, self._quiet = Event(), Event()
        self._asking = 0

    def begins(self) -> bool:
        """Called by a user: wait for the next slice; False when there are no more."""
        self._begins.wait()
        if self._is_over:
            return False
        self._asking += 1
        return True

    def rests(self) -> None:
        """Called by a user: no more requests in this slice."""
        self._asking -= 1
        if not self._asking:
            self._quiet.set()

    def take(self, seconds: float, is_enough: Callable[[], bool]) -> None:
        """Run one slice of at least `seconds`, until `is_enough`; return when the last response has arrived."""
        self.is_on = True
        self._begins.set()
        gevent.sleep(seconds)
        while not is_enough():
            gevent.sleep(_SOON)
        self._begins.clear()
        self._quiet.clear()
        self.is_on = False
        if self._asking:
            self._quiet.wait()

    def end(self) -> None:
        """Let all users end."""
        self._is_over = True
        self._begins.set()
