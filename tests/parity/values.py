"""The few words that a case may use where a plain value would be unreadable: `$times`, `$token`, `$cursor`, ..."""

import base64
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tests.parity.tokens import minted, tampered

NAME = re.compile(r"<(\w+)>")


@dataclass(frozen=True)
class Reader:
    """Reads the values of a case; `names` are what it may write in angle brackets, `accounts` whom tokens are of."""

    names: Mapping[str, str]
    accounts: Mapping[str, str]

    def read(self, value: Any) -> Any:
        """The value meant, at any depth."""
        match value:
            case str():
                return NAME.sub(lambda found: self.names.get(found[1], found[0]), value)
            case list():
                return [self.read(item) for item in value]
            case dict() if (word := next(iter(value), "")) in WORDS and len(value) == 1:
                return WORDS[word](self, value[word])
            case dict():
                return {self.read(key): self.read(item) for key, item in value.items()}
            case _:
                return value

    def token(self, description: Mapping[str, Any]) -> str:
        """A token `of` an account, `{}` being good for requests."""
        options = {key: self.read(part) for key, part in description.items() if key != "of"}
        return minted(self.read(self.accounts[description["of"]]), **options)


def _times(reader: Reader, arguments: list[Any]) -> Any:
    number, value = arguments
    return reader.read(value) * number


def _join(reader: Reader, parts: list[Any]) -> str:
    return "".join(reader.read(part) for part in parts)


def _cut(reader: Reader, arguments: list[Any]) -> str:
    number, value = arguments
    return str(reader.read(value)[:-number])


def _object(reader: Reader, pairs: list[Any]) -> dict[Any, Any]:
    return {reader.read(key): reader.read(value) for key, value in pairs}


def _cursor(reader: Reader, parts: list[Any]) -> str:
    return _encoded(json.dumps(reader.read(parts), ensure_ascii=False, separators=(",", ":")))


def _base64url(reader: Reader, text: Any) -> str:
    return _encoded(reader.read(text))


def _tampered(reader: Reader, description: Mapping[str, Any]) -> str:
    return tampered(reader.token({"of": description["of"]}), reader.read(description["claims"]))


def _encoded(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


WORDS: Mapping[str, Callable[[Reader, Any], Any]] = {
    "$times": _times,
    "$join": _join,
    "$cut": _cut,
    "$object": _object,
    "$cursor": _cursor,
    "$base64url": _base64url,
    "$token": lambda reader, description: reader.token(description),
    "$tampered": _tampered,
}
