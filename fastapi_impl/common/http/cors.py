"""Headers that allow pages of other origins to use the API."""

from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.types import Message, Receive, Scope, Send

from fastapi_impl.contract import CORS


# --8<-- [start:cors]
class CORSHeadersMiddleware(CORSMiddleware):
    """Adds the CORS headers to each response under /api, also to that of OPTIONS.

    Starlette's class answers a preflight itself: with 200 and `OK` for any path, or with 400 in plain text.
    """

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and add the headers to its response."""
        if scope["type"] != "http" or not scope["path"].startswith("/api/"):
            await self.app(scope, receive, send)
            return
        headers = self._headers(scope["method"], Headers(scope=scope).get("origin"))

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), *headers.raw]
            await send(message)

        await self.app(scope, receive, send_with_headers)

    def _headers(self, method: str, origin: str | None) -> MutableHeaders:
        headers = MutableHeaders()
        if origin is not None and self.is_allowed_origin(origin):
            headers.update({"Access-Control-Allow-Origin": origin, **self.simple_headers})
            if method == "OPTIONS":
                headers.update(self.preflight_headers)
        headers["Vary"] = "origin"
        return headers
        # --8<-- [end:cors]


# --8<-- [start:settings]
def cors_middleware(allowed_origins: frozenset[str]) -> list[Middleware]:
    """Return the middleware for these origins; none without an origin."""
    if not allowed_origins:
        return []
    return [
        Middleware(
            CORSHeadersMiddleware,
            allow_origins=allowed_origins,
            allow_methods=CORS["methods"],
            allow_headers=CORS["request_headers"],
            expose_headers=CORS["exposed_headers"],
            max_age=CORS["max_age_seconds"],
        )
    ]
    # --8<-- [end:settings]
