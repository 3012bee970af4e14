from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Select
from sqlalchemy.ext.asyncio import AsyncSession

from fastapi_impl.common.database.engine import get_engine
from fastapi_impl.common.database.statements import AnyRow, Statement
from fastapi_impl.common.exceptions import NotFound


async def fetch_all(statement: Statement, values: Mapping[str, Any]) -> Sequence[AnyRow]:
    """Return the rows of the statement; the connection is given back before they are looked at."""
    connection = await get_engine().connect()
    return await connection.run_sync(_rows, statement, values)


def _rows(connection: Connection, statement: Statement, values: Mapping[str, Any]) -> Sequence[AnyRow]:
    """Execute and close in one go: each call that is awaited would start a greenlet of its own."""
    with connection:
        return connection.execute(statement, values).all()


async def fetch_one_or_not_found(statement: Statement, values: Mapping[str, Any]) -> AnyRow:
    """Return the only row of the statement, or raise NotFound."""
    for row in await fetch_all(statement, values):
        return row
    raise NotFound


async def get_or_not_found[T](session: AsyncSession, statement: Select[T], values: Mapping[str, Any]) -> T:
    """Return the only object of the statement, or raise NotFound."""
    row: T | None = await session.scalar(statement, values)
    if row is None:
        raise NotFound
    return row
