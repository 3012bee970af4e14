"""Requests and their expected responses: recorded by the verification, sent and checked by the load generator."""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

# Stands in a body where each request needs a value of its own; replaced by nine digits.
SERIAL = "@serial@"

STRING = r'"(?:[^"\\]|\\.)*"'
TIME = r'"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{6})?Z"'
ID = r'"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}"'
_VARYING = {
    "id": ID,
    "time": TIME,
    "updated_at": f'(?<="updated_at":){TIME}',
    "stock": r'(?<="stock":)\d+',
    "token": r'"[\w-]+\.[\w-]+\.[\w-]+"',
}


@dataclass(frozen=True)
class Request:
    """A request. `account` is the e-mail address of the signed-in user; `keyed` sends an Idempotency-Key of its own."""

    method: str
    path: str
    body: str | None = None
    content_type: str | None = None
    account: str | None = None
    keyed: bool = False

    def headers(self, tokens: dict[str, str], serial: str) -> dict[str, str]:
        """The headers that the client chooses itself."""
        headers = {"Accept": "application/json"}
        if self.content_type:
            headers["Content-Type"] = self.content_type
        if self.account:
            headers["Authorization"] = f"Bearer {tokens[self.account]}"
        if self.keyed:
            headers["Idempotency-Key"] = f"benchmark-{serial}"
        return headers

    def payload(self, serial: str) -> str | None:
        return self.body.replace(SERIAL, serial) if self.body else None


@dataclass(frozen=True)
class Exchange:
    """A request with its expected response: status, and the exact body or a pattern of the whole body."""

    request: Request
    status: int
    text: str | None = None
    pattern: str | None = None


@dataclass(frozen=True)
class Plan:
    """Exchanges of each work in the order in which a user makes them; `starts` are where journeys begin.

    A work is a scenario on a data set of some size.
    """

    exchanges: dict[str, list[Exchange]] = field(default_factory=dict)
    starts: dict[str, list[int]] = field(default_factory=dict)

    @staticmethod
    def key(scenario: str, size: int) -> str:
        """The name of a work."""
        return f"{scenario} {size}"

    def add(self, work: str, journeys: Iterable[Sequence[Exchange]]) -> None:
        """Add a work, journey after journey."""
        exchanges: list[Exchange] = []
        starts: list[int] = []
        for journey in journeys:
            starts.append(len(exchanges))
            exchanges += journey
        self.exchanges[work], self.starts[work] = exchanges, starts

    def remove(self, scenario: str) -> None:
        """Forget a scenario on every size."""
        for work in [work for work in self.exchanges if work.split()[0] == scenario]:
            del self.exchanges[work], self.starts[work]

    def scenarios(self, size: int) -> list[str]:
        """Scenarios of the works on data of this size, in the order in which they were added."""
        named = (work.split() for work in self.exchanges)
        return [scenario for scenario, products in named if int(products) == size]

    def accounts(self, size: int) -> set[str]:
        """E-mail addresses that ask for something on data of this size; another size has other customers."""
        works = [self.exchanges[self.key(scenario, size)] for scenario in self.scenarios(size)]
        return {account for work in works for exchange in work if (account := exchange.request.account)}

    def places(self, work: str, users: int) -> list[int]:
        """Where each of so many users begins: evenly over the journeys, and each a step further into its own.

        So at any time all steps of a journey are being asked for, the cheap and the dear ones alike.
        """
        starts, size = self.starts[work], len(self.exchanges[work])
        return [(starts[number * len(starts) // users % len(starts)] + number) % size for number in range(users)]

    def save(self, path: Path) -> None:
        path.write_text(json.dumps(asdict(self), ensure_ascii=False), encoding="utf-8")

    @classmethod
    def load(cls, path: Path) -> "Plan":
        content = json.loads(path.read_text(encoding="utf-8"))
        exchanges = {name: [_exchange(each) for each in values] for name, values in content["exchanges"].items()}
        return cls(exchanges, content["starts"])


def pattern_of(body: str, varying: Sequence[str], serial: str) -> str:
    """The body as a regular expression in which the named parts, and the serial number, may be others."""
    parts = {name: _VARYING[name] for name in varying} | {"serial": re.escape(serial)}
    anything = re.compile("|".join(f"(?P<{name}>{part})" for name, part in parts.items()))
    pattern, end = "", 0
    for found in anything.finditer(body):
        name = found.lastgroup or ""
        pattern += re.escape(body[end : found.start()]) + (r"\d{9}" if name == "serial" else parts[name])
        end = found.end()
    return pattern + re.escape(body[end:])


def _exchange(values: dict[str, Any]) -> Exchange:
    return Exchange(**{**values, "request": Request(**values["request"])})
