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
        insertions = [_insertion(table, row) for table, rows in TABLES.items() for row in rows]
        self.statement = sql.SQL("; ").join([*deletions, *insertions]).as_string(self.connection)

    def restore(self) -> None:
        """Make the rows what they were, unless nothing has touched them."""
        if not self.untouched:
            with self.connection.cursor() as cursor:
                cursor.execute(self.statement)
            self.untouched = True

    def touch(self, method: str) -> None:
        """Remember that a request of this method was sent."""
        self.untouched = self.untouched and method in {"GET", "HEAD", "OPTIONS"}


def _insertion(table: str, row: Mapping[str, Any]) -> sql.Composable:
    return sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
        sql.Identifier(table),
        sql.SQL(", ").join(map(sql.Identifier, row)),
        sql.SQL(", ").join(map(sql.Literal, row.values())),
    )
