"""FastAPI with SQLAlchemy Core, without ORM entities and response model: rows are encoded as JSON.

Reads use autocommit, as in the implementation, and each statement is built once.
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
PARSERS: dict[str, Callable[[str], Any]] = {"created_at": datetime.fromisoformat, "price": Decimal, "name": str}

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
active_products = (
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
DETAIL = active_products.where(products.c.slug == bindparam("slug"))

encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def page_statement(ordering: str, *, after_cursor: bool) -> Select[Any]:
    """Return the statement of a page. It selects one row more than a page, to know whether there is a next page."""
    column, key = products.c[ordering.removeprefix("-")], products.c.id
    place = tuple_(bindparam("value", type_=column.type), bindparam("key", type_=key.type))
    if ordering.startswith("-"):
        rows = active_products.order_by(column.desc(), key.desc())
        return (rows.where(tuple_(column, key) < place) if after_cursor else rows).limit(PAGE + 1)
    rows = active_products.order_by(column, key)
    return (rows.where(tuple_(column, key) > place) if after_cursor else rows).limit(PAGE + 1)


PAGES = {
    (sign + column, after_cursor): page_statement(sign + column, after_cursor=after_cursor)
    for column in PARSERS
    for sign in ("", "-")
    for after_cursor in (False, True)
}

engine = create_async_engine(
    make_url(os.environ["DATABASE_URL"]).set(drivername="postgresql+asyncpg"),
    pool_size=int(os.environ["DATABASE_POOL_SIZE"]),
    max_overflow=0,
    isolation_level="AUTOCOMMIT",
)


async def connect() -> AsyncIterator[AsyncConnection]:
    """Yield a connection from the pool."""
    async with engine.connect() as connection:
        yield connection


Connection = Annotated[AsyncConnection, Depends(connect)]

app = FastAPI()


@app.get("/api/products/{slug}")
async def product(slug: str, connection: Connection) -> Response:
    """Return one product by its slug."""
    row = (await connection.execute(DETAIL, {"slug": slug})).first()
    if row is None:
        raise HTTPException(404)
    return json_response(product_json(row))


@app.get("/api/products")
async def list_products(
    connection: Connection, ordering: Ordering = "-created_at", cursor: str | None = None
) -> Response:
    """Return a page of products."""
    position = decode_cursor(cursor, ordering) if cursor else {}
    rows = (await connection.execute(PAGES[ordering, bool(position)], position)).all()
    items = [product_json(row) for row in rows[:PAGE]]
    return json_response({"items": items, "next": encode_cursor(ordering, items[-1]) if len(rows) > PAGE else None})


@app.get("/readyz")
async def ready(connection: Connection) -> Response:
    """Return 200 if the database responds."""
    await connection.execute(text("SELECT 1"))
    return json_response({"status": "ok"})


def product_json(row: Row[Any]) -> dict[str, Any]:
    """Return the JSON object of a product."""
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


def json_response(content: Any) -> Response:
    """Return a response with compact JSON."""
    return Response(encode(content).encode(), media_type="application/json")


def decode_cursor(cursor: str, ordering: str) -> dict[str, Any]:
    """Return the last row of the previous page: the value of the ordering column and the id."""
    _, value, key = json.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    return {"value": PARSERS[ordering.removeprefix("-")](value), "key": UUID(key)}


def encode_cursor(ordering: str, last: dict[str, Any]) -> str:
    """Return the cursor of the page after the item `last`."""
    position = encode([ordering, last[ordering.removeprefix("-")], last["id"]])
    return urlsafe_b64encode(position.encode()).rstrip(b"=").decode()
