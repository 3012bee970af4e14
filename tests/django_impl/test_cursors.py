"""Encoding and decoding of pagination cursors."""

from datetime import UTC, datetime
from decimal import Decimal
from types import SimpleNamespace
from uuid import UUID

import pytest
from rest_framework.exceptions import ValidationError

from django_impl.common.validation.cursors import Position, decode_cursor, encode_cursor

ITEM = SimpleNamespace(
    id=UUID("019ab0c4-3f60-7c3e-9a55-0f1f6f1c2d40"),
    created_at=datetime(2026, 3, 1, 9, 30, tzinfo=UTC),
    price=Decimal("5.00"),
    name="Ärmel, «grün»",
)


@pytest.mark.parametrize("ordering", ["-created_at", "created_at", "price", "-price", "name", "-name"])
def test_cursor_round_trip(ordering: str) -> None:
    position = decode_cursor(encode_cursor(ordering, ITEM), ordering)

    assert position == Position(getattr(ITEM, ordering.removeprefix("-")), str(ITEM.id))


def test_cursor_of_another_ordering_is_rejected() -> None:
    with pytest.raises(ValidationError):
        decode_cursor(encode_cursor("price", ITEM), "-price")


@pytest.mark.parametrize("tail", ["x", "=", "\n", "A"])
def test_cursor_with_trailing_characters_is_rejected(tail: str) -> None:
    with pytest.raises(ValidationError):
        decode_cursor(encode_cursor("price", ITEM) + tail, "price")
