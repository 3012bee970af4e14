"""Requests and their expected responses: recorded by the verification, sent and checked by the load generator."""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

# Placeholder in a request. Each time the request is sent it is replaced by a new number of nine digits.
SERIAL = "@serial@"
# The name of the dialect of the implementations: see `dialects.py`.
CONTRACT = "contract"

STRING = r'"(?:[^"\\]|\\.)*"'
TIME = r'"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{6})?Z"'
ID = r'"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}"'
_VARYING = {
    "id": ID,
    "time": TIME,
    "updated_at": f'(?<="updated_at":){TIME}',
    "stock": r'(?<="stock":)\d+',
    "port": r"(?<=//127\.0\.0\.1:)\d+",
    "token": r'"[\w-]+\.[\w-]+\.[\w-]+"',
}


@dataclass(frozen=True)
class Request:
    """A request. `account` is the e-mail address of its user; `keyed` adds a new Idempotency-Key each time."""

    method: str
    path: str
    body: str | None = None
    content_type: str | None = None
    account: str | None = None
    keyed: bool = False

    def headers(self, tokens: dict[str, str], serial: str) -> dict[str, str]:
        """Return the headers except those that the HTTP client adds. `tokens` has a token for each account."""
        headers = {"Accept": "application/json"}
        if self.content_type:
            headers["Content-Type"] = self.content_type
        if self.account:
            headers["Authorization"] = f"Bearer {tokens[self.account]}"
        if self.keyed:
            headers["Idempotency-Key"] = f"benchmark-{serial}"
        return headers

    def payload(self, serial: str) -> str | None:
        """Return the body with this serial number, None if the request has no body."""
        return self.body.replace(SERIAL, serial) if self.body else None


@dataclass(frozen=True)
class Exchange:
    """A request with its expected response: a status, and either the exact body or a pattern of the complete body.

    `example` is a body that the pattern matches. The latency of an exchange that `is_background` is not recorded.
    """

    request: Request
    status: int
    text: str | None = None
    pattern: str | None = None
    is_background: bool = False
    example: str | None = None


@dataclass(frozen=True)
class Plan:
    """The exchanges of each workload, in the order in which a user sends them.

    A workload is a scenario in a dialect, on a data set of a certain size. `starts` has the indexes at which its
    journeys start.
    """

    exchanges: dict[str, list[Exchange]] = field(default_factory=dict)
    starts: dict[str, list[int]] = field(default_factory=dict)

    @staticmethod
    def key(scenario: str, size: int, dialect: str = CONTRACT) -> str:
        """Return the name of a workload; `size` is the number of products, `dialect` the name of a dialect."""
        return f"{scenario} {size} {dialect}"

    def add(self, workload: str, journeys: Iterable[Sequence[Exchange]]) -> None:
        """Add a workload: the exchanges of its journeys."""
        exchanges: list[Exchange] = []
        starts: list[int] = []
        for journey in journeys:
            starts.append(len(exchanges))
            exchanges += journey
        self.exchanges[workload], self.starts[workload] = exchanges, starts

    def remove(self, scenario: str) -> None:
        """Remove the workloads of a scenario on all sizes and in all dialects."""
        for workload in [workload for workload in self.exchanges if workload.split()[0] == scenario]:
            del self.exchanges[workload], self.starts[workload]

    def scenarios(self, size: int) -> list[str]:
        """Return the scenarios with a workload of this size, in the order in which they were added."""
        keys = (workload.split() for workload in self.exchanges)
        return list(dict.fromkeys(scenario for scenario, products, _ in keys if int(products) == size))

    def workloads(self, size: int) -> list[str]:
        """Return the workloads of this size, of all scenarios and dialects, in the order in which they were added."""
        return [workload for workload in self.exchanges if int(workload.split()[1]) == size]

    def accounts(self, size: int, dialect: str = CONTRACT) -> set[str]:
        """Return the e-mail addresses of all users that send requests in workloads of this size and dialect."""
        workloads = [self.exchanges[self.key(scenario, size, dialect)] for scenario in self.scenarios(size)]
        return {account for workload in workloads for exchange in workload if (account := exchange.request.account)}

    def positions(self, workload: str, users: int) -> list[int]:
        """Return the index of the exchange with which each of `users` users starts.

        The users are distributed evenly over the journeys, and each starts one step further than the previous one. So
        at any time the users send requests of all steps, whether these cost little or much.
        """
        starts, size = self.starts[workload], len(self.exchanges[workload])
        return [(starts[number * len(starts) // users % len(starts)] + number) % size for number in range(users)]

    def save(self, path: Path) -> None:
        """Write the plan as JSON."""
        path.write_text(json.dumps(asdict(self), ensure_ascii=False), encoding="utf-8")

    @classmethod
    def load(cls, path: Path) -> "Plan":
        """Read a plan that `save` wrote."""
        content = json.loads(path.read_text(encoding="utf-8"))
        exchanges = {name: [_exchange(each) for each in values] for name, values in content["exchanges"].items()}
        return cls(exchanges, content["starts"])


def pattern_of(body: str, varying: Sequence[str], serial: str) -> str:
    """Return a regular expression that matches the body with other values of the varying parts and serial number.

    `varying` are keys of `_VARYING`.
    """
    parts = {name: _VARYING[name] for name in varying} | {"serial": re.escape(serial)}
    any_part = re.compile("|".join(f"(?P<{name}>{part})" for name, part in parts.items()))
    pattern, end = "", 0
    for match in any_part.finditer(body):
        name = match.lastgroup or ""
        pattern += re.escape(body[end : match.start()]) + (r"\d{9}" if name == "serial" else parts[name])
        end = match.end()
    return pattern + re.escape(body[end:])


def _exchange(values: dict[str, Any]) -> Exchange:
    return Exchange(**{**values, "request": Request(**values["request"])})
