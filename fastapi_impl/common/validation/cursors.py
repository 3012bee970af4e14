import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Self
from uuid import UUID

from fastapi_impl.common.validation.fields import LINE, MONEY, Clean

NAME = Clean(LINE.refused, trim=False)

type Ordering = str  # the name of a column; a minus sign in front means descending


class InvalidCursor(Exception):
    """A text is no cursor, or the cursor of another list or ordering."""


@dataclass(frozen=True)
class Position:
    """Where a page ends: the ordering, and the value and id of the last item."""

    ordering: Ordering
    value: Any
    id: UUID

    def write(self) -> str:
        """Return the position as a cursor."""
        value = WRITERS[self.ordering.removeprefix("-")](self.value)
        text = json.dumps([self.ordering, value, str(self.id)], ensure_ascii=False, separators=(",", ":"))
        return urlsafe_b64encode(text.encode()).rstrip(b"=").decode()

    @classmethod
    def read(cls, cursor: str, ordering: Ordering) -> Self:
        """Return the position that a cursor of this ordering holds, or raise InvalidCursor."""
        try:
            named, value, key = json.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
            position = cls(ordering, READERS[ordering.removeprefix("-")](value), UUID(key))
            is_canonical = position.write() == cursor
        except (ValueError, TypeError, AttributeError, RecursionError) as error:
            raise InvalidCursor from error
        if named != ordering or not is_canonical:
            raise InvalidCursor
        return position


def read_time(text: str) -> datetime:
    """Return the moment; raises ValueError where it is not in UTC."""
    if not text.endswith("Z"):
        raise ValueError("not in UTC")
    return datetime.fromisoformat(text)


def write_time(moment: datetime) -> str:
    """Return RFC 3339 with `Z`; `moment` is in UTC, as asyncpg gives it."""
    return moment.isoformat().replace("+00:00", "Z")


def read_price(text: str) -> Decimal:
    """Return the amount; raises ValueError where it is none."""
    if not re.match(MONEY, text):
        raise ValueError("not an amount")
    return Decimal(text)


def read_name(text: str) -> str:
    """Return the name as it is; raises ValueError where it has a character that no name has."""
    return str(NAME.read(text))


READERS: dict[str, Callable[[str], Any]] = {"created_at": read_time, "price": read_price, "name": read_name}
WRITERS: dict[str, Callable[[Any], str]] = {"created_at": write_time, "price": "{:.2f}".format, "name": str}
