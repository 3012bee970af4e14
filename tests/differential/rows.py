"""Compare all rows of the contract's tables in two databases."""

import json
import re
from datetime import date, datetime, timedelta
from itertools import zip_longest
from typing import Any

from psycopg2 import extensions

from tests.contract_lint import CONTRACT
from tests.differential.correspondence import Correspondence, Difference

# Each table with its first column, which is the primary key.
KEYS = dict(re.findall(r"^CREATE TABLE (\w+) \(\n +(\w+)", (CONTRACT / "schema.sql").read_text("utf-8"), re.MULTILINE))
TABLES = [*KEYS]

# Ids increase with the time of creation, so the nth row of one implementation corresponds to the nth row of the other.
_ALL_ROWS = "SELECT json_build_object({})".format(
    ", ".join(f"'{table}', (SELECT json_agg(t ORDER BY {key}) FROM {table} t)" for table, key in KEYS.items())
)
_ARGON2 = re.compile(r"(argon2\$argon2id\$v=\d+\$m=\d+,t=\d+,p=\d+)\$([\w+/]+)\$([\w+/]+)")

type Row = dict[str, Any]
type Rows = dict[str, list[Row]]


def read_rows(connection: extensions.connection) -> Rows:
    """Return all rows of all tables, ordered by their keys."""
    with connection.cursor() as cursor:
        cursor.execute("SET TIME ZONE 'UTC'")
        cursor.execute(_ALL_ROWS)
        (found,) = cursor.fetchone() or ({},)
    return {table: rows or [] for table, rows in found.items()}


def compare_rows(first: Rows, second: Rows, correspondence: Correspondence) -> None:
    """Raise Difference unless each row of one database corresponds to a row of the other."""
    for table in TABLES:
        for number, (one, other) in enumerate(zip_longest(first[table], second[table]), 1):
            place = f"table {table}, row {number}"
            if one is None or other is None:
                raise Difference(f"{place}: only one database has this row: {one or other}")
            for name, value in one.items():
                _compare_values(name, value, other[name], correspondence, place)


def _compare_values(name: str, first: Any, second: Any, correspondence: Correspondence, row: str) -> None:
    place = f"{row}, {name}"
    if name == "transaction_id":
        # The events of one transaction of the one are those of one transaction of the other.
        return correspondence.compare_ids(f"transaction {first}", f"transaction {second}", place)
    if isinstance(first, dict) and isinstance(second, dict) and first.keys() == second.keys():
        for key, value in first.items():
            _compare_values(key, value, second[key], correspondence, place)
        return None
    if isinstance(first, str) and isinstance(second, str):
        if name == "id" or name.endswith("_id"):
            return correspondence.compare_ids(first, second, place)
        if name.endswith("_at"):
            return correspondence.compare_times(datetime.fromisoformat(first), datetime.fromisoformat(second), place)
        if name == "date":
            return _compare_days(first, second, place)
        if name == "password":
            first, second = _hash_parameters(first), _hash_parameters(second)
    if first != second:
        raise Difference(f"{place}:\n  {json.dumps(first)}\n  {json.dumps(second)}")
    return None


def _compare_days(first: str, second: str, place: str) -> None:
    """Raise Difference unless the days are the same, or midnight was between the two requests."""
    if abs(date.fromisoformat(first) - date.fromisoformat(second)) > timedelta(days=1):
        raise Difference(f"{place}: {first}, {second}")


def _hash_parameters(password: str) -> str:
    """Return algorithm, parameters and lengths of a password hash, without salt and digest."""
    found = _ARGON2.fullmatch(password)
    return f"{found[1]}${len(found[2])}${len(found[3])}" if found else password
