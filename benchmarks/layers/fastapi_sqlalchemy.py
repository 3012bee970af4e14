"""`fastapi-raw` and SQLAlchemy: the implementation's engine, `Reader`, statements and pagination in place of the pool.

The routes and the JSON are those of `fastapi-raw`.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from operator import attrgetter
from typing import Any, Literal
from uuid import UUID

from fastapi import FastAPI, Response

from benchmarks.layers.asgi import freeze, json_response
from benchmarks.layers.products import PAGE, decode_cursor, product_json
from fastapi_impl.common.database.dependencies import ReaderDep
from fastapi_impl.common.database.engine import get_engine
from fastapi_impl.common.exceptions import NotFound
from fastapi_impl.common.validation.cursors import Position
from fastapi_impl.common.validation.pagination import fetch_page
from fastapi_impl.products import queries
from fastapi_impl.products.queries import ProductRow

type Ordering = Literal["-created_at", "created_at", "price", "-price", "name", "-name"]

# In the order of the arguments of `product_json`.
columns_of = attrgetter(
    *("id", "name", "slug", "description", "price", "stock", "category_slug", "category_name"),
    *("image", "is_active", "created_at", "updated_at"),
)


@asynccontextmanager
async def open_engine(_app: FastAPI) -> AsyncIterator[None]:
    """Close the connections of the engine at the end."""
    freeze()
    yield
    await get_engine().dispose()


async def not_found(_request: Any, _error: Exception) -> Response:
    """Return 404."""
    return Response(status_code=404)


app = FastAPI(lifespan=open_engine, exception_handlers={NotFound: not_found})


@app.get("/api/products/{slug}")
async def product(slug: str, reader: ReaderDep) -> Response:
    """Return one product by its slug."""
    row = await reader.fetch_one_or_not_found(ProductRow, queries.active(queries.PRODUCT), {"slug": slug})
    return json_response(product_json(*columns_of(row)))


@app.get("/api/products")
async def products(reader: ReaderDep, ordering: Ordering = "-created_at", cursor: str | None = None) -> Response:
    """Return a page of products."""
    after = position_of(cursor, ordering) if cursor else None
    rows = queries.active(queries.PRODUCTS)
    page = await fetch_page(reader, ProductRow, rows, {}, ordering=ordering, after=after, limit=PAGE)
    return json_response({"items": [product_json(*columns_of(row)) for row in page.items], "next": page.next})


def position_of(cursor: str, ordering: str) -> Position:
    """Return the position of a cursor in the implementation's class."""
    value, key = decode_cursor(cursor, ordering)
    return Position(ordering, value, UUID(key))


@app.get("/readyz")
async def ready() -> Response:
    """Return 200 if the database responds."""
    async with get_engine().connect() as connection:
        await connection.exec_driver_sql("SELECT 1")
    return json_response({"status": "ok"})
