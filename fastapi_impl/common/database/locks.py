"""Locks that belong to a name and not to a row."""

from sqlalchemy import Text, bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncSession

LOCK = select(func.pg_advisory_xact_lock(func.hashtextextended(bindparam("name", type_=Text), 0)))


async def advisory_lock(session: AsyncSession, name: str) -> None:
    """Take the advisory lock `name`, which the transaction holds until it ends. Waits while another one holds it."""
    await session.execute(LOCK, {"name": name})
