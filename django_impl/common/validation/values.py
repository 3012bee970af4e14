"""How strings, numbers and the rest are read, in bodies and in queries alike."""

import re
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


class Invalid(ValueError):
    """A value is not what it has to be; `code` is a field code of `errors.yaml`."""

    def __init__(self, code: str, limit: object = None) -> None:
        super().__init__(code)
        self.code = code
        self.limit = limit


def read_text(value: Any, *, least: int, most: int, lines: bool = False, trim: bool = True) -> str:
    """Return the trimmed string of `least` to `most` code points; `lines` admits newline and tab."""
    if not isinstance(value, str):
        raise Invalid("not_a_string")
    text = value.strip() if trim else value
    if (CONTROL_IN_LINES if lines else CONTROL).search(text):
        raise Invalid("control_character")
    if len(text) < least:
        raise Invalid("too_short", least)
    if len(text) > most:
        raise Invalid("too_long", most)
    return text


def read_email(value: Any) -> str:
    """Return the address in lower case."""
    email = read_text(value, least=3, most=254)
    if not EMAIL.fullmatch(email):
        raise Invalid("invalid_email")
    return email.lower()


# --8<-- [start:money]
def read_money(value: Any, *, least: Decimal) -> Decimal:
    """Return the amount that a string such as 19.99 writes."""
    text = read_text(value, least=1, most=11)
    if not MONEY.fullmatch(text):
        raise Invalid("invalid_money")
    if (amount := Decimal(text)) < least:
        raise Invalid("too_small", least)
    return amount
    # --8<-- [end:money]


def read_integer(value: Any, *, least: int, most: int) -> int:
    """Return the integer; 1.0 is one, as JSON Schema says."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool):
        raise Invalid("not_an_integer")
    if value < least:
        raise Invalid("too_small", least)
    if value > most:
        raise Invalid("too_large", most)
    return value


def read_digits(value: str, *, least: int, most: int) -> int:
    """Return the integer that a query parameter writes."""
    if not INTEGER.fullmatch(value):
        raise Invalid("not_an_integer")
    return read_integer(shortened_integer(value), least=least, most=most)


def shortened_integer(literal: str) -> int:
    """Return the integer; of a literal that no bound admits, only the first digits are read."""
    return int(literal[:100])


def read_boolean(value: Any) -> bool:
    """Return true or false, and take nothing else for either."""
    if not isinstance(value, bool):
        raise Invalid("not_a_boolean")
    return value


def read_flag(value: str) -> bool:
    """Return the boolean that a query parameter writes."""
    if value not in {"true", "false"}:
        raise Invalid("not_a_boolean")
    return value == "true"


def read_choice(value: Any, *, choices: tuple[str, ...]) -> str:
    """Return the value if it is one of `choices`."""
    if not isinstance(value, str):
        raise Invalid("not_a_string")
    if value not in choices:
        raise Invalid("invalid_choice")
    return value


def read_time(text: str) -> datetime:
    """Return the moment that RFC 3339 with `Z` writes."""
    if not text.endswith("Z"):
        raise ValueError(text)
    return datetime.fromisoformat(text)


def write_time(moment: datetime) -> str:
    """Return RFC 3339 with `Z`; `moment` is in UTC, as the database connection gives it."""
    return f"{moment.replace(tzinfo=None).isoformat()}Z"


def read_key(value: str) -> str:
    """Return the idempotency key: 1 to 255 visible ASCII characters."""
    key = read_text(value, least=1, most=255, trim=False)
    if not VISIBLE.fullmatch(key):
        raise Invalid("invalid_characters")
    return key
