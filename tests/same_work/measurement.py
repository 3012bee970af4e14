"""Send the requests of `statements.yaml` to an implementation, and count their SQL statements."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import yaml
from psycopg2.extensions import connection as Connection  # noqa: N812 - a class with a lower-case name

from harness.wire.protocol import Count, StatementLog
from tests.contract.shop import new_token
from tests.parity.seed_data import ACCOUNTS
from tests.pictures import picture

FILE = Path(__file__).parent / "statements.yaml"
ROWS = (Path(__file__).parent / "rows.sql").read_text(encoding="utf-8")
IMPLEMENTATIONS = ("django", "fastapi")
# Requests that are sent before the measured one, because they connect and prepare statements.
WARM_UP = 2
# This request waits for the only connection, so it ends after all statements of the previous request,
# even if some are sent after the response.
NEXT = "/api/categories/nothing-of-this-name"
REFRESH = re.compile(r"\{refresh\}")


@dataclass(frozen=True)
class Entry:
    """A request with its expected cost in each implementation. `because` names the decision for a different cost."""

    name: str
    request: str
    caller: str
    options: Mapping[str, Any]
    before: str
    costs: Mapping[str, Count]
    because: str

    @property
    def operation(self) -> str:
        """The operationId."""
        return self.name.partition(",")[0]


def read_entries() -> list[Entry]:
    """Return the entries of statements.yaml, in its order."""
    return [_entry(one) for one in yaml.safe_load(FILE.read_text(encoding="utf-8"))]


def _entry(one: dict[str, Any]) -> Entry:
    options: dict[str, Any] = {key: one[key] for key in ("json", "data", "headers") if key in one}
    if "picture" in one:
        options["files"] = {"image": picture(one["picture"])}
    costs = {implementation: Count(*(one.get(implementation) or one["cost"])) for implementation in IMPLEMENTATIONS}
    return Entry(
        one["name"],
        one["request"],
        one.get("as", "anonymous"),
        options,
        one.get("before", ""),
        costs,
        one.get("because", ""),
    )


@dataclass
class RecordedImplementation:
    """An implementation with a recorded connection to PostgreSQL."""

    name: str
    http: httpx.Client
    journal: StatementLog
    sql: Connection
    sent: int = 0

    def cost(self, entry: Entry) -> tuple[Count, list[str]]:
        """Return the cost of a request after the warm-up, and its statements."""
        for _ in range(WARM_UP):
            self._send(entry)
            self._send_next()
        both, statements = self._record(entry)
        following, own = self._record(None)
        return both - following, statements[: len(statements) - len(own)]

    def _record(self, entry: Entry | None) -> tuple[Count, list[str]]:
        """Return the cost and the statements of a request and the next one, or of the next one alone."""
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
        if entry.caller != "anonymous":
            token = new_token(ACCOUNTS[entry.caller])
            options["headers"] = {**options.get("headers", {}), "Authorization": f"Bearer {token}"}
        response = self.http.request(method, path, **options)
        assert response.is_success, f"{entry.name}: {response.status_code} {response.text}"


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
