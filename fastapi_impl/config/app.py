"""The application: the middleware around it, the features in it."""

import logging

from fastapi import FastAPI
from starlette.middleware import Middleware

from fastapi_impl.common import problems
from fastapi_impl.common.health import router as health
from fastapi_impl.common.middleware import CommonHeaders, HeadAsGet, JoinedHeaders, ServedHosts
from fastapi_impl.config.settings import get_settings
from fastapi_impl.orders.router import router as orders
from fastapi_impl.products.router import categories, products
from fastapi_impl.users.router import router as users

settings = get_settings()
logging.basicConfig(level=settings.log_level.upper())

# --8<-- [start:app]
app = FastAPI(
    title="Shop",
    version="1.0.0",
    openapi_url=None,
    redirect_slashes=False,
    middleware=[
        Middleware(JoinedHeaders),
        Middleware(CommonHeaders),
        Middleware(ServedHosts, hosts=settings.allowed_hosts),
        Middleware(HeadAsGet),
    ],
)
# --8<-- [end:app]
problems.install(app)
for router in (users, categories, products, orders, health):
    app.include_router(router)
