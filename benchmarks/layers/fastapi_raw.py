"""`bare` and FastAPI: its routing, its dependencies and its reading of parameters.

A route executes the same SQL with the same asyncpg pool as `bare`, and encodes the rows in the same way.
"""

from typing import Annotated, Any, Literal

import asyncpg
from fastapi import Depends, FastAPI, HTTPException, Request, Response

from benchmarks.layers.asgi import DETAIL, PAGES, json_response, open_pool
from benchmarks.layers.products import decode_cursor, page_json, product_json

type Ordering = Literal["-created_at", "created_at", "price", "-price", "name", "-name"]


async def pool_of(request: Request) -> Any:
    """Return the connection pool."""
    return request.app.state.pool


Pool = Annotated[asyncpg.Pool, Depends(pool_of)]

app = FastAPI(lifespan=open_pool)


@app.get("/api/products/{slug}")
async def product(slug: str, pool: Pool) -> Response:
    """Return one product by its slug."""
    row = await pool.fetchrow(DETAIL, slug)
    if row is None:
        raise HTTPException(404)
    return json_response(product_json(*row))


@app.get("/api/products")
async def products(pool: Pool, ordering: Ordering = "-created_at", cursor: str | None = None) -> Response:
    """Return a page of products."""
    position = decode_cursor(cursor, ordering) if cursor else ()
    rows = await pool.fetch(PAGES[ordering, bool(position)], *position)
    return json_response(page_json(ordering, rows))


@app.get("/readyz")
async def ready(pool: Pool) -> Response:
    """Return 200 if the database responds."""
    await pool.fetchval("SELECT 1")
    return json_response({"status": "ok"})
