"""A request that is handled again because the schema of the database changed."""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from sqlalchemy.exc import DBAPIError

from fastapi_impl.common.database.outages import is_outdated

type Handler = Callable[[Request], Coroutine[Any, Any, Response]]


async def handle_again_if_outdated(handle: Handler, request: Request) -> Response:
    """Return the handler's response; it is asked once more where a statement of its transaction was outdated.

    asyncpg's prepared statements end with an error when a type they return has changed. The transaction is rolled back
    with it, so nothing was written. Django's driver prepares no statements.
    """
    try:
        return await handle(request)
    except DBAPIError as error:
        if not is_outdated(error):
            raise
        # The session is closed before the next is opened: FastAPI keeps the dependencies' exits here.
        await request.scope["fastapi_function_astack"].__aexit__(type(error), error, error.__traceback__)
    return await handle(request)
