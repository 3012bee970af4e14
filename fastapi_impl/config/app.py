"""The application: the middleware around it, the features in it."""

import logging

from starlette.middleware import Middleware

from fastapi_impl.common import problems
from fastapi_impl.common.documents import DocumentedFastAPI
from fastapi_impl.common.health import router as health
from fastapi_impl.common.middleware import CommonHeaders, HeadAsGet, ServedHosts, TidyHeaders
from fastapi_impl.common.pages import router as pages
from fastapi_impl.config.settings import get_settings
from fastapi_impl.orders.router import router as orders
from fastapi_impl.products.router import categories, products
from fastapi_impl.users.router import router as users

settings = get_settings()
logging.basicConfig(level=settings.log_level.upper())

app = DocumentedFastAPI(
    title="Shop",
    version="1.0.0",
    summary="A small shop: users, categories, products with stock, orders.",
    license_info={"name": "MIT", "identifier": "MIT"},
    openapi_tags=[
        {"name": "auth", "description": "Register, sign in, refresh the access token."},
        {"name": "categories", "description": "The tree of categories."},
        {"name": "products", "description": "The catalogue and its stock."},
        {"name": "orders", "description": "Ordering, and what becomes of an order."},
        {"name": "health", "description": "For load balancers and start scripts."},
    ],
    openapi_url=None,  # `pages` serves the document, and pages that load nothing from elsewhere
    generate_unique_id_function=lambda route: route.name,
    redirect_slashes=False,
    middleware=[
        Middleware(TidyHeaders),
        Middleware(CommonHeaders),
        Middleware(ServedHosts, hosts=settings.allowed_hosts),
        Middleware(HeadAsGet),
    ],
)
# --8<-- [start:routers]
problems.install(app)
for router in (users, categories, products, orders, health, pages):
    app.include_router(router)
# --8<-- [end:routers]
