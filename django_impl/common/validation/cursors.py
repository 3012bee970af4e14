"""Keyset cursors: the position of the last item of a page, as `[ordering, value, id]` in compact JSON and base64url.

Most projects use DRF's CursorPagination. The contract requires the same cursor text from both implementations.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple

from rest_framework.exceptions import ValidationError

from django_impl.common.validation.errors import error_details
from django_impl.common.validation.fields import CharField, DecimalField
from django_impl.common.validation.output_fields import DateTimeField
from django_impl.common.validation.values import UUID

NAME = CharField(min_length=0, max_length=2000, trim_whitespace=False)  # the maximum length of a cursor


class Codec(NamedTuple):
    """The functions that write the value of a column in a cursor and read it."""

    write: Callable[[Any], str]
    read: Callable[[str], Any]


def parse_time(text: str) -> datetime:
    """Return the time of an RFC 3339 text that ends with `Z`. Raises ValueError for another text."""
    if not text.endswith("Z"):
        raise ValueError(text)
    return datetime.fromisoformat(text)


CODECS = {
    "created_at": Codec(DateTimeField().to_representation, parse_time),
    "price": Codec(DecimalField().to_representation, DecimalField().run_validation),
    "name": Codec(str, NAME.run_validation),
}


class Position(NamedTuple):
    """The place of an item in an ordering."""

    value: Any
    id: str


def encode_cursor(ordering: str, item: Any) -> str:
    """Return the cursor of the page that follows `item`."""
    column = ordering.removeprefix("-")
    return _encode([ordering, CODECS[column].write(getattr(item, column)), str(item.id)])


def decode_cursor(cursor: str, ordering: str) -> Position:
    """Return the position of the last item of the previous page.

    Raises ValidationError unless `encode_cursor` returns the same text for this ordering.
    """
    codec = CODECS[ordering.removeprefix("-")]
    try:
        written_for, text, id_ = _decode(cursor)
        value = codec.read(text)
        canonical = _encode([ordering, codec.write(value), id_]) == cursor
    except (ValueError, RecursionError, ValidationError) as error:
        raise ValidationError(error_details("invalid_cursor")) from error
    if written_for != ordering or not canonical or not UUID.fullmatch(id_):
        raise ValidationError(error_details("invalid_cursor"))
    return Position(value, id_)


def _encode(parts: list[str]) -> str:
    text = json.dumps(parts, ensure_ascii=False, separators=(",", ":"))
    return urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


def _decode(cursor: str) -> list[str]:
    parts = json.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    if not isinstance(parts, list) or not all(isinstance(part, str) for part in parts):
        raise ValueError(cursor)
    return parts
