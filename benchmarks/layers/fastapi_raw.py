"""FastAPI without ORM and response model: a route executes SQL with an asyncpg pool and encodes the rows as JSON.

Everything except the framework is the same as in `bare.py`. So the difference between the two is the cost of FastAPI's
routing, dependencies and validation of parameters.
"""

import json
import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

import asyncpg
from fastapi import Depends, FastAPI, HTTPException, Request, Response

type Ordering = Literal["-created_at", "created_at", "price", "-price", "name", "-name"]

PAGE = 20
SELECT = """
    SELECT products.id, products.name, products.slug, products.description, price, stock,
           categories.slug AS category, categories.name AS category_name,
           image, is_active, products.created_at, updated_at
    FROM products JOIN categories ON categories.id = category_id WHERE is_active
"""
DETAIL = f"{SELECT} AND products.slug = $1"
PARSERS: dict[str, Callable[[str], Any]] = {"created_at": datetime.fromisoformat, "price": Decimal, "name": str}

encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def page_statement(ordering: str, *, after_cursor: bool) -> str:
    """Return the statement of a page. It selects one row more than a page, to know whether there is a next page."""
    column = f"products.{ordering.removeprefix('-')}"
    direction, beyond = ("DESC", "<") if ordering.startswith("-") else ("ASC", ">")
    after = f"AND ({column}, products.id) {beyond} ($1, $2)" if after_cursor else ""
    return f"{SELECT} {after} ORDER BY {column} {direction}, products.id {direction} LIMIT {PAGE + 1}"


PAGES = {
    (sign + column, after_cursor): page_statement(sign + column, after_cursor=after_cursor)
    for column in PARSERS
    for sign in ("", "-")
    for after_cursor in (False, True)
}


async def skip_reset(_connection: object) -> None:
    """Do not reset the session: no request changes it, and the reset of asyncpg would be an additional round trip."""


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Open the connection pool and close it at the end."""
    size = int(os.environ["DATABASE_POOL_SIZE"])
    async with asyncpg.create_pool(os.environ["DATABASE_URL"], min_size=size, max_size=size, reset=skip_reset) as pool:
        app.state.pool = pool
        yield


async def pool_of(request: Request) -> Any:
    """Return the connection pool."""
    return request.app.state.pool


Pool = Annotated[asyncpg.Pool, Depends(pool_of)]

app = FastAPI(lifespan=lifespan)


@app.get("/api/products/{slug}")
async def product(slug: str, pool: Pool) -> Response:
    """Return one product by its slug."""
    row = await pool.fetchrow(DETAIL, slug)
    if row is None:
        raise HTTPException(404)
    return json_response(product_json(row))


@app.get("/api/products")
async def products(pool: Pool, ordering: Ordering = "-created_at", cursor: str | None = None) -> Response:
    """Return a page of products."""
    position = decode_cursor(cursor, ordering) if cursor else ()
    rows = await pool.fetch(PAGES[ordering, bool(position)], *position)
    items = [product_json(row) for row in rows[:PAGE]]
    return json_response({"items": items, "next": encode_cursor(ordering, items[-1]) if len(rows) > PAGE else None})


@app.get("/readyz")
async def ready(pool: Pool) -> Response:
    """Return 200 if the database responds."""
    await pool.fetchval("SELECT 1")
    return json_response({"status": "ok"})


def product_json(row: "asyncpg.Record") -> dict[str, Any]:
    """Return the JSON object of a product."""
    return {
        "id": str(row["id"]),
        "name": row["name"],
        "slug": row["slug"],
        "description": row["description"],
        "price": str(row["price"]),
        "stock": row["stock"],
        "category": row["category"],
        "category_name": row["category_name"],
        "image": row["image"],
        "is_active": row["is_active"],
        "is_in_stock": row["stock"] > 0,
        "created_at": row["created_at"].isoformat().replace("+00:00", "Z"),
        "updated_at": row["updated_at"].isoformat().replace("+00:00", "Z"),
    }


def json_response(content: Any) -> Response:
    """Return a response with compact JSON."""
    return Response(encode(content).encode(), media_type="application/json")


def decode_cursor(cursor: str, ordering: str) -> tuple[Any, str]:
    """Return the last row of the previous page: the value of the ordering column and the id."""
    _, value, key = json.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    return PARSERS[ordering.removeprefix("-")](value), key


def encode_cursor(ordering: str, last: dict[str, Any]) -> str:
    """Return the cursor of the page after the item `last`."""
    position = encode([ordering, last[ordering.removeprefix("-")], last["id"]])
    return urlsafe_b64encode(position.encode()).rstrip(b"=").decode()
