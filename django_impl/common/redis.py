"""What to do while Redis does not answer."""

import logging
import time

log = logging.getLogger(__name__)

REDIS_PAUSE_SECONDS = 5.0


# --8<-- [start:pause]
class RedisPause:
    """The seconds after Redis did not answer, in which requests do without it and do not wait again."""

    def __init__(self) -> None:
        self._ends_at = 0.0

    def is_active(self) -> bool:
        """Return whether Redis did not answer in the last seconds."""
        return time.monotonic() < self._ends_at

    def begin(self, error: Exception, consequence: str) -> None:
        """Begin the pause, and log the error with its consequence."""
        log.warning("Redis did not answer, so %s: %s", consequence, error)
        self._ends_at = time.monotonic() + REDIS_PAUSE_SECONDS


redis_pause = RedisPause()
# --8<-- [end:pause]
