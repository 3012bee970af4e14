"""The id of the request that is being served, for every line of the log."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

current: ContextVar[str] = ContextVar("request_id", default="-")


@contextmanager
def serving(request_id: str) -> Iterator[None]:
    """Let log lines have this id until the block ends."""
    token = current.set(request_id)
    try:
        yield
    finally:
        current.reset(token)


class RequestIDFilter(logging.Filter):
    """Adds `request_id` to each record; `-` outside requests."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record pass, with the id."""
        record.request_id = current.get()
        return True
