"""FastAPI as in its tutorial and SQLAlchemy's: a session for each request, ORM entities, a response model.

The session begins a transaction before its first statement and rolls it back at the end of the request, which are two
additional round trips. Statements are built for each request, and FastAPI reads every field from the entities. The
category is joined with `joinedload`, so that there are no N+1 queries.

The bytes are those of the implementations. The tutorials use `offset`; here the cursors are those of the contract, so
that the requests select the same rows. The pool has as many connections as in the other layers.
"""

import json
import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Depends, FastAPI, HTTPException
from pydantic import AliasPath, BaseModel, ConfigDict, Field
from sqlalchemy import DateTime, ForeignKey, Numeric, String, Text, make_url, select, text, tuple_
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, joinedload, mapped_column, relationship

type Ordering = Literal["-created_at", "created_at", "price", "-price", "name", "-name"]

PAGE = 20
PARSERS: dict[str, Callable[[str], Any]] = {"created_at": datetime.fromisoformat, "price": Decimal, "name": str}

engine = create_async_engine(
    make_url(os.environ["DATABASE_URL"]).set(drivername="postgresql+asyncpg"),
    pool_size=int(os.environ["DATABASE_POOL_SIZE"]),
    max_overflow=0,
)
async_session = async_sessionmaker(engine, expire_on_commit=False)


async def get_session() -> AsyncIterator[AsyncSession]:
    """Yield a session."""
    async with async_session() as session:
        yield session


SessionDep = Annotated[AsyncSession, Depends(get_session)]


class Base(DeclarativeBase):
    type_annotation_map = {datetime: DateTime(timezone=True), Decimal: Numeric(10, 2)}


class Category(Base):
    __tablename__ = "categories"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    slug: Mapped[str] = mapped_column(String(120), unique=True)
    description: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]


class Product(Base):
    __tablename__ = "products"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    slug: Mapped[str] = mapped_column(String(220), unique=True)
    description: Mapped[str] = mapped_column(Text)
    price: Mapped[Decimal]
    stock: Mapped[int]
    category_id: Mapped[UUID] = mapped_column(ForeignKey("categories.id"))
    image: Mapped[str | None] = mapped_column(String(255))
    is_active: Mapped[bool]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    category: Mapped[Category] = relationship()

    @property
    def is_in_stock(self) -> bool:
        """Whether there is any stock."""
        return self.stock > 0


class ProductRead(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: UUID
    name: str
    slug: str
    description: str
    price: Decimal
    stock: int
    category: Annotated[str, Field(validation_alias=AliasPath("category", "slug"))]
    category_name: Annotated[str, Field(validation_alias=AliasPath("category", "name"))]
    image: str | None
    is_active: bool
    is_in_stock: bool
    created_at: datetime
    updated_at: datetime


class ProductsRead(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    items: list[ProductRead]
    next: str | None


app = FastAPI()


@app.get("/api/products/{slug}", response_model=ProductRead)
async def read_product(slug: str, session: SessionDep) -> Product:
    """Return one product by its slug."""
    statement = select(Product).options(joinedload(Product.category)).where(Product.is_active, Product.slug == slug)
    product = (await session.execute(statement)).scalar_one_or_none()
    if product is None:
        raise HTTPException(status_code=404, detail="Product not found")
    return product


@app.get("/api/products", response_model=ProductsRead)
async def read_products(
    session: SessionDep, ordering: Ordering = "-created_at", cursor: str | None = None
) -> dict[str, Any]:
    """Return a page of products."""
    column = getattr(Product, ordering.removeprefix("-"))
    statement = select(Product).options(joinedload(Product.category)).where(Product.is_active)
    if ordering.startswith("-"):
        statement = statement.order_by(column.desc(), Product.id.desc())
        if cursor:
            statement = statement.where(tuple_(column, Product.id) < decode_cursor(cursor, ordering))
    else:
        statement = statement.order_by(column, Product.id)
        if cursor:
            statement = statement.where(tuple_(column, Product.id) > decode_cursor(cursor, ordering))
    products = (await session.execute(statement.limit(PAGE + 1))).scalars().all()
    items = products[:PAGE]
    return {"items": items, "next": encode_cursor(ordering, items[-1]) if len(products) > PAGE else None}


@app.get("/readyz")
async def ready(session: SessionDep) -> dict[str, str]:
    """Return 200 if the database responds."""
    await session.execute(text("SELECT 1"))
    return {"status": "ok"}


def decode_cursor(cursor: str, ordering: str) -> tuple[Any, UUID]:
    """Return the last row of the previous page: the value of the ordering column and the id."""
    _, value, key = json.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    return PARSERS[ordering.removeprefix("-")](value), UUID(key)


def encode_cursor(ordering: str, last: Product) -> str:
    """Return the cursor of the page after the item `last`."""
    value = getattr(last, ordering.removeprefix("-"))
    written = value.isoformat().replace("+00:00", "Z") if isinstance(value, datetime) else str(value)
    position = json.dumps([ordering, written, str(last.id)], ensure_ascii=False, separators=(",", ":"))
    return urlsafe_b64encode(position.encode()).rstrip(b"=").decode()
