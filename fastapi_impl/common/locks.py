from typing import Any

from sqlalchemy import Select, func, select


def named_lock(name: str) -> Select[Any]:
    """Return the statement that waits for the lock of this name and holds it until the transaction ends."""
    return select(func.pg_advisory_xact_lock(func.hashtextextended(name, 0)))
