"""The engine, a session for each request, and the mapped classes of the shop's tables."""

import os
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated

from fastapi import Depends
from slugify import slugify
from sqlalchemy import ForeignKey, create_engine, func, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, column_property, mapped_column, relationship

engine = create_engine(os.environ["DATABASE_URL"].replace("postgresql://", "postgresql+psycopg2://"))


def get_session() -> Iterator[Session]:
    with Session(engine) as session:
        yield session


SessionDep = Annotated[Session, Depends(get_session)]


def now() -> datetime:
    return datetime.now(UTC)


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "users"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    email: Mapped[str] = mapped_column(unique=True)
    password: Mapped[str]
    full_name: Mapped[str]
    is_active: Mapped[bool] = mapped_column(default=True)
    is_staff: Mapped[bool] = mapped_column(default=False)
    is_superuser: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(default=now)


class Product(Base):
    __tablename__ = "products"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    name: Mapped[str]
    slug: Mapped[str] = mapped_column(
        unique=True, default=lambda context: slugify(context.get_current_parameters()["name"])
    )
    description: Mapped[str]
    price: Mapped[Decimal]
    stock: Mapped[int] = mapped_column(default=0)
    category_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("categories.id"))
    image: Mapped[str | None]
    is_active: Mapped[bool] = mapped_column(default=True)
    created_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime] = mapped_column(default=now)
    updated_at: Mapped[datetime] = mapped_column(default=now, onupdate=now)
    category: Mapped["Category"] = relationship()

    @property
    def category_slug(self) -> str:
        return self.category.slug

    @property
    def category_name(self) -> str:
        return self.category.name

    @property
    def is_in_stock(self) -> bool:
        return self.stock > 0


class Category(Base):
    __tablename__ = "categories"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    name: Mapped[str] = mapped_column(unique=True)
    slug: Mapped[str] = mapped_column(
        unique=True, default=lambda context: slugify(context.get_current_parameters()["name"])
    )
    description: Mapped[str] = mapped_column(default="")
    parent_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("categories.id"))
    created_at: Mapped[datetime] = mapped_column(default=now)
    # Loaded where a query asks for it with `undefer`, or on access.
    product_count: Mapped[int] = column_property(
        select(func.count(Product.id))
        .where(Product.category_id == id, Product.is_active)
        .correlate_except(Product)
        .scalar_subquery(),
        deferred=True,
    )
    parent: Mapped["Category | None"] = relationship(remote_side="Category.id")

    @property
    def parent_slug(self) -> str | None:
        return self.parent.slug if self.parent else None


class Order(Base):
    __tablename__ = "orders"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    customer_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id"))
    status: Mapped[str] = mapped_column(default="pending")
    total: Mapped[Decimal]
    created_at: Mapped[datetime] = mapped_column(default=now)
    updated_at: Mapped[datetime] = mapped_column(default=now, onupdate=now)
    items: Mapped[list["OrderItem"]] = relationship(order_by="OrderItem.position")


class OrderItem(Base):
    __tablename__ = "order_items"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    order_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("orders.id"))
    position: Mapped[int]
    product_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("products.id"))
    product_slug: Mapped[str]
    product_name: Mapped[str]
    unit_price: Mapped[Decimal]
    quantity: Mapped[int]
    product: Mapped[Product] = relationship()

    @property
    def line_total(self) -> Decimal:
        return self.unit_price * self.quantity
