"""The format of all log lines: JSON in production, text in development."""

import logging
import sys
from typing import Any

import structlog
from structlog.stdlib import ProcessorFormatter
from structlog.types import EventDict, Processor, WrappedLogger

from django_impl.contract import LOGS


def has_no_handshake(record: logging.LogRecord) -> bool:
    """Return False for the lines in which uvicorn shows the URL and the headers of a handshake of a WebSocket."""
    return record.levelno >= logging.INFO and '"WebSocket ' not in str(record.msg)


def put_common_fields_first(_logger: WrappedLogger, _method: str, line: EventDict) -> EventDict:
    """Return the fields of the line in the order in which they are written."""
    return {**{name: line.pop(name) for name in LOGS["first"] if name in line}, **line}


# --8<-- [start:processors]
PROCESSORS: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso"),
]


def formatter(*, json: bool) -> ProcessorFormatter:
    """Return the formatter of all lines, also of those that libraries log with the standard library.

    Tracebacks are without local variables, which can be secret. structlog would show them on a console.
    """
    renderers: list[Processor]
    if json:
        renderers = [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
    else:
        plain = structlog.dev.plain_traceback
        colors = sys.stderr.isatty()
        renderers = [structlog.dev.ConsoleRenderer(colors=colors, sort_keys=False, exception_formatter=plain)]
    return ProcessorFormatter(
        processors=[ProcessorFormatter.remove_processors_meta, put_common_fields_first, *renderers],
        foreign_pre_chain=PROCESSORS,
    )
    # --8<-- [end:processors]


# --8<-- [start:logging]
def logging_config(level: str, *, json: bool) -> dict[str, Any]:
    """Return the configuration of the standard library's `logging`, for the loggers of all libraries."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": formatter, "json": json}},
        "filters": {"handshakes": {"()": "django.utils.log.CallbackFilter", "callback": has_no_handshake}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            # The option --log-level of the server determines the level.
            "gunicorn.error": {"handlers": [], "propagate": True},
            "uvicorn": {"handlers": [], "propagate": True},
            "uvicorn.error": {"propagate": True, "filters": ["handshakes"]},
            # RequestLogMiddleware writes a line for each request. That of uvicorn would have the query.
            "uvicorn.access": {"handlers": [], "propagate": False},
        },
    }


def configure_structlog() -> None:
    """Let structlog pass its lines to `logging`."""
    structlog.configure(
        processors=[*PROCESSORS, ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    # --8<-- [end:logging]
