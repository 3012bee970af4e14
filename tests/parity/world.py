"""The small world that every case finds, put back into a database whenever a case may have changed it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml
from psycopg2 import sql
from psycopg2.extensions import connection as Connection  # noqa: N812 - a class with a lower-case name

from tests.parity.cases import FOLDER, Loader
from tests.parity.values import Reader


def _read() -> Any:
    return yaml.load((FOLDER / "world.yaml").read_text(encoding="utf-8"), Loader)


_WORLD = _read()
ACCOUNTS: Mapping[str, str] = {name: _WORLD["names"][who.strip("<>")] for name, who in _WORLD["accounts"].items()}
NAMES: Mapping[str, str] = _WORLD["names"]
TABLES: dict[str, list[dict[str, Any]]] = Reader(NAMES, ACCOUNTS).read(_WORLD["tables"])


@dataclass
class World:
    """A database that holds the world, or may have come away from it."""

    connection: Connection
    untouched: bool = False
    statement: str = field(init=False)

    def __post_init__(self) -> None:
        deletions = [sql.SQL("DELETE FROM {}").format(sql.Identifier(table)) for table in reversed(TABLES)]
        insertions = [_insertion(table, rows) for table, rows in TABLES.items()]
        hurry = sql.SQL("SET synchronous_commit = off")  # nobody needs these rows after a crash
        self.statement = sql.SQL("; ").join([hurry, *deletions, *insertions]).as_string(self.connection)

    def restore(self) -> None:
        """Make the rows what they were, unless nothing has touched them."""
        if not self.untouched:
            with self.connection.cursor() as cursor:
                cursor.execute(self.statement)
            self.untouched = True

    def touch(self, method: str, status: int) -> None:
        """Remember that a request of this method was answered so; a refusal writes nothing, or other cases fail."""
        wrote = method not in {"GET", "HEAD", "OPTIONS"} and not 400 <= status < 500
        self.untouched = self.untouched and not wrote


def _insertion(table: str, rows: list[dict[str, Any]]) -> sql.Composable:
    columns = sql.SQL(", ").join(map(sql.Identifier, rows[0]))
    values = [sql.SQL("({})").format(sql.SQL(", ").join(sql.Literal(row[name]) for name in rows[0])) for row in rows]
    return sql.SQL("INSERT INTO {} ({}) VALUES {}").format(sql.Identifier(table), columns, sql.SQL(", ").join(values))
