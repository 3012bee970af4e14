"""The application class, with the two middlewares that are outside all others."""

from fastapi import FastAPI
from starlette.types import ASGIApp

from fastapi_impl.common.http.middleware import CommonHeadersMiddleware, NormalizeHeadersMiddleware


class ContractFastAPI(FastAPI):
    """Adds `NormalizeHeadersMiddleware` and `CommonHeadersMiddleware` outside Starlette's own middleware.

    A normal project passes all of its middleware as `middleware=`. Starlette puts this inside `ServerErrorMiddleware`,
    so the response to an unexpected error would not have the contract's headers.
    """

    def build_middleware_stack(self) -> ASGIApp:
        """Return the application with all middleware."""
        return NormalizeHeadersMiddleware(CommonHeadersMiddleware(super().build_middleware_stack()))
