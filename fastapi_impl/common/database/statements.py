"""Statements are built once, with places for their values: to build one takes longer than to run it."""

import re
from functools import lru_cache
from typing import Any

from sqlalchemy import Row, Select, Text, any_, bindparam, or_, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm.attributes import InstrumentedAttribute

from fastapi_impl.common.exceptions import NotFound
from fastapi_impl.common.slugs import SLUG

type Statement = Select[*tuple[Any, ...]]
type AnyRow = Row[*tuple[Any, ...]]

# Calls with the same arguments give the same statement; SQLAlchemy finds by it what it made of the statement before.
cached_statement = lru_cache(maxsize=256)


def model_of(rows: Statement) -> Any:
    """Return the model whose rows the statement gives."""
    return rows.column_descriptions[0]["entity"]


def with_slug(rows: Statement, slug: str) -> tuple[Statement, dict[str, Any]]:
    """The one of this slug, and the value to ask with; raises NotFound for what no slug looks like."""
    if not re.fullmatch(SLUG, slug):
        raise NotFound
    return where_slug(rows), {"slug": slug}


@cached_statement
def where_slug(rows: Statement) -> Statement:
    """The one of the value `slug`."""
    return rows.where(model_of(rows).slug == bindparam("slug"))


@cached_statement
def locked(rows: Statement) -> Statement:
    """Keep others from changing or deleting the rows until the transaction ends; locks in the order of ids."""
    model = model_of(rows)
    return rows.order_by(model.id).with_for_update(of=model, key_share=True)


@cached_statement
def locked_exclusively(rows: Statement) -> Statement:
    """Keep others from even referring to the rows until the transaction ends."""
    return rows.with_for_update()


@cached_statement
def with_slugs(rows: Statement) -> Statement:
    """Those of the values `slugs`."""
    return rows.where(model_of(rows).slug == any_(bindparam("slugs", type_=ARRAY(Text))))


@cached_statement
def slugs_like(column: InstrumentedAttribute[str]) -> Select[str]:
    """The slugs that are the value `base` or begin with it and a hyphen."""
    # A range, which the index of the column serves whatever the base is; "." is what comes after "-".
    base = bindparam("base", type_=Text)
    return select(column).where(or_(column == base, (column >= base.concat("-")) & (column < base.concat("."))))
