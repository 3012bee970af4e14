"""Read columns, constraints, indexes and triggers from PostgreSQL's catalog, so that two databases can be compared."""

from dataclasses import dataclass

from psycopg2.extensions import connection as Connection  # noqa: N812 - a class with a lower-case name

type Rows = frozenset[tuple[object, ...]]

_COLUMNS = """
    SELECT relname, relpersistence::text, attname, format_type(atttypid, atttypmod), attnotnull, attidentity::text,
           attgenerated::text, pg_get_expr(adbin, adrelid), collname
    FROM pg_attribute
    JOIN pg_class ON pg_class.oid = attrelid
    LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
    LEFT JOIN pg_collation ON pg_collation.oid = attcollation
    WHERE relname = ANY(%s) AND relnamespace = 'public'::regnamespace AND attnum > 0 AND NOT attisdropped
"""
_CONSTRAINTS = """
    SELECT relname, conname, contype::text, condeferrable, condeferred, convalidated,
           confdeltype::text, confupdtype::text, pg_get_constraintdef(pg_constraint.oid)
    FROM pg_constraint JOIN pg_class ON pg_class.oid = conrelid
    WHERE relname = ANY(%s) AND connamespace = 'public'::regnamespace
"""
_INDEXES = """
    SELECT tablename, indexname, indexdef FROM pg_indexes WHERE tablename = ANY(%s) AND schemaname = 'public'
"""
_TRIGGERS = """
    SELECT tgname, pg_get_triggerdef(pg_trigger.oid), pg_get_functiondef(tgfoid)
    FROM pg_trigger WHERE NOT tgisinternal AND tgrelid::regclass::text = ANY(%s)
"""


@dataclass(frozen=True)
class Catalog:
    """Columns, constraints, indexes and triggers of some tables, each as a set of rows.

    The rows of columns also have the persistence of the table, such as UNLOGGED, and those of triggers their functions.
    """

    columns: Rows
    constraints: Rows
    indexes: Rows
    triggers: Rows


def tables(connection: Connection) -> set[str]:
    """Return the names of all tables in the public schema."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        return {name for (name,) in cursor.fetchall()}


def catalog(connection: Connection, names: set[str]) -> Catalog:
    """Return the catalog of these tables. It does not contain the order of the columns."""
    with connection.cursor() as cursor:

        def rows(query: str) -> Rows:
            cursor.execute(query, (list(names),))
            return frozenset(cursor.fetchall())

        return Catalog(rows(_COLUMNS), rows(_CONSTRAINTS), rows(_INDEXES), rows(_TRIGGERS))


def fingerprint(connection: Connection, names: set[str]) -> dict[str, tuple[int, str]]:
    """Return the number of rows of each table, and a hash of their content, position and transaction.

    The hash also changes if a row is written again with the same content.
    """
    found = {}
    with connection.cursor() as cursor:
        for table in sorted(names):
            cursor.execute(
                "SELECT count(*), md5(coalesce(string_agg(ctid::text || xmin::text || t::text, '|' ORDER BY ctid), ''))"
                f" FROM {table} AS t"
            )
            count, digest = cursor.fetchone() or (0, "")
            found[table] = (count, digest)
    return found
