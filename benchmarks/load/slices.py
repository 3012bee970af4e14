"""Slices of time in which the users of one server ask, under closed load, before those of the next have theirs."""

from collections.abc import Callable

import gevent
from gevent.event import Event

_SOON = 0.002


class Slices:
    """Has the users of a server ask, and rest: between two slices nothing is asked and nothing unanswered."""

    def __init__(self) -> None:
        self.is_on = self._is_over = False
        self._begins, self._quiet = Event(), Event()
        self._asking = 0

    def begins(self) -> bool:
        """Wait, as a user, for the next slice; False when there is none."""
        self._begins.wait()
        if self._is_over:
            return False
        self._asking += 1
        return True

    def rests(self) -> None:
        """Say, as a user, that nothing more will be asked in this slice."""
        self._asking -= 1
        if not self._asking:
            self._quiet.set()

    def take(self, seconds: float, is_enough: Callable[[], bool]) -> None:
        """Let the users ask for so long, and on until it is enough; return when the last of them has its answer."""
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
        """Send the users home."""
        self._is_over = True
        self._begins.set()
