"""The engine of the process, and the sessionmaker of requests that write. Both are created at their first use."""

import logging
from functools import cache
from typing import Any

import asyncpg
from sqlalchemy import ExceptionContext, event
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine

from fastapi_impl.common.activity import count_statement
from fastapi_impl.common.database.pool import FirstInFirstOutPool
from fastapi_impl.common.exceptions import DatabaseUnavailable
from fastapi_impl.config.settings import get_settings
from fastapi_impl.contract import DATABASE

log = logging.getLogger(__name__)


# --8<-- [start:engine]
async def connect(
    *, statement_timeout_ms: int = DATABASE["statement_timeout_ms"]
) -> "asyncpg.Connection[asyncpg.Record]":
    """Return a new connection to DATABASE_URL with the contract's time-outs, or raise DatabaseUnavailable.

    A `statement_timeout_ms` of 0 sets no limit.
    """
    try:
        return await asyncpg.connect(
            get_settings().database_url,
            timeout=DATABASE["connect_timeout_seconds"],
            # For a server that no longer responds. A server that responds ends a slow statement earlier.
            command_timeout=DATABASE["answer_timeout_ms"] / 1000 if statement_timeout_ms else None,
            server_settings={
                "statement_timeout": str(statement_timeout_ms),
                "lock_timeout": str(DATABASE["lock_timeout_ms"]),
                # asyncpg prepares each statement, and PostgreSQL may plan it once for all values: at 100,000 products
                # a filter then costs six times as much.
                "plan_cache_mode": "force_custom_plan",
            },
        )
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:  # a TimeoutError is an OSError
        log.warning("No connection to the database: %s", error)
        raise DatabaseUnavailable(str(error)) from error


@cache
def get_engine() -> AsyncEngine:
    """Return the engine of this process. It connects when a statement needs it."""
    engine = create_async_engine(
        "postgresql+asyncpg://",
        async_creator=connect,
        poolclass=FirstInFirstOutPool,
        pool_size=get_settings().database_pool_size,
        max_overflow=0,
        # A read is one statement: BEGIN and ROLLBACK would cost two more round trips.
        isolation_level="AUTOCOMMIT",
        hide_parameters=True,  # errors are logged, and parameters may be secret
        pool_timeout=DATABASE["statement_timeout_ms"] / 1000,
    )
    event.listen(engine.sync_engine, "checkout", replace_dead_connection)
    event.listen(engine.sync_engine, "handle_error", handle_failed_connection)
    if get_settings().observes_requests:
        event.listen(engine.sync_engine, "before_cursor_execute", count)
    return engine
    # --8<-- [end:engine]


@cache
def get_write_sessionmaker() -> async_sessionmaker[AsyncSession]:
    """Return the factory of sessions whose statements are one transaction."""
    # Services flush where they expect violated constraints, so no query may flush before.
    return async_sessionmaker(
        get_engine().execution_options(isolation_level="READ COMMITTED"), expire_on_commit=False, autoflush=False
    )


# --8<-- [start:count-statement]
def count(*_details: object) -> None:
    """Count a statement of the current request: SQLAlchemy's event `before_cursor_execute`."""
    count_statement()
    # --8<-- [end:count-statement]


def replace_dead_connection(dbapi_connection: Any, _record: object, _proxy: object) -> None:
    """Let the pool replace a connection that is closed, without `pool_pre_ping`, which sends a statement each time."""
    if dbapi_connection.driver_connection.is_closed():
        raise DisconnectionError


def handle_failed_connection(context: ExceptionContext) -> DatabaseUnavailable | None:
    """Return DatabaseUnavailable, which SQLAlchemy raises, if a statement took longer than `answer_timeout_ms`.

    Also close its connection, or all connections of the pool if the server is no longer the primary.
    """
    error = context.original_exception
    connection = context.connection.connection.driver_connection if context.connection else None
    if isinstance(error, TimeoutError):  # asyncpg's `command_timeout`
        log.warning("The database did not answer: %s", error)
        if connection is not None:
            connection.terminate()  # SQLAlchemy would close it in order, and wait two seconds for the server
            context.is_disconnect, context.invalidate_pool_on_disconnect = True, False
        return DatabaseUnavailable(str(error))
    if getattr(error, "sqlstate", None) in DATABASE["lost_connections"]:
        context.is_disconnect = True
    return None
