"""Drop indexes and keys while many rows are loaded, and create them afterwards, which is faster."""

from collections.abc import Iterator
from contextlib import contextmanager

from psycopg2 import extensions

_TABLES = ["users", "categories", "products", "orders", "order_items"]

# Foreign keys depend on primary keys, so they are dropped first and created last.
# This includes the foreign keys of other tables that reference these tables.
_CONSTRAINTS = """
    SELECT format('ALTER TABLE %%s DROP CONSTRAINT %%I', conrelid::regclass, conname),
           format('ALTER TABLE %%s ADD CONSTRAINT %%I %%s', conrelid::regclass, conname, pg_get_constraintdef(oid))
    FROM pg_constraint
    WHERE contype = ANY(%s::"char"[]) AND (conrelid::regclass::text = ANY(%s) OR confrelid::regclass::text = ANY(%s))
    ORDER BY conrelid::regclass::text, conname
"""
_INDEXES = """
    SELECT format('DROP INDEX %%s', indexrelid::regclass), pg_get_indexdef(indexrelid)
    FROM pg_index
    WHERE indrelid::regclass::text = ANY(%s)
      AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid AND conrelid = indrelid)
    ORDER BY indrelid::regclass::text, indexrelid::regclass::text
"""


@contextmanager
def without_indexes(cursor: extensions.cursor) -> Iterator[None]:
    """Drop the indexes, keys and foreign keys of the shop's tables, and create the same ones at the end."""
    foreign = _statements(cursor, _CONSTRAINTS, ["f"], _TABLES, _TABLES)
    keys = _statements(cursor, _CONSTRAINTS, ["p", "u"], _TABLES, _TABLES)
    indexes = _statements(cursor, _INDEXES, _TABLES)
    for drop, _ in [*foreign, *keys, *indexes]:
        cursor.execute(drop)
    try:
        yield
    finally:
        for _, create in [*indexes, *keys, *foreign]:
            cursor.execute(create)


def _statements(cursor: extensions.cursor, query: str, *arguments: list[str]) -> list[tuple[str, str]]:
    cursor.execute(query, arguments)
    return cursor.fetchall()
