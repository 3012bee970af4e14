"""A second attempt for a request that failed because the schema of the database has changed."""

from fastapi import Request, Response
from sqlalchemy.exc import DBAPIError

from fastapi_impl.common.database.outages import is_outdated
from fastapi_impl.common.http.private_api import Handler, close_dependencies
from fastapi_impl.common.http.requests import StrictRequest


async def handle_again_if_outdated(handle: Handler, request: Request) -> Response:
    """Return the handler's response; call the handler once more where a prepared statement was outdated.

    A prepared statement of asyncpg fails after a type that it returns has changed. The transaction is rolled
    back, so nothing was written. Django's driver does not prepare statements.
    """
    try:
        return await handle(request)
    except DBAPIError as error:
        if not is_outdated(error):
            raise
        # Otherwise the session of the first attempt would hold its connection during the second one.
        await close_dependencies(request, error)
        if isinstance(request, StrictRequest):  # the forms of the pages have no files
            await request.rewind_files()
    return await handle(request)
