"""The models of request bodies, query parameters and responses."""

import uuid
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Email = Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$", max_length=254)]
Price = Annotated[Decimal, Field(gt=0, max_digits=10, decimal_places=2)]
Stock = Annotated[int, Field(ge=0)]


class Public(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class Token(BaseModel):
    access_token: str
    token_type: str


class UserCreate(BaseModel):
    email: Email
    password: str = Field(min_length=8)
    full_name: str = Field(max_length=150)


class UserPublic(Public):
    id: uuid.UUID
    email: str
    full_name: str
    is_staff: bool
    created_at: datetime


class CategoryCreate(BaseModel):
    name: str = Field(max_length=100)
    description: str = ""
    parent: str | None = None


class CategoryUpdate(BaseModel):
    name: str | None = Field(default=None, max_length=100)
    description: str | None = None
    parent: str | None = None


class CategoryPublic(Public):
    id: uuid.UUID
    name: str
    slug: str
    description: str
    parent: str | None = Field(validation_alias="parent_slug")
    product_count: int
    created_at: datetime


class ProductCreate(BaseModel):
    name: str = Field(max_length=200)
    description: str = Field(min_length=10, max_length=5000)
    price: Price
    stock: Stock = 0
    category: str
    is_active: bool = True


class ProductUpdate(BaseModel):
    name: str | None = Field(default=None, max_length=200)
    description: str | None = Field(default=None, min_length=10, max_length=5000)
    price: Price | None = None
    stock: Stock | None = None
    category: str | None = None
    is_active: bool | None = None


class ProductPublic(Public):
    id: uuid.UUID
    name: str
    slug: str
    description: str
    price: Decimal
    stock: int
    category: str = Field(validation_alias="category_slug")
    category_name: str
    image: str | None
    is_active: bool
    is_in_stock: bool
    created_at: datetime
    updated_at: datetime


class FilterParams(BaseModel):
    limit: int = Field(20, gt=0, le=100)
    offset: int = Field(0, ge=0)
    search: str | None = None
    category: str | None = None
    min_price: Decimal | None = None
    max_price: Decimal | None = None
    in_stock: bool | None = None
    is_active: bool | None = None
    ordering: Literal["created_at", "-created_at", "price", "-price", "name", "-name"] = "-created_at"


class StockChange(BaseModel):
    quantity: int


class OrderLine(BaseModel):
    product: str
    quantity: int = Field(gt=0)


class OrderCreate(BaseModel):
    items: list[OrderLine] = Field(min_length=1)


class OrderItemPublic(Public):
    product: str = Field(validation_alias="product_slug")
    product_name: str
    unit_price: Decimal
    quantity: int
    line_total: Decimal


class OrderPublic(Public):
    id: uuid.UUID
    status: str
    total: Decimal
    items: list[OrderItemPublic]
    created_at: datetime
    updated_at: datetime
