"""The names on which cached products depend, and what a change of products drops."""

from collections.abc import Iterable

from sqlalchemy.ext.asyncio import AsyncSession

from fastapi_impl.common.caching.drops import drop_on_commit

ALL = "products"  # each entry contains the name of a category, which all products can have
FEATURED = (ALL, "featured")


# --8<-- [start:drop]
def names_of(slug: str) -> tuple[str, str]:
    """Return the names on which the entry of a product depends."""
    return ALL, f"product:{slug}"


async def drop_products(session: AsyncSession, slugs: Iterable[str]) -> None:
    """Drop these products and the featured ones on commit. Any change can make a product a featured one."""
    await drop_on_commit(session, "featured", *(f"product:{slug}" for slug in slugs))


async def drop_all_products(session: AsyncSession) -> None:
    """Drop all products on commit."""
    await drop_on_commit(session, ALL)
    # --8<-- [end:drop]
