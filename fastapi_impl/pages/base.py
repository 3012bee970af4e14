"""The route class of the pages."""

from fastapi import Request, Response

from fastapi_impl.common.exceptions import ContentTooLarge
from fastapi_impl.common.http.private_api import Handler
from fastapi_impl.common.http.requests import StrictRequest
from fastapi_impl.common.http.retry import handle_again_if_outdated
from fastapi_impl.common.http.routes import ExactRoute
from fastapi_impl.pages.responses import error_page


# --8<-- [start:base]
class PageRoute(ExactRoute):
    """Reads forms with the limit of the contract, and returns errors as pages."""

    def get_route_handler(self) -> Handler:
        """Return FastAPI's handler, whose errors become pages."""
        handle = super().get_route_handler()

        async def handler(request: Request) -> Response:
            try:
                if request.method == "POST":
                    # Before the session is used, so that `Vary` is not sent with a form that is too large. Starlette
                    # reads a body of any size, and FastAPI's `max_body_size` responds in plain text.
                    request = StrictRequest(request.scope, request.receive)
                    await request.body()
                return await handle_again_if_outdated(handle, request)
            except ContentTooLarge:  # a problem, as on Django
                raise
            except Exception as error:
                return await error_page(request, error)

        return handler

    # --8<-- [end:base]
