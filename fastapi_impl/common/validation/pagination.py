"""Keyset pages: a cursor holds where the last page ended, so a page far down the list costs what the first one does."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, NamedTuple

from pydantic import Field, GetCoreSchemaHandler, GetJsonSchemaHandler, ValidationInfo
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema
from sqlalchemy import Integer, bindparam, tuple_

from fastapi_impl.common.database.reader import Reader
from fastapi_impl.common.database.statements import Statement, cached_statement
from fastapi_impl.common.validation.cursors import InvalidCursor, Ordering, Position
from fastapi_impl.common.validation.fields import CURSOR, SINGLE_LINE, QueryInt, json_schema
from fastapi_impl.common.validation.schemas import Output
from fastapi_impl.contract import PAGES

CursorText = Annotated[
    str,
    Field(
        strict=True,
        min_length=1,
        max_length=2000,
        description="The `next` of the page before; opaque.",
        json_schema_extra={"pattern": CURSOR},
    ),
    SINGLE_LINE,
]
Limit = Annotated[int, Field(ge=1, le=PAGES["max_limit"], description="The most items on a page."), QueryInt]
DEFAULT_LIMIT: int = PAGES["default_limit"]


@dataclass(frozen=True)
class Cursor:
    """Reads a parameter as a position of this ordering, or of the one that the parameter `ordering` names."""

    ordering: Ordering | None = None

    def __get_pydantic_core_schema__(self, _source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        read = core_schema.with_info_plain_validator_function(self.read)
        return core_schema.chain_schema([handler.generate_schema(CursorText), read])

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return handler(schema["steps"][0])

    def read(self, text: str, info: ValidationInfo) -> Position | None:
        """Return the position, or None where the ordering is rejected, so that the cursor cannot be checked."""
        ordering = self.ordering or info.data.get("ordering")
        try:
            return Position.decode(text, ordering) if ordering else None
        except InvalidCursor as error:
            raise PydanticCustomError("invalid_cursor", "invalid cursor") from error


class Page[T](Output):
    """One page of a list; `next` is the cursor of the page after it, and null on the last."""

    items: Annotated[list[T], Field(max_length=PAGES["max_limit"])]
    next: Annotated[str, json_schema(minLength=1, maxLength=2000, pattern=CURSOR)] | None


@dataclass(frozen=True)
class PageRows[T]:
    """The rows of one page, and the cursor of the page after it."""

    items: Sequence[T]
    next: str | None


async def fetch_page[Row: NamedTuple](
    reader: Reader,
    row: type[Row],
    statement: Statement,
    values: Mapping[str, Any],
    *,
    ordering: Ordering,
    after: Position | None,
    limit: int,
) -> PageRows[Row]:
    """Return the rows after a position; one row more than asked for tells whether there is a next page."""
    # A first page has no position, but the same names of values: they are part of SQLAlchemy's key of the compiled SQL.
    behind = {"after_value": after and after.value, "after_id": after and after.id}
    page = _paged(statement, ordering, is_first=after is None)
    rows = await reader.fetch_all(row, page, {**values, **behind, "rows": limit + 1})
    items = rows[:limit]
    if len(rows) == len(items):
        return PageRows(items, None)
    last: Any = items[-1]
    return PageRows(items, Position(ordering, getattr(last, ordering.removeprefix("-")), last.id).encode())


@cached_statement
def _paged(statement: Statement, ordering: Ordering, *, is_first: bool) -> Statement:
    """Return the statement for one page; the first has no position to come after."""
    columns = statement.selected_columns
    column, key = columns[ordering.removeprefix("-")], columns.id
    after = tuple_(bindparam("after_value", type_=column.type), bindparam("after_id", type_=key.type))
    statement = statement.limit(bindparam("rows", type_=Integer))
    if ordering.startswith("-"):
        statement = statement.order_by(column.desc(), key.desc())
        return statement if is_first else statement.where(tuple_(column, key) < after)
    statement = statement.order_by(column, key)
    return statement if is_first else statement.where(tuple_(column, key) > after)
