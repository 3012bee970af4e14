"""The format of all log lines: JSON in production, text in development."""

import logging.config
import sys

import structlog
from structlog.stdlib import ProcessorFormatter
from structlog.types import EventDict, Processor, WrappedLogger

from fastapi_impl.config.settings import get_settings
from fastapi_impl.contract import LOGS


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
def configure_logging(level: str, *, json: bool) -> None:
    """Write the lines of all loggers to stderr, those of structlog too."""
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {"line": {"()": formatter, "json": json}},
            "filters": {"handshakes": {"()": lambda: has_no_handshake}},
            "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
            "root": {"handlers": ["stderr"], "level": level.upper()},
            "loggers": {
                "uvicorn": {"handlers": [], "propagate": True},
                # uvicorn's option --log-level determines the level.
                "uvicorn.error": {"propagate": True, "filters": ["handshakes"]},
                # RequestLogMiddleware writes a line for each request. That of uvicorn would have the query.
                "uvicorn.access": {"handlers": [], "propagate": False},
            },
        }
    )
    structlog.configure(
        processors=[*PROCESSORS, ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    # --8<-- [end:logging]


def formatter_of_environment() -> ProcessorFormatter:
    """Return the formatter for uvicorn's main process, which does not import the application: see uvicorn.yaml."""
    return formatter(json=get_settings().environment == "production")
