"""Single objects."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Select
from sqlalchemy.ext.asyncio import AsyncSession

from fastapi_impl.common.exceptions import NotFound


async def get_or_not_found[T](session: AsyncSession, statement: Select[T], parameters: Mapping[str, Any]) -> T:
    """Return the only object of the statement. Raises NotFound if there is none."""
    found: T | None = await session.scalar(statement, parameters)
    if found is None:
        raise NotFound
    return found
