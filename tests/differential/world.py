"""The small world that every sequence starts from: the rows of the cases' world.yaml."""

import re
from functools import cache
from typing import Any

from psycopg2 import extensions, sql

from tests.contract_lint import Node, load

_WORLD = load("cases/world.yaml")
NAMES: dict[str, str] = _WORLD["names"]
TABLES: dict[str, list[Node]] = _WORLD["tables"]
# Who can be acted as, and the placeholder of their id.
ACCOUNTS: dict[str, str] = _WORLD["accounts"]
# Of every account of the world.
PASSWORD = "a password of the world"


def filled(value: Any) -> Any:
    """The value, its placeholders replaced with what they stand for."""
    if not isinstance(value, str):
        return value
    return re.sub(r"<([a-z_0-9]+)>", lambda found: NAMES.get(found[1], found[0]), value)


def column(table: str, name: str) -> list[str]:
    """The values of a column, in the order of the rows."""
    return [filled(row[name]) for row in TABLES[table]]


def restore(connection: extensions.connection) -> None:
    """Make the tables what they are at the start of every sequence."""
    with connection.cursor() as cursor:
        cursor.execute(_restoration().as_string(cursor))


@cache
def _restoration() -> sql.Composed:
    """All statements as one, which is also one transaction."""
    deletions = [sql.SQL("DELETE FROM {};").format(sql.Identifier(table)) for table in reversed(TABLES)]
    return sql.Composed([*deletions, *(_insertion(table, row) for table, rows in TABLES.items() for row in rows)])


def _insertion(table: str, row: Node) -> sql.Composed:
    names = sql.SQL(", ").join(map(sql.Identifier, row))
    values = sql.SQL(", ").join(sql.Literal(filled(value)) for value in row.values())
    return sql.SQL("INSERT INTO {} ({}) VALUES ({});").format(sql.Identifier(table), names, values)
