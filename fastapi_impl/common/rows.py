from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Select
from sqlalchemy.ext.asyncio import AsyncSession

from fastapi_impl.common.errors import NotFound
from fastapi_impl.common.statements import AnyRow, Statement
from fastapi_impl.config.database import engine


async def read(statement: Statement, values: Mapping[str, Any]) -> Sequence[AnyRow]:
    """Return the rows of the statement; the connection is given back before they are looked at."""
    connection = await engine.connect()
    try:
        return (await connection.execute(statement, values)).all()
    finally:
        await connection.close()  # has nothing to wait for; `async with` would do it in a task of its own


async def read_one(statement: Statement, values: Mapping[str, Any]) -> AnyRow:
    """Return the only row of the statement, or raise NotFound."""
    for row in await read(statement, values):
        return row
    raise NotFound


async def found[T](session: AsyncSession, statement: Select[T], values: Mapping[str, Any]) -> T:
    """Return the only object of the statement, or raise NotFound."""
    row: T | None = await session.scalar(statement, values)
    if row is None:
        raise NotFound
    return row
