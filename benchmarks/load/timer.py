"""A precise timer for gevent: libev, and so gevent.sleep, only has a resolution of one millisecond."""

import os
import time
from types import TracebackType
from typing import Self

import gevent

_READ = 1
_SOON = 1e-9


class Timer:
    """Waits until a moment of time.perf_counter; to the microsecond where Python has timerfd: on Linux, since 3.13."""

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
        """Let other greenlets run until then; return at once if the moment has passed."""
        left = moment - time.perf_counter()
        if left <= 0:
            return
        if self._file < 0:
            while (left := moment - time.perf_counter()) > 0:
                gevent.sleep(left)  # counts from when the loop last looked at the clock, so it may end early
            return
        os.timerfd_settime(self._file, initial=max(left, _SOON))
        gevent.get_hub().wait(self._watcher)
        os.read(self._file, 8)
