"""Every row of the contract's tables, compared between two databases."""

import json
import re
from datetime import datetime
from itertools import zip_longest
from typing import Any

from psycopg2 import extensions

from tests.contract_lint import CONTRACT
from tests.differential.correspondence import Correspondence, Difference

TABLES = re.findall(r"^CREATE TABLE (\w+)", (CONTRACT / "schema.sql").read_text(encoding="utf-8"), re.MULTILINE)

# Keys are made in the order of the rows' creation, so the nth row of one implementation is the nth of the other.
_EVERYTHING = "SELECT json_build_object({})".format(
    ", ".join(f"'{table}', (SELECT json_agg(t ORDER BY id) FROM {table} t)" for table in TABLES)
)
_ARGON2 = re.compile(r"(argon2\$argon2id\$v=\d+\$m=\d+,t=\d+,p=\d+)\$([\w+/]+)\$([\w+/]+)")

type Row = dict[str, Any]
type Rows = dict[str, list[Row]]


def read_rows(connection: extensions.connection) -> Rows:
    """All rows of all tables, in the order of their keys."""
    with connection.cursor() as cursor:
        cursor.execute("SET TIME ZONE 'UTC'")
        cursor.execute(_EVERYTHING)
        (found,) = cursor.fetchone() or ({},)
    return {table: rows or [] for table, rows in found.items()}


def compare_rows(ours: Rows, theirs: Rows, correspondence: Correspondence) -> None:
    """Raise Difference unless every row of one has its like in the other."""
    for table in TABLES:
        for number, (one, other) in enumerate(zip_longest(ours[table], theirs[table]), 1):
            where = f"table {table}, row {number}"
            if one is None or other is None:
                raise Difference(f"{where}: only one has it: {one or other}")
            for name, value in one.items():
                _compare_values(name, value, other[name], correspondence, where)


def _compare_values(name: str, ours: Any, theirs: Any, correspondence: Correspondence, where: str) -> None:
    there = f"{where}, {name}"
    if isinstance(ours, str) and isinstance(theirs, str):
        if name == "id" or name.endswith("_id"):
            return correspondence.ids(ours, theirs, there)
        if name.endswith("_at"):
            return correspondence.times(datetime.fromisoformat(ours), datetime.fromisoformat(theirs), there)
        if name == "password":
            ours, theirs = _form(ours), _form(theirs)
    if ours != theirs:
        raise Difference(f"{there}:\n  {json.dumps(ours)}\n  {json.dumps(theirs)}")
    return None


def _form(password: str) -> str:
    """What two hashes of one password have in common."""
    found = _ARGON2.fullmatch(password)
    return f"{found[1]}${len(found[2])}${len(found[3])}" if found else password
