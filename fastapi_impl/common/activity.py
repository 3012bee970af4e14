"""What the current request has done, for its line in the log and for the metrics."""

from contextvars import ContextVar
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any


# --8<-- [start:activity]
@dataclass(slots=True)
class Activity:
    """The start of a request, the number of its SQL statements, and the id of the user who sends it."""

    started: float = field(default_factory=perf_counter)
    statements: int = 0
    user: Any = None

    @property
    def seconds(self) -> float:
        """The time since the start."""
        return perf_counter() - self.started


# None where requests are neither logged nor counted, and outside of requests.
current: ContextVar[Activity | None] = ContextVar("activity", default=None)


def record_user(user_id: Any) -> None:
    """Record who sends the current request."""
    if activity := current.get():
        activity.user = user_id


def count_statement() -> None:
    """Add a statement to the current request."""
    if activity := current.get():
        activity.statements += 1
        # --8<-- [end:activity]
