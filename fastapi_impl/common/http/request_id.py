"""The id of the current request, for every line of the log."""

import logging
from contextvars import ContextVar

current: ContextVar[str] = ContextVar("request_id", default="-")


class RequestIDFilter(logging.Filter):
    """Adds `request_id` to each log record; it is `-` outside a request."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Add the id and keep the record."""
        record.request_id = current.get()
        return True
