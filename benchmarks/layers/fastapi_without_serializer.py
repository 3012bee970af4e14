"""FastAPI with SQLAlchemy but without entities and without a response model: rows of Core become JSON.

Reads are in autocommit, as the implementation's are, and each statement is built once.
"""

import json
import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Depends, FastAPI, HTTPException, Response
from sqlalchemy import (
    TIMESTAMP,
    Boolean,
    Column,
    Integer,
    MetaData,
    Numeric,
    Row,
    Select,
    String,
    Table,
    Text,
    Uuid,
    bindparam,
    make_url,
    select,
    text,
    tuple_,
)
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

type Ordering = Literal["-created_at", "created_at", "price", "-price", "name", "-name"]

PAGE = 20
READERS: dict[str, Callable[[str], Any]] = {"created_at": datetime.fromisoformat, "price": Decimal, "name": str}

metadata = MetaData()
categories = Table("categories", metadata, Column("id", Uuid), Column("slug", String), Column("name", String))
products = Table(
    "products",
    metadata,
    Column("id", Uuid),
    Column("name", String),
    Column("slug", String),
    Column("description", Text),
    Column("price", Numeric(10, 2)),
    Column("stock", Integer),
    Column("category_id", Uuid),
    Column("image", String),
    Column("is_active", Boolean),
    Column("created_at", TIMESTAMP(timezone=True)),
    Column("updated_at", TIMESTAMP(timezone=True)),
)
on_sale = (
    select(
        products.c.id,
        products.c.name,
        products.c.slug,
        products.c.description,
        products.c.price,
        products.c.stock,
        categories.c.slug.label("category"),
        categories.c.name.label("category_name"),
        products.c.image,
        products.c.is_active,
        products.c.created_at,
        products.c.updated_at,
    )
    .join_from(products, categories, categories.c.id == products.c.category_id)
    .where(products.c.is_active)
)
DETAIL = on_sale.where(products.c.slug == bindparam("slug"))

encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def page_statement(ordering: str, *, follows: bool) -> Select[Any]:
    """One row more than a page, which tells whether there is a next one."""
    column, key = products.c[ordering.removeprefix("-")], products.c.id
    place = tuple_(bindparam("value", type_=column.type), bindparam("key", type_=key.type))
    if ordering.startswith("-"):
        rows = on_sale.order_by(column.desc(), key.desc())
        return (rows.where(tuple_(column, key) < place) if follows else rows).limit(PAGE + 1)
    rows = on_sale.order_by(column, key)
    return (rows.where(tuple_(column, key) > place) if follows else rows).limit(PAGE + 1)


PAGES = {
    (sign + column, follows): page_statement(sign + column, follows=follows)
    for column in READERS
    for sign in ("", "-")
    for follows in (False, True)
}

engine = create_async_engine(
    make_url(os.environ["DATABASE_URL"]).set(drivername="postgresql+asyncpg"),
    pool_size=int(os.environ["DATABASE_POOL_SIZE"]),
    max_overflow=0,
    isolation_level="AUTOCOMMIT",
)


async def connect() -> AsyncIterator[AsyncConnection]:
    async with engine.connect() as connection:
        yield connection


Connection = Annotated[AsyncConnection, Depends(connect)]

app = FastAPI()


@app.get("/api/products/{slug}")
async def product(slug: str, connection: Connection) -> Response:
    row = (await connection.execute(DETAIL, {"slug": slug})).first()
    if row is None:
        raise HTTPException(404)
    return answer(shown(row))


@app.get("/api/products")
async def list_products(
    connection: Connection, ordering: Ordering = "-created_at", cursor: str | None = None
) -> Response:
    position = read_cursor(cursor, ordering) if cursor else {}
    rows = (await connection.execute(PAGES[ordering, bool(position)], position)).all()
    items = [shown(row) for row in rows[:PAGE]]
    return answer({"items": items, "next": write_cursor(ordering, items[-1]) if len(rows) > PAGE else None})


@app.get("/readyz")
async def ready(connection: Connection) -> Response:
    await connection.execute(text("SELECT 1"))
    return answer({"status": "ok"})


def shown(row: Row[Any]) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "name": row.name,
        "slug": row.slug,
        "description": row.description,
        "price": str(row.price),
        "stock": row.stock,
        "category": row.category,
        "category_name": row.category_name,
        "image": row.image,
        "is_active": row.is_active,
        "is_in_stock": row.stock > 0,
        "created_at": row.created_at.isoformat().replace("+00:00", "Z"),
        "updated_at": row.updated_at.isoformat().replace("+00:00", "Z"),
    }


def answer(content: Any) -> Response:
    return Response(encode(content).encode(), media_type="application/json")


def read_cursor(cursor: str, ordering: str) -> dict[str, Any]:
    """Where the page before ended: the value of the column and the id."""
    _, value, key = json.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    return {"value": READERS[ordering.removeprefix("-")](value), "key": UUID(key)}


def write_cursor(ordering: str, last: dict[str, Any]) -> str:
    position = encode([ordering, last[ordering.removeprefix("-")], last["id"]])
    return urlsafe_b64encode(position.encode()).rstrip(b"=").decode()
