from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from fastapi_impl.categories import queries
from fastapi_impl.categories.models import Category
from fastapi_impl.categories.queries import CategoryRow
from fastapi_impl.common.database.constraints import unique_violation_as_invalid_request
from fastapi_impl.common.database.locks import advisory_lock
from fastapi_impl.common.database.rows import get_or_not_found
from fastapi_impl.common.exceptions import CategoryInUse, FieldError, InvalidRequest
from fastapi_impl.common.slugs import free_slug, slug_base, slug_stem
from fastapi_impl.common.validation.lookups import slug_or_not_found
from fastapi_impl.products.cache import drop_all_products
from fastapi_impl.products.models import Product


async def create_category(session: AsyncSession, *, name: str, description: str, parent: str | None) -> CategoryRow:
    """Store a category with a slug made from its name; `parent` is a slug.

    Raises: InvalidRequest (`unknown_category`, `not_unique`).
    """
    category = Category(name=name, description=description)
    category.parent = await lock_category(session, slug=parent, pointer="/parent") if parent else None
    base = slug_base(name, max_length=100, otherwise="category")
    await advisory_lock(session, f"categories.slug:{slug_stem(base)}")
    taken = await session.scalars(queries.SLUGS_LIKE, {"base": base})
    category.slug = free_slug(base, set(taken))
    session.add(category)
    with unique_violation_as_invalid_request("categories_name_key", "/name"):
        await session.flush()
    return await _with_details(session, category)


async def update_category(session: AsyncSession, *, slug: str, changes: Mapping[str, Any]) -> CategoryRow:
    """Change the fields in `changes`; `parent` is a slug or None.

    Raises: NotFound, InvalidRequest (`unknown_category`, `cycle`, `not_unique`).
    """
    if "parent" in changes:
        await advisory_lock(session, "categories.tree")  # before any row lock, so that two moves cannot deadlock
    category = await get_or_not_found(session, queries.LOCKED, {"slug": slug_or_not_found(slug)})
    for name, value in changes.items():
        setattr(category, name, await _new_parent(session, category, value) if name == "parent" else value)
    with unique_violation_as_invalid_request("categories_name_key", "/name"):
        await session.flush()
    if "name" in changes:
        await drop_all_products(session)
    return await _with_details(session, category)


async def delete_category(session: AsyncSession, *, slug: str) -> None:
    """Delete a category that has neither products nor subcategories.

    Raises: NotFound, CategoryInUse.
    """
    category = await get_or_not_found(session, queries.LOCKED_EXCLUSIVELY, {"slug": slug_or_not_found(slug)})
    products = select(Product.id).where(Product.category_id == category.id)
    children = select(Category.id).where(Category.parent_id == category.id)
    if await session.scalar(select(products.exists() | children.exists())):
        raise CategoryInUse
    await session.delete(category)


async def lock_category(session: AsyncSession, *, slug: str, pointer: str) -> Category:
    """Return the category `slug`, locked against deletion until the transaction ends.

    Raises: InvalidRequest (`unknown_category` at `pointer`).
    """
    category: Category | None = await session.scalar(queries.LOCKED, {"slug": slug})
    if category is None:
        raise InvalidRequest([FieldError("body", pointer, "unknown_category")])
    return category


async def _with_details(session: AsyncSession, category: Category) -> CategoryRow:
    return CategoryRow._make((await session.execute(queries.CATEGORY, {"slug": category.slug})).one())


async def _new_parent(session: AsyncSession, category: Category, slug: str | None) -> Category | None:
    """Return the new parent of `category`, locked; raise InvalidRequest (`cycle`) where it is a descendant."""
    if slug is None:
        return None
    parent = await lock_category(session, slug=slug, pointer="/parent")
    if await queries.is_ancestor_or_self(session, category, parent):
        raise InvalidRequest([FieldError("body", "/parent", "cycle")])
    return parent
