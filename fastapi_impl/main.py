"""The application: its settings, middleware, exception handlers and routers."""

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from anyio import to_thread
from fastapi import FastAPI
from starlette.middleware import Middleware

from fastapi_impl.admin.site import mount_admin
from fastapi_impl.categories.router import router as categories
from fastapi_impl.common.caching.listener import listener
from fastapi_impl.common.caching.stores import close_stores
from fastapi_impl.common.database.engine import get_engine
from fastapi_impl.common.database.readiness import readiness
from fastapi_impl.common.health import router as health
from fastapi_impl.common.http.application import ContractFastAPI
from fastapi_impl.common.http.cors import cors_middleware
from fastapi_impl.common.http.exception_handlers import EXCEPTION_HANDLERS
from fastapi_impl.common.http.media import router as media
from fastapi_impl.common.http.middleware import AllowedHostsMiddleware, HeadAsGetMiddleware
from fastapi_impl.common.http.sessions import session_middleware
from fastapi_impl.common.metrics import get_metrics
from fastapi_impl.common.openapi.documents import openapi
from fastapi_impl.common.openapi.pages import router as documentation
from fastapi_impl.common.scrape import metrics_router
from fastapi_impl.config import metrics_directory, tracing
from fastapi_impl.config.logs import configure_logging
from fastapi_impl.config.settings import get_settings
from fastapi_impl.notifications.services import get_task_gauges
from fastapi_impl.notifications.websockets import router as notifications
from fastapi_impl.orders.router import router as orders
from fastapi_impl.pages.router import router as pages
from fastapi_impl.products.router import router as products
from fastapi_impl.reports.router import router as reports
from fastapi_impl.users.router import router as users


@asynccontextmanager
async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
    """Exclude the application's objects from garbage collection at startup; close the connections at shutdown."""
    if metrics := get_metrics():
        metrics.observe_pool(get_engine().sync_engine)
    gc.collect()
    gc.freeze()
    async with listener.running():
        yield
    await close_stores()
    readiness.close()
    await get_engine().dispose()
    metrics_directory.remove()
    await to_thread.run_sync(tracing.stop)


def create_app() -> FastAPI:
    """Return the application with the settings of the environment. Ends the process if one is invalid."""
    settings = get_settings()
    configure_logging(settings.log_level, json=settings.environment == "production")
    tracing.trace_server()
    app = ContractFastAPI(
        lifespan=lifespan,
        title="Shop",
        version="1.0.0",
        description="A small shop: users, categories, products with stock, orders, a daily report. "
        "This is the FastAPI implementation.",
        license_info={"name": "MIT", "identifier": "MIT"},
        openapi_tags=[
            {"name": "auth", "description": "Register, sign in, refresh the access token."},
            {"name": "categories", "description": "Categories of products, as a tree."},
            {"name": "products", "description": "Products and their stock."},
            {"name": "orders", "description": "Placing, paying, cancelling and shipping orders."},
            {"name": "reports", "description": "The daily report about products."},
            {"name": "health", "description": "Health checks for load balancers and start scripts."},
        ],
        openapi_url=None,  # `documentation` serves the document, and pages that load nothing from another server
        generate_unique_id_function=lambda route: route.name,
        redirect_slashes=False,
        exception_handlers=EXCEPTION_HANDLERS,
        # Its metrics cannot be added up for several processes, and its logs have the messages of exceptions.
        telemetry={"tracing": bool(settings.traces_url), "metrics": False, "logs": False},
        observes_requests=settings.observes_requests,
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
    for router in (products, categories, orders, users, reports, health, pages, documentation, media, notifications):
        app.include_router(router)
    if settings.metrics_allowed:
        app.include_router(metrics_router(get_task_gauges))
    mount_admin(app)
    # --8<-- [end:routers]
    return app


app = create_app()
