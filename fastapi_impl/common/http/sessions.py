"""Starlette's middleware for sessions, which does nothing for the API."""

from starlette.middleware import Middleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.types import Receive, Scope, Send

from fastapi_impl.config.settings import Settings
from fastapi_impl.contract import SESSIONS

EXCLUDED_PATHS = tuple(SESSIONS["excluded_paths"])


# --8<-- [start:middleware]
class PageSessionMiddleware(SessionMiddleware):
    """Skips the middleware for paths that have no session."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the request."""
        if scope["type"] == "http" and scope["path"].startswith(EXCLUDED_PATHS):
            await self.app(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)


def session_middleware(settings: Settings) -> Middleware:
    """Return the middleware, whose cookie has a key of its own: another cookie of this server is no session."""
    return Middleware(
        PageSessionMiddleware,
        secret_key=settings.key_for("session"),
        max_age=SESSIONS["max_age_seconds"],
        same_site="lax",
        https_only=settings.secure_cookies,
    )
    # --8<-- [end:middleware]
