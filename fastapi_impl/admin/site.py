"""The admin site at /admin/."""

import hashlib
import hmac
import logging
from pathlib import Path

from fastapi import FastAPI
from sqlalchemy.exc import DBAPIError
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette_admin.contrib.sqla import Admin

from fastapi_impl.admin.auth import StaffAuthProvider
from fastapi_impl.admin.middleware import AdminMiddleware, BodyLimitMiddleware
from fastapi_impl.admin.templates import NonceLoader
from fastapi_impl.categories.admin import CategoryView
from fastapi_impl.common.database.engine import get_write_sessionmaker
from fastapi_impl.common.http.exception_handlers import database_error_handler
from fastapi_impl.config.settings import get_settings
from fastapi_impl.orders.admin import OrderView
from fastapi_impl.products.admin import ProductView
from fastapi_impl.users.admin import UserView

TEMPLATES = Path(__file__).resolve().parents[1] / "templates/admin"
SESSION_SECONDS = 12 * 60 * 60


# --8<-- [start:site]
def mount_admin(app: FastAPI) -> None:
    """Mount the admin at /admin/. Its middleware, which creates a task for each request, surrounds no other path."""
    settings = get_settings()
    # It would write several lines for each request, with e-mail addresses and the values of forms.
    logging.getLogger("starlette_admin").setLevel(logging.ERROR)
    session = Middleware(
        SessionMiddleware,
        secret_key=derived_key("admin-session"),
        session_cookie="admin_session",
        path="/admin",
        max_age=SESSION_SECONDS,
        same_site="lax",
        https_only=settings.secure_cookies,
    )
    admin = Admin(
        get_write_sessionmaker(),
        title="Shop",
        favicon_url="/static/favicon-32x32.png",
        templates_dir=str(TEMPLATES),
        additional_loaders=[NonceLoader()],
        auth_provider=StaffAuthProvider(),
        secret_key=derived_key("admin-csrf"),
        middlewares=[session],
        timezone_config=None,
    )
    for view in (CategoryView, ProductView, OrderView, UserView):
        admin.add_view(view)
    admin.mount_to(app)
    admin.app.add_exception_handler(DBAPIError, handle_database_error)
    admin.app.add_middleware(BodyLimitMiddleware)
    admin.app.add_middleware(AdminMiddleware, uses_https=settings.secure_cookies)
    # --8<-- [end:site]


def derived_key(purpose: str) -> str:
    """Return the key for a purpose, which is the same in all workers and reveals nothing of SECRET_KEY."""
    secret = get_settings().secret_key.get_secret_value().encode()
    return hmac.new(secret, purpose.encode(), hashlib.sha256).hexdigest()


async def handle_database_error(request: Request, error: Exception) -> Response:
    """Return 400 for a value that PostgreSQL does not accept, such as a NUL in a filter; otherwise 503 or 500."""
    is_invalid = isinstance(error, DBAPIError) and str(getattr(error.driver_exception, "sqlstate", "")).startswith("22")
    if is_invalid:
        raise HTTPException(400)
    assert isinstance(error, DBAPIError)  # noqa: S101 - for mypy
    return await database_error_handler(request, error)
