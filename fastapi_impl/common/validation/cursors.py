"""Cursors: the position of the last item of a page, as base64 of a JSON array."""

import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Self
from uuid import UUID

from fastapi_impl.common.validation.fields import MONEY, SINGLE_LINE, CleanString

NAME = CleanString(SINGLE_LINE.rejected, trim=False)

type Ordering = str  # the name of a column, with a minus sign for descending order


class InvalidCursor(Exception):
    """The string is not a cursor, or it is a cursor of another ordering."""


@dataclass(frozen=True)
class Position:
    """The end of a page: the ordering, and the value and id of the last item."""

    ordering: Ordering
    value: Any
    id: UUID

    def encode(self) -> str:
        """Return the position as a cursor."""
        value = FORMATTERS[self.ordering.removeprefix("-")](self.value)
        text = json.dumps([self.ordering, value, str(self.id)], ensure_ascii=False, separators=(",", ":"))
        return urlsafe_b64encode(text.encode()).rstrip(b"=").decode()

    @classmethod
    def decode(cls, cursor: str, ordering: Ordering) -> Self:
        """Return the position of a cursor. Raises InvalidCursor, also if `encode` would not return this cursor."""
        try:
            named, value, key = json.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
            position = cls(ordering, PARSERS[ordering.removeprefix("-")](value), UUID(key))
            is_canonical = position.encode() == cursor
        except (ValueError, TypeError, AttributeError, RecursionError) as error:
            raise InvalidCursor from error
        if named != ordering or not is_canonical:
            raise InvalidCursor
        return position


def parse_time(text: str) -> datetime:
    """Return the time; raises ValueError where it is not in UTC."""
    if not text.endswith("Z"):
        raise ValueError("not in UTC")
    return datetime.fromisoformat(text)


def format_time(moment: datetime) -> str:
    """Return the time in RFC 3339 with `Z`; asyncpg's times are in UTC."""
    return moment.isoformat().replace("+00:00", "Z")


def parse_price(text: str) -> Decimal:
    """Return the amount; raises ValueError where the text is not an amount."""
    if not re.match(MONEY, text):
        raise ValueError("not an amount")
    return Decimal(text)


def parse_name(text: str) -> str:
    """Return the name unchanged; raises ValueError where it has a character that a name cannot have."""
    return str(NAME.read(text))


PARSERS: dict[str, Callable[[str], Any]] = {"created_at": parse_time, "price": parse_price, "name": parse_name}
FORMATTERS: dict[str, Callable[[Any], str]] = {"created_at": format_time, "price": "{:.2f}".format, "name": str}
