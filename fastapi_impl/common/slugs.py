from collections.abc import Collection

from slugify import slugify
from sqlalchemy import and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from fastapi_impl.common.locks import named_lock


async def free_slug(
    session: AsyncSession,
    column: InstrumentedAttribute[str],
    name: str,
    *,
    max_length: int,
    otherwise: str,
    reserved: Collection[str] = (),
) -> str:
    """Return the slug of a name, or the lowest free one with -2, -3, ...; `otherwise` where the name leaves nothing.

    Until the transaction ends, others who make a slug of the same base wait.
    """
    base = slugify(name, max_length=max_length) or otherwise
    await session.execute(named_lock(f"{column.class_.__tablename__}.slug:{base}"))
    # The range holds every slug that begins with the base and a hyphen, and the index of the column finds it.
    similar = or_(column == base, and_(column >= f"{base}-", column < f"{base}."))
    taken = {*reserved, *await session.scalars(select(column).where(similar))}
    return base if base not in taken else lowest_free(base, taken)


def lowest_free(base: str, taken: Collection[str]) -> str:
    """Return `base` with the lowest number from 2 that makes it free."""
    number = 2
    while f"{base}-{number}" in taken:
        number += 1
    return f"{base}-{number}"
