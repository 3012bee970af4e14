"""Cursors encode a position, and any other string is rejected."""

import json
from base64 import urlsafe_b64encode
from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

import pytest

from fastapi_impl.common.validation.cursors import InvalidCursor, Position

ID = "01990000-0000-7000-8000-000000000001"
TIME = "2026-03-01T09:30:00.123456Z"


def encode_parts(*parts: object) -> str:
    """Encode these parts as a cursor, without validation."""
    text = json.dumps(parts, ensure_ascii=False, separators=(",", ":"))
    return urlsafe_b64encode(text.encode("utf-8", "surrogatepass")).rstrip(b"=").decode()


@pytest.mark.parametrize(
    ("ordering", "value", "text"),
    [
        ("-created_at", datetime(2026, 3, 1, 9, 30, 0, 123456, tzinfo=UTC), TIME),
        ("created_at", datetime(2026, 3, 1, 9, 30, tzinfo=UTC), "2026-03-01T09:30:00Z"),
        ("price", Decimal("19.90"), "19.90"),
        ("name", "Küche & 名", "Küche & 名"),
        ("name", " untrimmed ", " untrimmed "),
    ],
)
def test_cursor_round_trip(ordering: str, value: object, text: str) -> None:
    cursor = encode_parts(ordering, text, ID)

    assert Position(ordering, value, UUID(ID)).encode() == cursor
    assert Position.decode(cursor, ordering) == Position(ordering, value, UUID(ID))


@pytest.mark.parametrize(
    ("ordering", "cursor"),
    [
        ("name", "nonsense"),
        ("name", encode_parts()),
        ("name", encode_parts("name", "x")),
        ("name", encode_parts("name", "x", ID, ID)),
        ("name", encode_parts("name", 1, ID)),
        ("name", encode_parts("name", "x", 1)),
        ("name", encode_parts("name", "x", ID.upper().replace("0199", "019A"))),
        ("name", encode_parts("name", "x", ID) + "="),
        ("name", encode_parts("name", "a\x00b", ID)),
        ("name", encode_parts("name", "\ud800", ID)),
        ("-name", encode_parts("name", "x", ID)),
        ("price", encode_parts("price", "19.9", ID)),
        ("price", encode_parts("price", "-1.00", ID)),
        ("price", encode_parts("price", "NaN", ID)),
        ("created_at", encode_parts("created_at", "2026-03-01T09:30:00", ID)),
        ("created_at", encode_parts("created_at", "2026-03-01T09:30:00+00:00", ID)),
        ("created_at", encode_parts("created_at", "2026-03-01", ID)),
        ("created_at", urlsafe_b64encode(b"[" * 1200).decode().rstrip("=")),
    ],
)
def test_invalid_cursor_is_rejected(ordering: str, cursor: str) -> None:
    with pytest.raises(InvalidCursor):
        Position.decode(cursor, ordering)
