"""The id of the request that is being served, for every line of the log."""

import logging
from contextvars import ContextVar

current: ContextVar[str] = ContextVar("request_id", default="-")


class RequestIDFilter(logging.Filter):
    """Adds `request_id` to each record; `-` outside requests."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record pass, with the id."""
        record.request_id = current.get()
        return True
