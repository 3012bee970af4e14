"""The sessions that routes ask for; they connect with their first statement, so a refused request needs none."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends

from fastapi_impl.config.database import AsyncSession, read_sessions, write_sessions


# --8<-- [start:sessions]
async def read_session() -> AsyncIterator[AsyncSession]:
    """Each read is a transaction of its own."""
    async with read_sessions() as session:
        yield session


async def write_session() -> AsyncIterator[AsyncSession]:
    """All statements are one transaction; it is rolled back when the request is refused."""
    async with write_sessions.begin() as session:
        yield session


# Their scope is the function, not the request: a commit that came after the answer could no longer change it.
ReadSession = Annotated[AsyncSession, Depends(read_session, scope="function")]
WriteSession = Annotated[AsyncSession, Depends(write_session, scope="function")]
# --8<-- [end:sessions]
