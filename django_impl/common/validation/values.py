"""How strings, numbers and the rest are read, in bodies and in queries alike."""

import re
from collections.abc import Collection
from datetime import datetime
from decimal import Decimal
from typing import Any

MONEY = re.compile(r"(0|[1-9][0-9]{0,7})(\.[0-9]{1,2})?")
INTEGER = re.compile(r"-?(0|[1-9][0-9]*)")
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
CONTROL_IN_LINES = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
LABEL = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
EMAIL = re.compile(rf"[A-Za-z0-9.!#$%&'*+/=?^_`{{|}}~-]+@{LABEL}(?:\.{LABEL})+")
SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
VISIBLE = re.compile(r"[!-~]+")
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


class InvalidValue(ValueError):
    """A value is not what it has to be; `code` is a field code of `errors.yaml`."""

    def __init__(self, code: str, limit: object = None) -> None:
        super().__init__(code)
        self.code = code
        self.limit = limit


def parse_text(
    value: Any, *, min_length: int, max_length: int, multiline: bool = False, trim_whitespace: bool = True
) -> str:
    """Return the trimmed string of `min_length` to `max_length` code points; `multiline` admits newline and tab."""
    if not isinstance(value, str):
        raise InvalidValue("not_a_string")
    text = value.strip() if trim_whitespace else value
    if (CONTROL_IN_LINES if multiline else CONTROL).search(text):
        raise InvalidValue("control_character")
    if len(text) < min_length:
        raise InvalidValue("too_short", min_length)
    if len(text) > max_length:
        raise InvalidValue("too_long", max_length)
    return text


def parse_email(value: Any) -> str:
    """Return the address in lower case."""
    email = parse_text(value, min_length=3, max_length=254)
    if not EMAIL.fullmatch(email):
        raise InvalidValue("invalid_email")
    return email.lower()


# --8<-- [start:money]
def parse_money(value: Any, *, min_value: Decimal) -> Decimal:
    """Return the amount that a string such as 19.99 writes."""
    text = parse_text(value, min_length=1, max_length=11)
    if not MONEY.fullmatch(text):
        raise InvalidValue("invalid_money")
    if (amount := Decimal(text)) < min_value:
        raise InvalidValue("too_small", min_value)
    return amount
    # --8<-- [end:money]


def parse_integer(value: Any, *, min_value: int, max_value: int) -> int:
    """Return the integer; 1.0 is one, as JSON Schema says."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool):
        raise InvalidValue("not_an_integer")
    if value < min_value:
        raise InvalidValue("too_small", min_value)
    if value > max_value:
        raise InvalidValue("too_large", max_value)
    return value


def parse_int(value: str, *, min_value: int, max_value: int) -> int:
    """Return the integer that a query parameter writes."""
    if not INTEGER.fullmatch(value):
        raise InvalidValue("not_an_integer")
    return parse_integer(shortened_integer(value), min_value=min_value, max_value=max_value)


def shortened_integer(literal: str) -> int:
    """Return the integer; of a literal that no bound admits, only the first digits are read."""
    return int(literal[:100])


def parse_boolean(value: Any) -> bool:
    """Return true or false, and take nothing else for either."""
    if not isinstance(value, bool):
        raise InvalidValue("not_a_boolean")
    return value


def parse_bool(value: str) -> bool:
    """Return the boolean that a query parameter writes."""
    if value not in {"true", "false"}:
        raise InvalidValue("not_a_boolean")
    return value == "true"


def parse_choice(value: Any, *, choices: Collection[str]) -> str:
    """Return the value if it is one of `choices`."""
    if not isinstance(value, str):
        raise InvalidValue("not_a_string")
    if value not in choices:
        raise InvalidValue("invalid_choice")
    return value


def parse_time(text: str) -> datetime:
    """Return the moment that RFC 3339 with `Z` writes."""
    if not text.endswith("Z"):
        raise ValueError(text)
    return datetime.fromisoformat(text)


def format_time(moment: datetime) -> str:
    """Return RFC 3339 with `Z`; `moment` is in UTC, as the database connection gives it."""
    return f"{moment.replace(tzinfo=None).isoformat()}Z"


def parse_idempotency_key(value: str) -> str:
    """Return the idempotency key: 1 to 255 visible ASCII characters."""
    key = parse_text(value, min_length=1, max_length=255, trim_whitespace=False)
    if not VISIBLE.fullmatch(key):
        raise InvalidValue("invalid_characters")
    return key
