"""Evaluate the expressions in a case, such as `{$times: [3, ab]}` and `<teapot_id>`.

shared_contract/cases/README.md lists the expressions.
"""

import base64
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tests.parity.tokens import make_token, tamper_token

NAME = re.compile(r"<(\w+)>")


@dataclass(frozen=True)
class Evaluator:
    """Evaluates expressions. `names` are the names in angle brackets, `accounts` the user ids of the accounts."""

    names: Mapping[str, str]
    accounts: Mapping[str, str]

    def evaluate(self, value: Any) -> Any:
        """Return the value with all names and expressions replaced, at any depth."""
        match value:
            case str():
                return NAME.sub(lambda found: self.names.get(found[1], found[0]), value)
            case list():
                return [self.evaluate(item) for item in value]
            case dict() if (keyword := next(iter(value), "")) in EXPRESSIONS and len(value) == 1:
                return EXPRESSIONS[keyword](self, value[keyword])
            case dict():
                return {self.evaluate(key): self.evaluate(item) for key, item in value.items()}
            case _:
                return value

    def token(self, description: Mapping[str, Any]) -> str:
        """Return a token of the account `of`. Without further keys it is a valid access token."""
        options = {key: self.evaluate(part) for key, part in description.items() if key != "of"}
        return make_token(self.evaluate(self.accounts[description["of"]]), **options)


def _times(evaluator: Evaluator, arguments: list[Any]) -> Any:
    number, value = arguments
    return evaluator.evaluate(value) * number


def _join(evaluator: Evaluator, parts: list[Any]) -> str:
    return "".join(evaluator.evaluate(part) for part in parts)


def _cut(evaluator: Evaluator, arguments: list[Any]) -> str:
    number, value = arguments
    return str(evaluator.evaluate(value)[:-number])


def _object(evaluator: Evaluator, pairs: list[Any]) -> dict[Any, Any]:
    return {evaluator.evaluate(key): evaluator.evaluate(value) for key, value in pairs}


def _cursor(evaluator: Evaluator, parts: list[Any]) -> str:
    return _encoded(json.dumps(evaluator.evaluate(parts), ensure_ascii=False, separators=(",", ":")))


def _base64url(evaluator: Evaluator, text: Any) -> str:
    return _encoded(evaluator.evaluate(text))


def _tampered(evaluator: Evaluator, description: Mapping[str, Any]) -> str:
    return tamper_token(evaluator.token({"of": description["of"]}), evaluator.evaluate(description["claims"]))


def _encoded(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


EXPRESSIONS: Mapping[str, Callable[[Evaluator, Any], Any]] = {
    "$times": _times,
    "$join": _join,
    "$cut": _cut,
    "$object": _object,
    "$cursor": _cursor,
    "$base64url": _base64url,
    "$token": lambda evaluator, description: evaluator.token(description),
    "$tampered": _tampered,
}
