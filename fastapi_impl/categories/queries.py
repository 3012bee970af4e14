"""Statements for categories. Values are passed as bind parameters, for example `slug`."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from fastapi_impl.categories.models import Category
from fastapi_impl.common.database.statements import slugs_like
from fastapi_impl.products.models import Product


class CategoryRow(NamedTuple):
    """The columns of `CATEGORIES`: the category in a response."""

    id: UUID
    name: str
    slug: str
    description: str
    created_at: datetime
    parent_slug: str | None
    product_count: int


class CategoryNameRow(NamedTuple):
    """The columns of `BY_NAME`."""

    slug: str
    name: str


PARENT = aliased(Category)
# A subquery counts only for the categories of the page. A join would count the products of all categories.
PRODUCT_COUNT = select(func.count()).where(Product.category_id == Category.id, Product.is_active).scalar_subquery()
CATEGORIES = select(
    Category.id,
    Category.name,
    Category.slug,
    Category.description,
    Category.created_at,
    PARENT.slug.label("parent_slug"),
    PRODUCT_COUNT.label("product_count"),
).outerjoin(PARENT, Category.parent_id == PARENT.id)
CATEGORY = CATEGORIES.where(Category.slug == bindparam("slug"))
BY_NAME = select(Category.slug, Category.name).order_by(Category.name, Category.id)

BY_SLUG = select(Category).where(Category.slug == bindparam("slug"))
# Until the transaction ends, other transactions cannot change or delete the row.
LOCKED = BY_SLUG.with_for_update(key_share=True)
# Other transactions cannot insert a row that refers to it either.
LOCKED_EXCLUSIVELY = BY_SLUG.with_for_update()

SLUGS_LIKE = slugs_like(Category.slug)


async def is_ancestor_or_self(session: AsyncSession, category: Category, other: Category) -> bool:
    """Return whether `category` is `other` or one of its ancestors."""
    ancestors = select(Category.id, Category.parent_id).where(Category.id == other.id).cte("ancestors", recursive=True)
    parents = aliased(Category)
    ancestors = ancestors.union(
        select(parents.id, parents.parent_id).join(ancestors, parents.id == ancestors.c.parent_id)
    )
    return bool(await session.scalar(select(exists().where(ancestors.c.id == category.id))))
