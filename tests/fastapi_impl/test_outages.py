"""Which errors mean that the database is away, and what becomes of those that do not."""

from contextlib import asynccontextmanager

import asyncpg
import pytest
from httpx import AsyncClient
from sqlalchemy import text
from sqlalchemy.dialects.postgresql.asyncpg import AsyncAdapt_asyncpg_connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import create_async_engine

from fastapi_impl.common.database.dependencies import write_session
from fastapi_impl.common.database.outages import is_transient
from fastapi_impl.common.exceptions import PermissionDenied


def wrapped(kind: type[Exception]) -> DBAPIError:
    """The driver's error as SQLAlchemy raises it: the dialect translates it first."""
    dbapi = create_async_engine("postgresql+asyncpg://").dialect.loaded_dbapi
    with pytest.raises(dbapi.Error) as translated:
        AsyncAdapt_asyncpg_connection._handle_exception_no_connection(dbapi, kind("of the driver"))
    return DBAPIError("SELECT 1", {}, translated.value)


@pytest.mark.parametrize(
    "error",
    [
        PoolTimeoutError(),
        wrapped(asyncpg.QueryCanceledError),
        wrapped(asyncpg.LockNotAvailableError),
        wrapped(asyncpg.DeadlockDetectedError),
        wrapped(asyncpg.TooManyConnectionsError),
        wrapped(asyncpg.AdminShutdownError),
        wrapped(asyncpg.InvalidCachedStatementError),
        wrapped(asyncpg.ConnectionDoesNotExistError),
        wrapped(asyncpg.InterfaceError),
    ],
    ids=lambda error: type(getattr(error, "orig", error)).__name__,
)
def test_the_same_request_may_succeed_later(error: Exception) -> None:
    assert is_transient(error)


@pytest.mark.parametrize(
    "error", [ValueError(), wrapped(asyncpg.UniqueViolationError), wrapped(asyncpg.UndefinedTableError)]
)
def test_the_same_request_would_fail_again(error: Exception) -> None:
    assert not is_transient(error)


async def test_an_error_that_nobody_foresaw_is_a_problem_too(
    client: AsyncClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("fastapi_impl.common.database.reader.Reader.fetch_all", lambda *_: 1 / 0)
    answer = await client.get("/api/products/featured")

    assert (answer.status_code, answer.json()["code"]) == (500, "internal_error")
    assert answer.headers["x-request-id"]
    assert "ZeroDivisionError" in caplog.text


@pytest.mark.usefixtures("client")
async def test_a_transaction_is_rolled_back_where_the_request_is_refused() -> None:
    dependency = asynccontextmanager(write_session)()
    session = await dependency.__aenter__()
    await session.execute(text("SELECT 1"))
    is_swallowed = await dependency.__aexit__(PermissionDenied, PermissionDenied(), None)

    assert not is_swallowed
    assert not session.in_transaction()
