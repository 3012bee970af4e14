"""The FastAPI implementation with psycopg 3 in place of asyncpg, for requests whose statements succeed.

Only the engine differs. It prepares statements and plans them for their values, as that of the implementation does. The
implementation recognises violated constraints and outages by asyncpg's errors, so here they would be a 500.
"""

from collections.abc import AsyncIterator

import psycopg
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine

from fastapi_impl.common.database.dependencies import get_reader, get_write_session
from fastapi_impl.common.database.pool import FirstInFirstOutPool
from fastapi_impl.common.database.reader import Reader
from fastapi_impl.config.settings import get_settings
from fastapi_impl.contract import DATABASE
from fastapi_impl.main import app

__all__ = ["app"]

OPTIONS = {
    "statement_timeout": DATABASE["statement_timeout_ms"],
    "lock_timeout": DATABASE["lock_timeout_ms"],
    "plan_cache_mode": "force_custom_plan",
}


async def connect() -> "psycopg.AsyncConnection[tuple[object, ...]]":
    """Return a new connection to DATABASE_URL with the contract's time-outs."""
    return await psycopg.AsyncConnection.connect(
        get_settings().database_url,
        connect_timeout=DATABASE["connect_timeout_seconds"],
        options=" ".join(f"-c {name}={value}" for name, value in OPTIONS.items()),
        prepare_threshold=0,
    )


engine = create_async_engine(
    "postgresql+psycopg://",
    async_creator=connect,
    poolclass=FirstInFirstOutPool,
    pool_size=get_settings().database_pool_size,
    max_overflow=0,
    isolation_level="AUTOCOMMIT",
    pool_timeout=DATABASE["statement_timeout_ms"] / 1000,
)
write_sessionmaker = async_sessionmaker(
    engine.execution_options(isolation_level="READ COMMITTED"), expire_on_commit=False, autoflush=False
)


async def reader() -> Reader:
    """Return a reader that uses psycopg."""
    return Reader(engine)


async def session() -> AsyncIterator[AsyncSession]:
    """Yield a session that uses psycopg, and commit its transaction at the end."""
    async with write_sessionmaker.begin() as opened:
        yield opened


app.dependency_overrides |= {get_reader: reader, get_write_session: session}
