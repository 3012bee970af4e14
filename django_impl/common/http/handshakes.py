"""HTTP responses to handshakes of WebSockets, which Channels has not: it refuses all with an empty 403.

They pass Django's middleware, so they have the headers of all responses. They are sent with the ASGI extension
`websocket.http.response`.
"""

import asyncio
from collections.abc import Awaitable, Callable
from functools import cache
from typing import Any

from django.core.handlers.asgi import ASGIHandler
from django.http import HttpRequest, HttpResponse
from django.urls import ResolverMatch

from django_impl.common.http.exception_handler import exception_handler
from django_impl.common.http.requests import ShopASGIRequest

type Scope = Any
type Send = Callable[[Any], Awaitable[None]]


# --8<-- [start:refuse]
async def refuse(scope: Scope, send: Send, error: Exception) -> None:
    """Respond with the problem of the error."""
    await respond(get_refusing_handler(), {**scope, "refusal": error}, send)


async def respond(handler: ASGIHandler, scope: Scope, send: Send) -> None:
    """Respond to the handshake as the handler does to a GET request."""
    messages = iter([{"type": "http.request"}])

    async def receive() -> Any:
        return next(messages, None) or await asyncio.Future()

    async def send_response(message: Any) -> None:
        await send({**message, "type": f"websocket.{message['type']}"})

    await handler({**scope, "type": "http", "method": "GET"}, receive, send_response)


class RefusingHandler(ASGIHandler):
    """Calls one view for all requests."""

    request_class = ShopASGIRequest

    def resolve_request(self, request: HttpRequest) -> ResolverMatch:
        """Return the view, whatever the URL."""
        request.resolver_match = ResolverMatch(refused, (), {}, route=request.path.removeprefix("/"))
        return request.resolver_match


async def refused(request: Any) -> HttpResponse:
    """Return the problem of the error in the scope."""
    return exception_handler(request.scope["refusal"], {"request": request})
    # --8<-- [end:refuse]


@cache
def get_refusing_handler() -> RefusingHandler:
    """Return the handler, with the middleware of the settings."""
    return RefusingHandler()
