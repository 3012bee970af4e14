"""Middleware in plain ASGI.

Starlette's BaseHTTPMiddleware would create a task for each request, and end a failed stream as if it were complete.
"""

import logging
import re
from collections.abc import Collection, Mapping
from secrets import token_hex

from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.contextvars import bind_contextvars, reset_contextvars

from fastapi_impl.common.exceptions import InvalidHost
from fastapi_impl.common.http.problems import problem_response

HOST = re.compile(r"([a-z0-9.-]+|\[[a-f0-9:.]+\])(:[0-9]+)?")
REQUEST_ID = re.compile(rb"[A-Za-z0-9._-]{1,128}")
HEADERS = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"x-frame-options", b"DENY"),
]
# Of a request, and of the handshake of a WebSocket that is refused.
RESPONSES = {"http.response.start", "websocket.http.response.start"}
STARTS = RESPONSES | {"websocket.accept"}
NO_STORE = (b"cache-control", b"no-store")

log = logging.getLogger(__name__)


class NormalizeHeadersMiddleware:
    """Trims the values of request headers, and joins the values of a header that was sent several times."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        headers: dict[bytes, bytes] = {}
        for name, value in scope["headers"]:
            trimmed = value.strip(b" \t")
            headers[name] = headers[name] + b"," + trimmed if name in headers else trimmed
        scope["headers"] = list(headers.items())
        await self.app(scope, receive, send)


class RequestIDMiddleware:
    """Sets the request id, in the scope and in all log lines of the request."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        scope["request_id"] = get_request_id(dict(scope["headers"]))
        tokens = bind_contextvars(request_id=scope["request_id"].decode())
        try:
            await self.app(scope, receive, send)
        finally:
            reset_contextvars(**tokens)


class CommonHeadersMiddleware:
    """Sends the request id and the common headers with each response, and logs an unexpected error once."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        headers = common_headers(scope)
        started = False

        async def send_with_headers(message: Message) -> None:
            nonlocal started
            if message["type"] in STARTS:
                started = True
            if message["type"] in RESPONSES:
                message["headers"] = [*message.get("headers", ()), *headers]
            await send(message)

        try:
            await self.app(scope, receive, send_with_headers)
        except Exception:
            # Not raised again, or the server would log it too. It closes the connection of an incomplete response.
            log.exception("Unexpected error at %s", scope["path"])
            if not started:
                await problem_response("internal_error")(scope, receive, send_with_headers)


def common_headers(scope: Scope) -> list[tuple[bytes, bytes]]:
    """Return the headers of every response to a request."""
    headers = [(b"x-request-id", scope["request_id"]), *HEADERS]
    if scope["path"].startswith("/api/auth/"):
        headers.append(NO_STORE)
    return headers


def get_request_id(headers: Mapping[bytes, bytes]) -> bytes:
    """Return the id that the client sent if it is valid, otherwise a new one."""
    sent = headers.get(b"x-request-id", b"")
    return sent if REQUEST_ID.fullmatch(sent) else token_hex(16).encode()


# --8<-- [start:hosts]
class AllowedHostsMiddleware:
    """Rejects a request whose Host is not in `allowed_hosts`.

    Starlette's TrustedHostMiddleware responds in plain text.
    """

    def __init__(self, app: ASGIApp, allowed_hosts: Collection[str]) -> None:
        self.app = app
        self.allowed_hosts = allowed_hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "lifespan" and not self._is_allowed(dict(scope["headers"]).get(b"host", b"")):
            await problem_response(InvalidHost.code)(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    def _is_allowed(self, host: bytes) -> bool:
        match = HOST.fullmatch(host.decode("latin-1").lower())
        return match is not None and match[1].removesuffix(".") in self.allowed_hosts

    # --8<-- [end:hosts]


class HeadAsGetMiddleware:
    """Answers HEAD as GET without the body."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self.app(scope, receive, send)
            return

        async def send_without_body(message: Message) -> None:
            if message["type"] == "http.response.body":
                message["body"] = b""
            await send(message)

        inner = {**scope, "method": "GET"}
        try:
            await self.app(inner, receive, send_without_body)
        finally:
            scope.update(inner, method="HEAD")  # the route, for the log
