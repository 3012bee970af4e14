from sqlalchemy import Select
from sqlalchemy.ext.asyncio import AsyncSession

from fastapi_impl.common.errors import NotFound


async def found[T](session: AsyncSession, statement: Select[T]) -> T:
    """Return the only row of the statement, or raise NotFound."""
    row: T | None = await session.scalar(statement)
    if row is None:
        raise NotFound
    return row
