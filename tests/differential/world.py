"""The small world that every sequence starts from: the rows of the cases' world.yaml."""

import re
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
        for table in reversed(TABLES):
            cursor.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table)))
        for table, rows in TABLES.items():
            for row in rows:
                cursor.execute(*_insertion(table, row))
    connection.commit()


def _insertion(table: str, row: Node) -> tuple[sql.Composed, list[Any]]:
    names = sql.SQL(", ").join(sql.Identifier(name) for name in row)
    values = sql.SQL(", ").join(sql.Placeholder() for _ in row)
    statement = sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(sql.Identifier(table), names, values)
    return statement, [filled(value) for value in row.values()]
