"""Middleware around the admin alone."""

from secrets import token_urlsafe

from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from fastapi_impl.common.database.outages import is_outdated
from fastapi_impl.common.exceptions import DatabaseUnavailable
from fastapi_impl.common.http.exception_handlers import database_error_handler
from fastapi_impl.common.http.problems import problem_response
from fastapi_impl.contract import BODIES

# --8<-- [start:policy]
# starlette-admin has over a hundred style attributes on a list. `templates` gives its scripts and styles a nonce.
POLICY = (
    "default-src 'self'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'nonce-{nonce}'; "
    "style-src-attr 'unsafe-inline'; img-src 'self' data:; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'; object-src 'none'"
)
# --8<-- [end:policy]


class AdminMiddleware:
    """Adds the Content-Security-Policy, forbids caches, and tells the admin that clients use https if they do.

    A proxy terminates TLS, so the server sees http. The admin takes the scheme of its links and the attribute Secure of
    its cookies from the request.
    """

    def __init__(self, app: ASGIApp, *, uses_https: bool) -> None:
        self.app = app
        self.uses_https = uses_https

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        nonce = token_urlsafe(16)
        scope.setdefault("state", {})["csp_nonce"] = nonce
        if self.uses_https:
            scope["scheme"] = "https"
        headers = [(b"content-security-policy", POLICY.format(nonce=nonce).encode())]
        if not scope["path"].startswith("/admin/static/"):
            headers.append((b"cache-control", b"no-store"))

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), *headers]
            await send(message)

        await self.app(scope, receive, send_with_headers)


class BodyLimitMiddleware:
    """Reads the body, and rejects one that is larger than a body of the API.

    Starlette's limit raises an error while the body is read, which its BaseHTTPMiddleware turns into a 500.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        body, more_body = b"", True
        while more_body:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            body += message.get("body", b"")
            more_body = message.get("more_body", False)
            if len(body) > BODIES["max_bytes"]:
                await problem_response("content_too_large")(scope, receive, send)
                return
        await self.app(scope, repeated(body, receive), send)


class ErrorMiddleware:
    """Responds to errors as the API does, and handles a request again whose prepared statement was outdated.

    See `handle_again_if_outdated`. The admin's own middleware has rolled the transaction back before an error gets
    here, and sends no response before the commit.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = (await receive())["body"]  # BodyLimitMiddleware passes all of it at once
        try:
            try:
                await self.app(dict(scope), repeated(body, receive), send)
            except DBAPIError as error:
                if not is_outdated(error):
                    raise
                await self.app(dict(scope), repeated(body, receive), send)
        except DatabaseUnavailable:
            await problem_response("database_unavailable")(scope, receive, send)
        except SQLAlchemyError as error:
            response = await database_error_handler(Request(scope), error)
            await response(scope, receive, send)
        except Exception:
            await problem_response("internal_error")(scope, receive, send)
            raise  # it is logged by `CommonHeadersMiddleware`


def repeated(body: bytes, receive: Receive) -> Receive:
    """Return a function that returns the body, which has been received, and then what comes after it."""
    unread: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive_body() -> Message:
        return unread.pop() if unread else await receive()

    return receive_body
