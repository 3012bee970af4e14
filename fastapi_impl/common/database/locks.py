"""Locks by name, for things that have no row to lock."""

from sqlalchemy import Text, bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncSession

LOCK = select(func.pg_advisory_xact_lock(func.hashtextextended(bindparam("name", type_=Text), 0)))


async def advisory_lock(session: AsyncSession, name: str) -> None:
    """Wait until no other transaction holds the lock `name`, and hold it until this one ends."""
    await session.execute(LOCK, {"name": name})
