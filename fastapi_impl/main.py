"""The application: its settings, middleware, exception handlers and routers."""

import gc
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from fastapi import FastAPI
from starlette.middleware import Middleware

from fastapi_impl.admin.site import mount_admin
from fastapi_impl.categories.router import router as categories
from fastapi_impl.common.database.engine import get_engine
from fastapi_impl.common.database.readiness import readiness
from fastapi_impl.common.health import router as health
from fastapi_impl.common.http.application import ContractFastAPI
from fastapi_impl.common.http.cors import cors_middleware
from fastapi_impl.common.http.exception_handlers import EXCEPTION_HANDLERS
from fastapi_impl.common.http.media import router as media
from fastapi_impl.common.http.middleware import AllowedHostsMiddleware, HeadAsGetMiddleware
from fastapi_impl.common.http.request_id import RequestIDFilter
from fastapi_impl.common.http.sessions import session_middleware
from fastapi_impl.common.openapi.documents import openapi
from fastapi_impl.common.openapi.pages import router as documentation
from fastapi_impl.config.settings import get_settings
from fastapi_impl.notifications.websockets import router as notifications
from fastapi_impl.orders.router import router as orders
from fastapi_impl.pages.router import router as pages
from fastapi_impl.products.router import router as products
from fastapi_impl.users.router import router as users


@asynccontextmanager
async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
    """Exclude the application's objects from garbage collection at startup; close the connections at shutdown."""
    gc.collect()
    gc.freeze()
    yield
    readiness.close()
    await get_engine().dispose()


def create_app() -> FastAPI:
    """Return the application with the settings of the environment. Ends the process if one is invalid."""
    settings = get_settings()
    configure_logging(settings.log_level)
    app = ContractFastAPI(
        lifespan=lifespan,
        title="Shop",
        version="1.0.0",
        description="A small shop: users, categories, products with stock, orders. This is the FastAPI implementation.",
        license_info={"name": "MIT", "identifier": "MIT"},
        openapi_tags=[
            {"name": "auth", "description": "Register, sign in, refresh the access token."},
            {"name": "categories", "description": "Categories of products, as a tree."},
            {"name": "products", "description": "Products and their stock."},
            {"name": "orders", "description": "Placing, paying, cancelling and shipping orders."},
            {"name": "health", "description": "Health checks for load balancers and start scripts."},
        ],
        openapi_url=None,  # `documentation` serves the document, and pages that load nothing from another server
        generate_unique_id_function=lambda route: route.name,
        redirect_slashes=False,
        exception_handlers=EXCEPTION_HANDLERS,
        telemetry={"tracing": False, "metrics": False, "logs": False},  # nothing collects it
        outer_middleware=cors_middleware(settings.cors_allowed_origins),
        middleware=[  # inside those that ContractFastAPI adds
            Middleware(AllowedHostsMiddleware, allowed_hosts=settings.allowed_hosts),
            Middleware(HeadAsGetMiddleware),
            session_middleware(settings),
        ],
    )
    app.openapi = partial(openapi, app)  # type: ignore[method-assign] # as FastAPI documents it
    # --8<-- [start:routers]
    # Starlette tries them in this order, so the most requested ones are first.
    for router in (products, categories, orders, users, health, pages, documentation, media, notifications):
        app.include_router(router)
    mount_admin(app)
    # --8<-- [end:routers]
    return app


def configure_logging(level: str) -> None:
    """Write records of `level` and above to stderr, with the id of their request."""
    handler = logging.StreamHandler()
    handler.addFilter(RequestIDFilter())
    logging.basicConfig(
        level=level.upper(),
        format="{asctime} {levelname} {name} [{request_id}]: {message}",
        style="{",
        handlers=[handler],
    )


app = create_app()
