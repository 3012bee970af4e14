"""The line that each task writes into the log."""

from time import perf_counter
from typing import Any

import structlog

log = structlog.get_logger("shop.task")


# --8<-- [start:task-log]
def begin_task(*, task: Any, args: Any, **_details: Any) -> None:
    """Add the name of the task and the id of its event to all lines until it ends: Celery's signal `task_prerun`."""
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(task=task.name, event_id=args[0] if args else None)
    task.request.started = perf_counter()


def log_task(*, task: Any, state: str | None, **_details: Any) -> None:
    """Log a task that has ended: Celery's signal `task_postrun`."""
    seconds = perf_counter() - task.request.started
    log.info("task", state=state, duration_ms=round(seconds * 1000, 3))
    structlog.contextvars.clear_contextvars()
    # --8<-- [end:task-log]
