"""The environment of the servers, the rows that exist before each case, and a database that is reset to them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import yaml
from psycopg2 import sql
from psycopg2.extensions import connection as Connection  # noqa: N812 - a class with a lower-case name

from tests.parity.cases import SEED_DATA_FILE, Loader
from tests.parity.expressions import Evaluator


def _read() -> Any:
    return yaml.load(SEED_DATA_FILE.read_text(encoding="utf-8"), Loader)


_SEED_DATA = _read()
# Environment variables of the servers.
ENVIRONMENT: Mapping[str, str] = _SEED_DATA["environment"]
# Account names of the cases, with the ids of their users.
ACCOUNTS: Mapping[str, str] = {
    name: _SEED_DATA["names"][user_id.strip("<>")] for name, user_id in _SEED_DATA["accounts"].items()
}
NAMES: Mapping[str, str] = _SEED_DATA["names"]
TABLES: dict[str, list[dict[str, Any]]] = Evaluator(NAMES, ACCOUNTS).evaluate(_SEED_DATA["tables"])
EXCEEDED_LIMITS: list[list[str]] = Evaluator(NAMES, ACCOUNTS).evaluate(_SEED_DATA["exceeded_limits"])


@dataclass
class SeededDatabase:
    """A database with the seed data. `is_clean` is False after a request that may have changed the rows."""

    connection: Connection
    is_clean: bool = False
    statement: str = field(init=False)
    throttles: str = field(init=False)

    def __post_init__(self) -> None:
        tables = ["outbox", *reversed(TABLES)]
        deletions = [sql.SQL("DELETE FROM {}").format(sql.Identifier(table)) for table in tables]
        insertions = [_insertion(table, rows) for table, rows in TABLES.items()]
        # The rows need not survive a crash, and a commit that does not wait for the disk is faster.
        asynchronous = sql.SQL("SET synchronous_commit = off")
        self.throttles = sql.SQL("; ").join([asynchronous, *_throttles()]).as_string(self.connection)
        self.statement = sql.SQL("; ").join([asynchronous, *deletions, *insertions]).as_string(self.connection)

    def restore(self) -> None:
        """Replace all rows by the seed data. If the database is clean, only the counts of requests."""
        with self.connection.cursor() as cursor:
            cursor.execute(self.throttles)
            if not self.is_clean:
                cursor.execute(self.statement)
        self.is_clean = True

    def record_request(self, method: str, status: int) -> None:
        """Mark the database as changed if a request with this method and this response status may have written.

        A 4xx response is taken to write nothing. A rejected request that does write makes later cases fail.
        """
        wrote = method not in {"GET", "HEAD", "OPTIONS"} and not 400 <= status < 500
        self.is_clean = self.is_clean and not wrote


def _insertion(table: str, rows: list[dict[str, Any]]) -> sql.Composable:
    columns = sql.SQL(", ").join(map(sql.Identifier, rows[0]))
    values = [sql.SQL("({})").format(sql.SQL(", ").join(sql.Literal(row[name]) for name in rows[0])) for row in rows]
    return sql.SQL("INSERT INTO {} ({}) VALUES {}").format(sql.Identifier(table), columns, sql.SQL(", ").join(values))


def _throttles() -> list[sql.Composable]:
    """Return the statements that reset all counts of requests, and exceed the limits of the seed data."""
    keys = [uuid5(NAMESPACE_URL, f"throttle:{limit}:{value}") for limit, value in EXCEEDED_LIMITS]
    values = [sql.SQL("({}, 1000000, now() + interval '1 minute')").format(sql.Literal(str(key))) for key in keys]
    insertion = sql.SQL("INSERT INTO throttles (key, count, expires_at) VALUES {}").format(sql.SQL(", ").join(values))
    return [sql.SQL("DELETE FROM throttles"), insertion]
