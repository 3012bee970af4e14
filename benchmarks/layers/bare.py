"""The lower limit: Starlette, an asyncpg pool and the same bytes as the implementations. Ratios are relative to this.

A request is one statement, which asyncpg prepares once for each connection, and JSON that is made of its rows. Nothing
is kept from one answer to the next. It leaves out tokens, filters, limits and error responses.
"""

import json
import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from decimal import Decimal
from typing import Any

import asyncpg
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

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


async def product(request: Request) -> Response:
    row = await request.app.state.pool.fetchrow(DETAIL, request.path_params["slug"])
    return answer(shown(row)) if row else Response(status_code=404)


async def products(request: Request) -> Response:
    query = request.query_params
    ordering, cursor = query.get("ordering", "-created_at"), query.get("cursor")
    position = read_cursor(cursor, ordering) if cursor else ()
    rows = await request.app.state.pool.fetch(PAGES[ordering, bool(position)], *position)
    items = [shown(row) for row in rows[:PAGE]]
    return answer({"items": items, "next": write_cursor(ordering, items[-1]) if len(rows) > PAGE else None})


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


async def ready(request: Request) -> Response:
    await request.app.state.pool.fetchval("SELECT 1")
    return answer({"status": "ok"})


async def keep(_connection: object) -> None:
    """Leave a session as it is; nothing here changes one, and asyncpg's own reset is a round trip more."""


@asynccontextmanager
async def lifespan(app: Starlette) -> AsyncIterator[None]:
    size = int(os.environ["DATABASE_POOL_SIZE"])
    async with asyncpg.create_pool(os.environ["DATABASE_URL"], min_size=size, max_size=size, reset=keep) as pool:
        app.state.pool = pool
        yield


app = Starlette(
    routes=[Route("/api/products", products), Route("/api/products/{slug}", product), Route("/readyz", ready)],
    lifespan=lifespan,
)
