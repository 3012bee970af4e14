from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from fastapi_impl.common.errors import NotFound
from fastapi_impl.common.statements import AnyRow, Statement


async def read(engine: AsyncEngine, statement: Statement, values: Mapping[str, Any]) -> Sequence[AnyRow]:
    """Return the rows of the statement; the connection is given back before they are looked at."""
    async with engine.connect() as connection:
        return (await connection.execute(statement, values)).all()


async def read_one(engine: AsyncEngine, statement: Statement, values: Mapping[str, Any]) -> AnyRow:
    """Return the only row of the statement, or raise NotFound."""
    for row in await read(engine, statement, values):
        return row
    raise NotFound


async def found[T](session: AsyncSession, statement: Select[T], values: Mapping[str, Any]) -> T:
    """Return the only object of the statement, or raise NotFound."""
    row: T | None = await session.scalar(statement, values)
    if row is None:
        raise NotFound
    return row
