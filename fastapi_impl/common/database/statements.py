"""Statements are built once, with places for their values: to build one takes longer than to run it."""

from functools import lru_cache
from typing import Any

from sqlalchemy import Row, Select

type Statement = Select[*tuple[Any, ...]]
type AnyRow = Row[*tuple[Any, ...]]

# Calls with the same arguments give the same statement; SQLAlchemy finds by it what it made of the statement before.
built_once = lru_cache(maxsize=256)


def model_of(rows: Statement) -> Any:
    """Return the model whose rows the statement gives."""
    return rows.column_descriptions[0]["entity"]
