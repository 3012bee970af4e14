"""The application class, with the middleware that is outside all other."""

from collections.abc import Sequence
from typing import Any

from fastapi import FastAPI
from starlette.middleware import Middleware
from starlette.types import ASGIApp

from fastapi_impl.common.http.middleware import (
    CommonHeadersMiddleware,
    NormalizeHeadersMiddleware,
    RequestIDMiddleware,
)
from fastapi_impl.common.http.request_log import RequestLogMiddleware


class ContractFastAPI(FastAPI):
    """Adds middleware outside Starlette's own: for the log and the headers of all requests, and `outer_middleware`.

    A normal project passes all of its middleware as `middleware=`. Starlette puts this inside `ServerErrorMiddleware`,
    so the response to an unexpected error would not have the contract's headers.
    """

    def __init__(
        self, *, outer_middleware: Sequence[Middleware] = (), observes_requests: bool = False, **options: Any
    ) -> None:
        super().__init__(**options)
        self.observes_requests = observes_requests
        self.outer_middleware = outer_middleware

    # --8<-- [start:stack]
    def build_middleware_stack(self) -> ASGIApp:
        """Return the application with all middleware."""
        app: ASGIApp = CommonHeadersMiddleware(super().build_middleware_stack())
        for cls, args, kwargs in reversed(self.outer_middleware):
            app = cls(app, *args, **kwargs)
        if self.observes_requests:
            app = RequestLogMiddleware(app)
        return NormalizeHeadersMiddleware(RequestIDMiddleware(app))
        # --8<-- [end:stack]
