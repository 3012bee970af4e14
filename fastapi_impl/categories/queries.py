"""Statements that find categories. Names in lower case, as `slug`, are their parameters."""

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
    """The columns of `CATEGORIES`: what a response shows of a category."""

    id: UUID
    name: str
    slug: str
    description: str
    created_at: datetime
    parent_slug: str | None
    product_count: int


PARENT = aliased(Category)
# A subquery for each category of the page; a join would count the products of all categories, to show some.
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

BY_SLUG = select(Category).where(Category.slug == bindparam("slug"))
# Until the transaction ends, other transactions cannot change or delete the row.
LOCKED = BY_SLUG.with_for_update(key_share=True)
# Nor insert a row that refers to it.
LOCKED_EXCLUSIVELY = BY_SLUG.with_for_update()

SLUGS_LIKE = slugs_like(Category.slug)


async def is_above(session: AsyncSession, category: Category, other: Category) -> bool:
    """Return whether `category` is `other` or one of its ancestors."""
    line = select(Category.id, Category.parent_id).where(Category.id == other.id).cte("line", recursive=True)
    above = aliased(Category)
    line = line.union(select(above.id, above.parent_id).join(line, above.id == line.c.parent_id))
    return bool(await session.scalar(select(exists().where(line.c.id == category.id))))
