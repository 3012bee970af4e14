"""Locks on what has no row."""

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession


async def advisory_lock(session: AsyncSession, name: str) -> None:
    """Wait until no other transaction holds the lock `name`, and hold it until this one ends."""
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(name, 0))))
