"""Reads of single statements, without a session."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from sqlalchemy import TextClause
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.util import greenlet_spawn

from fastapi_impl.common.database.statements import Statement
from fastapi_impl.common.exceptions import NotFound


# --8<-- [start:reader]
class Reader:
    """Executes single statements that return rows, each in autocommit on a connection that it returns at once.

    So a request never holds one connection while it waits for another.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine.sync_engine

    async def fetch_all[Row: NamedTuple](
        self, row: type[Row], statement: Statement | TextClause, parameters: Mapping[str, Any]
    ) -> list[Row]:
        """Return the rows of the statement; `row` names its columns in their order."""
        # Not `async with engine.connect()`: its three greenlets cost 10% more CPU for one product
        # (decision 21: Cached statements, and reads without model instances).
        return await greenlet_spawn(self._fetch_all, row, statement, parameters)

    async def fetch_one_or_none[Row: NamedTuple](
        self, row: type[Row], statement: Statement | TextClause, parameters: Mapping[str, Any]
    ) -> Row | None:
        """Return the only row of the statement, or None."""
        rows = await self.fetch_all(row, statement, parameters)
        return rows[0] if rows else None

    async def fetch_one_or_not_found[Row: NamedTuple](
        self, row: type[Row], statement: Statement | TextClause, parameters: Mapping[str, Any]
    ) -> Row:
        """Return the only row of the statement, or raise NotFound."""
        found = await self.fetch_one_or_none(row, statement, parameters)
        if found is None:
            raise NotFound
        return found

    def _fetch_all[Row: NamedTuple](
        self, row: type[Row], statement: Statement | TextClause, parameters: Mapping[str, Any]
    ) -> list[Row]:
        with self._engine.connect() as connection:
            return [row._make(columns) for columns in connection.execute(statement, parameters)]

    # --8<-- [end:reader]
