"""Which id, time, token and cursor of one implementation corresponds to which of the other; all else must be equal."""

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
_OWN = re.compile(rf"(?P<jwt>{_JWT})|(?P<cursor>{_NEXT})|(?P<time>{_TIME})|(?P<id>{_UUID})")
# Both implementations answer a step within this time of each other.
_TOGETHER_SECONDS = 60


class Difference(AssertionError):
    """A client could tell the implementations apart by this."""


class Correspondence:
    """What has been seen so far to stand for what. Ids and times map one to one, and times keep their order."""

    def __init__(self) -> None:
        self._ids: dict[str, str] = {}
        self._ids_back: dict[str, str] = {}
        self._times: dict[datetime, datetime] = {}
        self._earlier: list[datetime] = []
        self._later: list[datetime] = []

    def texts(self, ours: str, theirs: str, where: str) -> None:
        """Compare two texts of the implementations, such as bodies. Raises Difference."""
        pairs = zip_longest(_OWN.finditer(ours), _OWN.finditer(theirs))
        at, there = 0, 0
        for one, other in pairs:
            if one is None or other is None or one.lastgroup != other.lastgroup:
                break
            self._same(ours[at : one.start()], theirs[there : other.start()], where)
            self._stands_for(str(one.lastgroup), one[0], other[0], where)
            at, there = one.end(), other.end()
        self._same(ours[at:], theirs[there:], where)

    def ids(self, ours: str, theirs: str, where: str) -> None:
        """Note that an id stands for another. Raises Difference where either stands for something else."""
        if self._ids.setdefault(ours, theirs) != theirs or self._ids_back.setdefault(theirs, ours) != ours:
            raise Difference(f"{where}: id {ours} is another one's than {theirs}")

    def times(self, ours: datetime, theirs: datetime, where: str) -> None:
        """Note that a time stands for another. Raises Difference where they disagree on what is equal or earlier."""
        known = self._times.get(ours)
        if known == theirs:
            return
        place = bisect_left(self._earlier, ours)
        if known is not None or place != bisect_left(self._later, theirs) or theirs in self._later[place : place + 1]:
            raise Difference(f"{where}: {ours} and {theirs} are not equal to, or after, the same moments")
        self._times[ours] = theirs
        insort(self._earlier, ours)
        insort(self._later, theirs)

    def _stands_for(self, kind: str, ours: str, theirs: str, where: str) -> None:
        if kind == "id":
            self.ids(ours, theirs, where)
        elif kind == "time":
            self.times(datetime.fromisoformat(ours), datetime.fromisoformat(theirs), where)
        elif kind == "cursor":
            self.texts(_cursor(ours), _cursor(theirs), f"{where}, cursor")
        else:
            self._tokens(ours, theirs, f"{where}, token")

    def _tokens(self, ours: str, theirs: str, where: str) -> None:
        self._same(ours.partition(".")[0], theirs.partition(".")[0], f"{where}, header")
        one, other = _claims(ours), _claims(theirs)
        self._same(json.dumps(_common(one)), json.dumps(_common(other)), f"{where}, claims")
        self.ids(one["sub"], other["sub"], f"{where}, sub")
        if abs(one["iat"] - other["iat"]) > _TOGETHER_SECONDS or one["jti"] == other["jti"]:
            raise Difference(f"{where}: iat or jti: {one} and {other}")

    @staticmethod
    def _same(ours: str, theirs: str, where: str) -> None:
        if ours != theirs:
            raise Difference(f"{where}:\n  {ours!r}\n  {theirs!r}")


def _cursor(text: str) -> str:
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()
    except (binascii.Error, UnicodeDecodeError):
        return text


def _claims(token: str) -> dict[str, Any]:
    claims: dict[str, Any] = jwt.decode(token, SECRET_KEY, algorithms=["HS256"], options={"verify_aud": False})
    return claims


def _common(claims: dict[str, Any]) -> dict[str, Any]:
    """The claims, those that differ by nature replaced by their form. Clients take tokens whole: order says nothing."""
    forms = {"sub": "id", "iat": "seconds", "exp": claims["exp"] - claims["iat"], "jti": len(claims["jti"])}
    return {name: forms.get(name, value) for name, value in sorted(claims.items())}
