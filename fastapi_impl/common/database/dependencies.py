"""What routes reach the database by; it connects with the first statement, so a refused request needs none."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends
from sqlalchemy.ext.asyncio import AsyncSession

from fastapi_impl.common.database.engine import get_write_sessions


# --8<-- [start:sessions]
async def write_session() -> AsyncIterator[AsyncSession]:
    """All statements are one transaction; it is rolled back when the request is refused."""
    async with get_write_sessions().begin() as session:
        yield session


# Its scope is the function, not the request: a commit that came after the answer could no longer change it.
WriteSession = Annotated[AsyncSession, Depends(write_session, scope="function")]
# --8<-- [end:sessions]
