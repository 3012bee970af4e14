"""A precise timer for gevent, because `gevent.sleep` (libev) has a resolution of one millisecond."""

import os
import time
from types import TracebackType
from typing import Self

import gevent

_READ = 1
_SOON = 1e-9


class Timer:
    """Waits until a time given as a value of `time.perf_counter`. A context manager.

    The resolution is a microsecond where Python supports timerfd (Linux, since 3.13), otherwise a millisecond.
    """

    def __enter__(self) -> Self:
        self._file = -1
        if hasattr(os, "timerfd_create"):
            self._file = os.timerfd_create(time.CLOCK_MONOTONIC, flags=os.TFD_NONBLOCK | os.TFD_CLOEXEC)
            self._watcher = gevent.get_hub().loop.io(self._file, _READ)
        return self

    def __exit__(self, *_: tuple[type[BaseException], BaseException, TracebackType]) -> None:
        if self._file >= 0:
            self._watcher.close()
            os.close(self._file)

    def wait_until(self, moment: float) -> None:
        """Let other greenlets run until `moment`; return immediately if it has passed."""
        left = moment - time.perf_counter()
        if left <= 0:
            return
        if self._file < 0:
            while (left := moment - time.perf_counter()) > 0:
                gevent.sleep(left)  # starts at the event loop's cached time, so it may return early
            return
        os.timerfd_settime(self._file, initial=max(left, _SOON))
        gevent.get_hub().wait(self._watcher)
        os.read(self._file, 8)
