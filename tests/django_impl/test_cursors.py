"""Cursors."""

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
def test_a_cursor_leads_back_to_where_it_was_made(ordering: str) -> None:
    position = decode_cursor(encode_cursor(ordering, ITEM), ordering)

    assert position == Position(getattr(ITEM, ordering.removeprefix("-")), str(ITEM.id))


def test_a_cursor_is_good_for_its_ordering_alone() -> None:
    with pytest.raises(ValidationError):
        decode_cursor(encode_cursor("price", ITEM), "-price")


@pytest.mark.parametrize("tail", ["x", "=", "\n", "A"])
def test_a_cursor_with_something_behind_it_is_refused(tail: str) -> None:
    with pytest.raises(ValidationError):
        decode_cursor(encode_cursor("price", ITEM) + tail, "price")
