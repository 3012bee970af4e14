"""Dependencies for the database. They connect at the first statement, so a rejected request needs no connection."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends
from sqlalchemy.ext.asyncio import AsyncSession

from fastapi_impl.common.database.engine import get_engine, get_write_sessionmaker
from fastapi_impl.common.database.reader import Reader


# --8<-- [start:reader]
async def get_reader() -> Reader:
    """Return a reader that uses the engine of this process. Tests replace it in `app.dependency_overrides`."""
    return Reader(get_engine())


ReaderDep = Annotated[Reader, Depends(get_reader)]
# --8<-- [end:reader]


# --8<-- [start:sessions]
async def get_write_session() -> AsyncIterator[AsyncSession]:
    """Yield the session of one transaction, which is committed at the end, or rolled back if an error is raised."""
    async with get_write_sessionmaker().begin() as session:
        yield session


# With the scope "request" the commit would come after the response, which could not report a failed commit.
WriteSessionDep = Annotated[AsyncSession, Depends(get_write_session, scope="function")]
# --8<-- [end:sessions]
