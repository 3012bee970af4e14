"""Keyset pagination: a cursor is the position where the previous page ended, so every page costs the same."""

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
from fastapi_impl.common.validation.fields import CURSOR, SINGLE_LINE, ParseQueryInteger, json_schema
from fastapi_impl.common.validation.schemas import Output
from fastapi_impl.contract import PAGES

CursorText = Annotated[
    str,
    Field(
        strict=True,
        min_length=1,
        max_length=2000,
        description="The `next` of the previous page. An opaque string.",
        json_schema_extra={"pattern": CURSOR},
    ),
    SINGLE_LINE,
]
Limit = Annotated[
    int, Field(ge=1, le=PAGES["max_limit"], description="Maximum number of items on a page."), ParseQueryInteger
]
DEFAULT_LIMIT: int = PAGES["default_limit"]


@dataclass(frozen=True)
class Cursor:
    """Reads a parameter as a position in `ordering`, or in the ordering of the parameter `ordering` if it is None."""

    ordering: Ordering | None = None

    def __get_pydantic_core_schema__(self, _source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        read = core_schema.with_info_plain_validator_function(self.read)
        return core_schema.chain_schema([handler.generate_schema(CursorText), read])

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return handler(schema["steps"][0])

    def read(self, text: str, info: ValidationInfo) -> Position | None:
        """Return the position, or None if the parameter `ordering` is invalid: the cursor cannot be checked then."""
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


# --8<-- [start:page]
async def fetch_page[Row: NamedTuple](
    reader: Reader,
    row: type[Row],
    statement: Statement,
    parameters: Mapping[str, Any],
    *,
    ordering: Ordering,
    after: Position | None,
    limit: int,
) -> PageRows[Row]:
    """Return the rows after a position. One more row is fetched, to know whether there is a next page."""
    # The names are passed for the first page too, because they are part of the key of SQLAlchemy's compiled cache.
    position = {"after_value": after and after.value, "after_id": after and after.id}
    page = _paged(statement, ordering, is_first=after is None)
    rows = await reader.fetch_all(row, page, {**parameters, **position, "rows": limit + 1})
    items = rows[:limit]
    if len(rows) == len(items):
        return PageRows(items, None)
    last: Any = items[-1]
    return PageRows(items, Position(ordering, getattr(last, ordering.removeprefix("-")), last.id).encode())


@cached_statement
def _paged(statement: Statement, ordering: Ordering, *, is_first: bool) -> Statement:
    """Return the statement for one page. That of the first page has no condition for the position."""
    columns = statement.selected_columns
    column, key = columns[ordering.removeprefix("-")], columns.id
    after = tuple_(bindparam("after_value", type_=column.type), bindparam("after_id", type_=key.type))
    statement = statement.limit(bindparam("rows", type_=Integer))
    if ordering.startswith("-"):
        statement = statement.order_by(column.desc(), key.desc())
        return statement if is_first else statement.where(tuple_(column, key) < after)
    statement = statement.order_by(column, key)
    return statement if is_first else statement.where(tuple_(column, key) > after)
    # --8<-- [end:page]
