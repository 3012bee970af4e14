"""The line that each request writes into the log, and its metrics."""

from logging import INFO

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from fastapi_impl.common.activity import Activity, current
from fastapi_impl.common.metrics import get_metrics

log = structlog.get_logger("shop.request")


# --8<-- [start:request-log]
class RequestLogMiddleware:
    """Logs each request, and counts it. Left out if there are neither lines of the level info nor metrics."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send_and_record_refusal(scope, send))
            return
        status: int | None = None

        async def send_and_keep_status(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        token = current.set(activity := Activity())
        try:
            await self.app(scope, receive, send_and_keep_status)
        finally:
            current.reset(token)
            record(scope, status, activity)


def send_and_record_refusal(scope: Scope, send: Send) -> Send:
    """Return a function that sends, and logs a handshake of a WebSocket that is refused with an HTTP response."""

    async def send_and_record(message: Message) -> None:
        if message["type"] == "websocket.http.response.start":
            record({**scope, "method": "GET"}, message["status"], Activity())
        await send(message)

    return send_and_record


def record(scope: Scope, status: int | None, activity: Activity) -> None:
    """Log and count a request whose response was sent. There is no status if the client has disconnected before."""
    seconds, route = activity.seconds, route_of(scope)
    if log.isEnabledFor(INFO):
        log.info(
            "request",
            method=scope["method"],
            path=scope["path"],  # without the query, which can contain anything
            route=route,
            status=status,
            duration_ms=round(seconds * 1000, 3),
            user=activity.user and str(activity.user),
            statements=activity.statements,
        )
    if metrics := get_metrics():
        metrics.observe(
            method=scope["method"], route=route, status=status, seconds=seconds, statements=activity.statements
        )
        # --8<-- [end:request-log]


# --8<-- [start:route]
def route_of(scope: Scope) -> str | None:
    """Return the template of the path, as in the contract, or None if no route matches. The admin is one route."""
    if route := scope.get("route"):
        return str(route.path_format)
    return "/admin/{path}" if scope.get("root_path") == "/admin" else None
    # --8<-- [end:route]
