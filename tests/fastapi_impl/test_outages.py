"""Classification of transient database errors, and handling of all other errors."""

from contextlib import asynccontextmanager

import asyncpg
import pytest
from httpx import AsyncClient
from sqlalchemy import text
from sqlalchemy.dialects.postgresql.asyncpg import AsyncAdapt_asyncpg_connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import create_async_engine

from fastapi_impl.admin.auth import StaffAuthProvider, StaffUser
from fastapi_impl.common.database.dependencies import get_write_session
from fastapi_impl.common.database.outages import has_lost_connection, is_transient
from fastapi_impl.common.exceptions import PermissionDenied
from fastapi_impl.products.admin import ProductView


def wrap_driver_error(error: type[Exception]) -> DBAPIError:
    """Return the driver's error as SQLAlchemy raises it, after translation by the dialect."""
    dbapi = create_async_engine("postgresql+asyncpg://").dialect.loaded_dbapi
    with pytest.raises(dbapi.Error) as translated:
        AsyncAdapt_asyncpg_connection._handle_exception_no_connection(dbapi, error("driver error"))
    return DBAPIError("SELECT 1", {}, translated.value)


@pytest.mark.parametrize(
    "error",
    [
        PoolTimeoutError(),
        wrap_driver_error(asyncpg.QueryCanceledError),
        wrap_driver_error(asyncpg.LockNotAvailableError),
        wrap_driver_error(asyncpg.DeadlockDetectedError),
        wrap_driver_error(asyncpg.TooManyConnectionsError),
        wrap_driver_error(asyncpg.AdminShutdownError),
        wrap_driver_error(asyncpg.InvalidCachedStatementError),
        wrap_driver_error(asyncpg.ConnectionDoesNotExistError),
        wrap_driver_error(asyncpg.InterfaceError),
    ],
    ids=lambda error: type(getattr(error, "orig", error)).__name__,
)
def test_transient_error_is_recognized(error: Exception) -> None:
    assert is_transient(error)


@pytest.mark.parametrize(
    "error",
    [ValueError(), wrap_driver_error(asyncpg.UniqueViolationError), wrap_driver_error(asyncpg.UndefinedTableError)],
)
def test_permanent_error_is_not_transient(error: Exception) -> None:
    assert not is_transient(error)


def test_connection_is_not_lost_if_only_a_statement_is_outdated() -> None:
    assert has_lost_connection(wrap_driver_error(asyncpg.InterfaceError))
    assert not has_lost_connection(wrap_driver_error(asyncpg.InvalidCachedStatementError))
    assert not has_lost_connection(wrap_driver_error(asyncpg.UniqueViolationError))


@pytest.mark.parametrize(
    ("path", "function"),
    [
        ("/api/products/featured", "fastapi_impl.common.database.reader.Reader.fetch_all"),
        ("/admin/", "fastapi_impl.admin.auth.get_user_of_session"),
    ],
)
async def test_unexpected_error_returns_500_problem_and_is_logged_once(
    client: AsyncClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, path: str, function: str
) -> None:
    monkeypatch.setattr(function, lambda *_: 1 / 0)
    response = await client.get(path)

    assert (response.status_code, response.json()["code"]) == (500, "internal_error")
    assert response.headers["x-request-id"]
    assert errors_logged(caplog) == [ZeroDivisionError]


async def test_unexpected_error_of_a_changed_cell_is_logged(
    client: AsyncClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def authenticate(*_: object) -> StaffUser:
        return StaffUser(username="staff")

    async def find(*_: object) -> object:
        return object()

    monkeypatch.setattr(StaffAuthProvider, "authenticate", authenticate)
    monkeypatch.setattr(ProductView, "find_by_pk", find)
    monkeypatch.setattr(ProductView, "edit", lambda *_: 1 / 0)
    await client.get("/admin/")
    headers = {"X-CSRFToken": client.cookies["starlette_admin_csrftoken"]}
    response = await client.post(
        "/admin/_api/product/inline-edit?pk=x&field=price", data={"price": "1"}, headers=headers
    )

    assert (response.status_code, response.headers["content-type"]) == (500, "text/html; charset=utf-8")
    assert errors_logged(caplog) == [ZeroDivisionError]


def errors_logged(caplog: pytest.LogCaptureFixture) -> list[object]:
    """Return the types of the errors that were logged with a traceback."""
    return [record.exc_info[0] for record in caplog.records if record.exc_info]


@pytest.mark.usefixtures("client")
async def test_transaction_is_rolled_back_when_request_fails() -> None:
    dependency = asynccontextmanager(get_write_session)()
    session = await dependency.__aenter__()
    await session.execute(text("SELECT 1"))
    is_suppressed = await dependency.__aexit__(PermissionDenied, PermissionDenied(), None)

    assert not is_suppressed
    assert not session.in_transaction()
