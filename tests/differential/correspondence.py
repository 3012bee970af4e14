"""Compare texts of both implementations. Ids, times, tokens and cursors must correspond, all else must be equal."""

import base64
import binascii
import json
import re
from bisect import bisect_left, insort
from datetime import datetime
from itertools import zip_longest
from typing import Any

import jwt

from harness.servers.command_lines import SECRET_KEY

_UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{6})?Z"
_JWT = r"eyJ[\w-]+\.[\w-]+\.[\w-]+"
_NEXT = r'(?<="next":")[\w-]+(?=")'
_GENERATED = re.compile(rf"(?P<jwt>{_JWT})|(?P<cursor>{_NEXT})|(?P<time>{_TIME})|(?P<id>{_UUID})")
# Both implementations respond to a step within this time of each other.
_MAX_SECONDS_APART = 60


class Difference(AssertionError):
    """A difference by which a client could distinguish the implementations."""


class Correspondence:
    """The ids and times of one implementation with those of the other.

    Ids and times correspond one to one. Two times have the same order as the times that correspond to them.
    """

    def __init__(self) -> None:
        self._ids: dict[str, str] = {}
        self._ids_reversed: dict[str, str] = {}
        self._times: dict[datetime, datetime] = {}
        self._first_times: list[datetime] = []
        self._second_times: list[datetime] = []

    def compare_texts(self, first: str, second: str, place: str) -> None:
        """Compare two texts of the implementations, such as bodies. Raises Difference."""
        pairs = zip_longest(_GENERATED.finditer(first), _GENERATED.finditer(second))
        first_end, second_end = 0, 0
        for one, other in pairs:
            if one is None or other is None or one.lastgroup != other.lastgroup:
                break
            self._require_equal(first[first_end : one.start()], second[second_end : other.start()], place)
            self._compare_generated(str(one.lastgroup), one[0], other[0], place)
            first_end, second_end = one.end(), other.end()
        self._require_equal(first[first_end:], second[second_end:], place)

    def compare_ids(self, first: str, second: str, place: str) -> None:
        """Record that two ids correspond. Raises Difference if either corresponds to another id."""
        if self._ids.setdefault(first, second) != second or self._ids_reversed.setdefault(second, first) != first:
            raise Difference(f"{place}: id {first} does not correspond to {second}")

    def compare_times(self, first: datetime, second: datetime, place: str) -> None:
        """Record that two times correspond. Raises Difference if their order among the other times differs."""
        known = self._times.get(first)
        if known == second:
            return
        index = bisect_left(self._first_times, first)
        if (
            known is not None
            or index != bisect_left(self._second_times, second)
            or second in self._second_times[index : index + 1]
        ):
            raise Difference(f"{place}: {first} and {second} have different positions among the times")
        self._times[first] = second
        insort(self._first_times, first)
        insort(self._second_times, second)

    def _compare_generated(self, kind: str, first: str, second: str, place: str) -> None:
        if kind == "id":
            self.compare_ids(first, second, place)
        elif kind == "time":
            self.compare_times(datetime.fromisoformat(first), datetime.fromisoformat(second), place)
        elif kind == "cursor":
            self.compare_texts(_decode_cursor(first), _decode_cursor(second), f"{place}, cursor")
        else:
            self._compare_tokens(first, second, f"{place}, token")

    def _compare_tokens(self, first: str, second: str, place: str) -> None:
        self._require_equal(first.partition(".")[0], second.partition(".")[0], f"{place}, header")
        one, other = _claims(first), _claims(second)
        self._require_equal(json.dumps(_comparable(one)), json.dumps(_comparable(other)), f"{place}, claims")
        self.compare_ids(one["sub"], other["sub"], f"{place}, sub")
        if abs(one["iat"] - other["iat"]) > _MAX_SECONDS_APART or one["jti"] == other["jti"]:
            raise Difference(f"{place}: iat or jti: {one} and {other}")

    @staticmethod
    def _require_equal(first: str, second: str, place: str) -> None:
        if first != second:
            raise Difference(f"{place}:\n  {first!r}\n  {second!r}")


def _decode_cursor(text: str) -> str:
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()
    except (binascii.Error, UnicodeDecodeError):
        return text


def _claims(token: str) -> dict[str, Any]:
    claims: dict[str, Any] = jwt.decode(token, SECRET_KEY, algorithms=["HS256"], options={"verify_aud": False})
    return claims


def _comparable(claims: dict[str, Any]) -> dict[str, Any]:
    """Return the claims in alphabetical order, with placeholders for values that differ in each token."""
    placeholders = {"sub": "id", "iat": "seconds", "exp": claims["exp"] - claims["iat"], "jti": len(claims["jti"])}
    return {name: placeholders.get(name, value) for name, value in sorted(claims.items())}
