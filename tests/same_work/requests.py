"""Send the requests of `statements.yaml` repeatedly to an implementation, and count the last one."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import yaml
from psycopg2.extensions import connection as Connection  # noqa: N812 - a class with a lower-case name

from harness.wire.protocol import Count, Journal
from tests.contract.shop import new_token
from tests.parity.seed_data import ACCOUNTS

FILE = Path(__file__).parent / "statements.yaml"
ROWS = (Path(__file__).parent / "rows.sql").read_text(encoding="utf-8")
IMPLEMENTATIONS = ("django", "fastapi")
# The first ones connect, and prepare statements.
WARM_UP = 2
# Needs the only connection, so it is answered when the request before it is done with that, also after its answer.
NEXT = "/api/categories/nothing-of-this-name"
REFRESH = re.compile(r"\{refresh\}")


@dataclass(frozen=True)
class Entry:
    """One request, what it costs each implementation, and why not the same where it is not."""

    name: str
    request: str
    caller: str
    options: Mapping[str, Any]
    before: str
    costs: Mapping[str, Count]
    because: str

    @property
    def operation(self) -> str:
        """The operation of openapi.yaml."""
        return self.name.partition(",")[0]


def read_entries() -> list[Entry]:
    """The table, in order."""
    return [_entry(one) for one in yaml.safe_load(FILE.read_text(encoding="utf-8"))]


def _entry(one: dict[str, Any]) -> Entry:
    options: dict[str, Any] = {key: one[key] for key in ("json", "data", "headers") if key in one}
    costs = {implementation: Count(*(one.get(implementation) or one["cost"])) for implementation in IMPLEMENTATIONS}
    return Entry(
        one["name"],
        one["request"],
        one.get("as", "nobody"),
        options,
        one.get("before", ""),
        costs,
        one.get("because", ""),
    )


@dataclass
class Implementation:
    """An implementation whose way to the database is noted."""

    name: str
    http: httpx.Client
    journal: Journal
    sql: Connection
    sent: int = 0

    def cost(self, entry: Entry) -> tuple[Count, list[str]]:
        """What the request costs once everything is warm, and the statements."""
        for _ in range(WARM_UP):
            self._send(entry)
            self._send_next()
        both, statements = self._noted(entry)
        following, own = self._noted(None)
        return both - following, statements[: len(statements) - len(own)]

    def _noted(self, entry: Entry | None) -> tuple[Count, list[str]]:
        """What a request and the next one cost, or the next one alone, and the statements."""
        self.journal.clear()
        if entry:
            self._send(entry)
        self._send_next()
        return self.journal.count(), list(self.journal.statements)

    def _send_next(self) -> None:
        assert self.http.get(NEXT).status_code == 404

    def _send(self, entry: Entry) -> None:
        self.sent += 1
        number = str(self.sent)
        row = None
        if entry.before:
            with self.sql.cursor() as cursor:
                cursor.execute(entry.before.replace("{n}", number))
                row = cursor.fetchone()
        method, path = entry.request.replace("{n}", number).replace("{row}", str(row and row[0])).split(" ")
        options = _filled(entry.options, number)
        if entry.caller != "nobody":
            token = new_token(ACCOUNTS[entry.caller])
            options["headers"] = {**options.get("headers", {}), "Authorization": f"Bearer {token}"}
        answer = self.http.request(method, path, **options)
        assert answer.is_success, f"{entry.name}: {answer.status_code} {answer.text}"


def _filled(value: Any, number: str) -> Any:
    match value:
        case str():
            return REFRESH.sub(
                lambda _: new_token(ACCOUNTS["shopper"], token_type="refresh"), value.replace("{n}", number)
            )
        case dict():
            return {key: _filled(part, number) for key, part in value.items()}
        case list():
            return [_filled(part, number) for part in value]
    return value
