"""The admin site at /admin/."""

import logging
from pathlib import Path

from fastapi import FastAPI
from sqlalchemy.exc import DBAPIError
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette_admin import CustomView
from starlette_admin.contrib.sqla import Admin
from starlette_admin.widgets import HtmlWidget

from fastapi_impl.admin.auth import StaffAuthProvider
from fastapi_impl.admin.middleware import AdminMiddleware, BodyLimitMiddleware, ErrorMiddleware
from fastapi_impl.admin.templates import NonceLoader
from fastapi_impl.categories.admin import CategoryView
from fastapi_impl.common.admin import StatementFailed
from fastapi_impl.common.database.engine import get_write_sessionmaker
from fastapi_impl.config.settings import get_settings
from fastapi_impl.notifications.admin import EventView
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
    # It logs each error that it passes on, also of a request that succeeds at the second attempt.
    logging.getLogger("starlette_admin.contrib.sqla.middleware").setLevel(logging.CRITICAL)
    session = Middleware(
        SessionMiddleware,
        secret_key=settings.key_for("admin session"),
        session_cookie="admin_session",
        path="/admin",
        max_age=SESSION_SECONDS,
        same_site="lax",
        https_only=settings.secure_cookies,
    )
    # Instead of starlette-admin's, which counts all rows and offers to add orders and users too.
    welcome = HtmlWidget("<h2>Welcome to the shop's admin</h2>")
    admin = Admin(
        get_write_sessionmaker(),
        title="Shop",
        favicon_url="/static/favicon-32x32.png",
        templates_dir=str(TEMPLATES),
        additional_loaders=[NonceLoader()],
        auth_provider=StaffAuthProvider(),
        index_view=CustomView(route_name="index", add_to_menu=False, widget=welcome),
        secret_key=settings.key_for("admin forms"),
        middlewares=[session],
        timezone_config=None,
    )
    for view in (CategoryView, ProductView, OrderView, UserView, EventView):
        admin.add_view(view)
    admin.mount_to(app)
    admin.app.add_exception_handler(DBAPIError, reject_invalid_text)
    admin.app.add_exception_handler(StatementFailed, raise_cause)
    admin.app.add_middleware(ErrorMiddleware)
    admin.app.add_middleware(BodyLimitMiddleware)
    admin.app.add_middleware(AdminMiddleware, uses_https=settings.secure_cookies)
    # --8<-- [end:site]


async def reject_invalid_text(_request: Request, error: Exception) -> Response:
    """Raise an HTTPException for a value that PostgreSQL does not accept, such as a NUL in a filter, or the error."""
    if isinstance(error, DBAPIError) and str(getattr(error.orig, "sqlstate", "")).startswith("22"):
        raise HTTPException(400) from error
    raise error


async def raise_cause(_request: Request, error: Exception) -> Response:
    """Raise the error of the database, for `ErrorMiddleware`."""
    raise error.__cause__ or error
