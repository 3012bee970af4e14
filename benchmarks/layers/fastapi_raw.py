"""FastAPI with neither ORM nor response model: a route, a pool of asyncpg, and JSON made of the rows.

All but the framework is as in `bare.py`, so the step between the two is what FastAPI's routing, its dependencies and
its validation of parameters cost.
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
READERS: dict[str, Callable[[str], Any]] = {"created_at": datetime.fromisoformat, "price": Decimal, "name": str}

encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def page_statement(ordering: str, *, follows: bool) -> str:
    """One row more than a page, which tells whether there is a next one."""
    column = f"products.{ordering.removeprefix('-')}"
    direction, beyond = ("DESC", "<") if ordering.startswith("-") else ("ASC", ">")
    after = f"AND ({column}, products.id) {beyond} ($1, $2)" if follows else ""
    return f"{SELECT} {after} ORDER BY {column} {direction}, products.id {direction} LIMIT {PAGE + 1}"


PAGES = {
    (sign + column, follows): page_statement(sign + column, follows=follows)
    for column in READERS
    for sign in ("", "-")
    for follows in (False, True)
}


async def keep(_connection: object) -> None:
    """Leave a session as it is; nothing here changes one, and asyncpg's own reset is a round trip more."""


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    size = int(os.environ["DATABASE_POOL_SIZE"])
    async with asyncpg.create_pool(os.environ["DATABASE_URL"], min_size=size, max_size=size, reset=keep) as pool:
        app.state.pool = pool
        yield


async def pool_of(request: Request) -> Any:
    return request.app.state.pool


Pool = Annotated[asyncpg.Pool, Depends(pool_of)]

app = FastAPI(lifespan=lifespan)


@app.get("/api/products/{slug}")
async def product(slug: str, pool: Pool) -> Response:
    row = await pool.fetchrow(DETAIL, slug)
    if row is None:
        raise HTTPException(404)
    return answer(shown(row))


@app.get("/api/products")
async def products(pool: Pool, ordering: Ordering = "-created_at", cursor: str | None = None) -> Response:
    position = read_cursor(cursor, ordering) if cursor else ()
    rows = await pool.fetch(PAGES[ordering, bool(position)], *position)
    items = [shown(row) for row in rows[:PAGE]]
    return answer({"items": items, "next": write_cursor(ordering, items[-1]) if len(rows) > PAGE else None})


@app.get("/readyz")
async def ready(pool: Pool) -> Response:
    await pool.fetchval("SELECT 1")
    return answer({"status": "ok"})


def shown(row: "asyncpg.Record") -> dict[str, Any]:
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


def answer(content: Any) -> Response:
    return Response(encode(content).encode(), media_type="application/json")


def read_cursor(cursor: str, ordering: str) -> tuple[Any, str]:
    """Where the page before ended: the value of the column and the id."""
    _, value, key = json.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    return READERS[ordering.removeprefix("-")](value), key


def write_cursor(ordering: str, last: dict[str, Any]) -> str:
    position = encode([ordering, last[ordering.removeprefix("-")], last["id"]])
    return urlsafe_b64encode(position.encode()).rstrip(b"=").decode()
