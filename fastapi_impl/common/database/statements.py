"""What the features' statements share. A statement is built once, with parameters in place of values."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any, cast

from sqlalchemy import Select, Text, bindparam, or_, select
from sqlalchemy.orm.attributes import InstrumentedAttribute

type Statement = Select[*tuple[Any, ...]]


def cached_statement[Build: Callable[..., Statement]](build: Build) -> Build:
    """Return the function with a cache of the statements that it returned last.

    To build the statement of a product and its cache key takes longer than to execute it.
    """
    return cast(Build, lru_cache(maxsize=256)(build))


def slugs_like(column: InstrumentedAttribute[str]) -> Select[str]:
    """Return the statement for the slugs that equal `base` or begin with it and a hyphen."""
    # A range, which the index of the column serves for every base; "." is the character after "-".
    base = bindparam("base", type_=Text)
    return select(column).where(or_(column == base, (column >= base.concat("-")) & (column < base.concat("."))))
