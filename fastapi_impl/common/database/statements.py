"""Helpers for the statements of the features. A statement is built once, with bind parameters for the values."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any, cast

from sqlalchemy import Select, Text, bindparam, or_, select
from sqlalchemy.orm.attributes import InstrumentedAttribute

type Statement = Select[*tuple[Any, ...]]


def cached_statement[Build: Callable[..., Statement]](build: Build) -> Build:
    """Return the function with a cache of the last 256 statements that it returned.

    Building the statement for a product and its cache key takes longer than executing it.
    """
    return cast(Build, lru_cache(maxsize=256)(build))


def slugs_like(column: InstrumentedAttribute[str]) -> Select[str]:
    """Return the statement for the slugs that equal `base` or begin with it and a hyphen."""
    # A range, so that the index of the column is used for every base. "." is the character after "-".
    base = bindparam("base", type_=Text)
    return select(column).where(or_(column == base, (column >= base.concat("-")) & (column < base.concat("."))))
