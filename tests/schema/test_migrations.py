"""Both migration histories create the tables of schema.sql, can be rolled back, and match the models."""

from collections.abc import Iterator

import pytest

from harness.postgres.server import Server
from tests.contract_lint import CONTRACT
from tests.schema import commands
from tests.schema.catalog import Catalog, catalog, tables
from tests.schema.commands import bare_database, run

TABLES = {"users", "categories", "products", "orders", "order_items", "throttles", "outbox", "daily_reports"}
# Tables that only one implementation uses.
DJANGO_TABLES = {
    "django_migrations",
    "django_content_type",
    "django_session",
    "django_admin_log",
    "auth_group",
    "auth_group_permissions",
    "auth_permission",
    "users_groups",
    "users_user_permissions",
}
ALEMBIC_TABLES = {"alembic_version"}


def catalog_of(server: Server, name: str) -> Catalog:
    """Return the catalog of the contract's tables in a database."""
    with server.connection(name) as connection:
        return catalog(connection, TABLES)


def tables_of(server: Server, name: str) -> set[str]:
    """Return the names of all tables of a database."""
    with server.connection(name) as connection:
        return tables(connection)


@pytest.fixture(scope="module")
def contract_catalog(server: Server) -> Iterator[Catalog]:
    """The catalog after schema.sql has run on an empty database."""
    with bare_database(server) as name:
        with server.connection(name) as connection, connection.cursor() as cursor:
            cursor.execute((CONTRACT / "schema.sql").read_text(encoding="utf-8"))
        assert tables_of(server, name) == TABLES
        yield catalog_of(server, name)


def differences(one: Catalog, other: Catalog) -> list[object]:
    """Return the rows that only one of the two catalogs has."""
    return sorted((row for kind in vars(one) for row in getattr(one, kind) ^ getattr(other, kind)), key=repr)


def test_django_migrations_create_drop_and_recreate_the_tables(server: Server, contract_catalog: Catalog) -> None:
    with bare_database(server) as name:
        url = server.url(name)
        run(url, commands.DJANGO_FORWARD)
        assert differences(catalog_of(server, name), contract_catalog) == []
        assert tables_of(server, name) - TABLES <= DJANGO_TABLES

        for command in commands.DJANGO_BACK:
            run(url, command)
        assert not tables_of(server, name) & TABLES

        run(url, commands.DJANGO_FORWARD)
        assert differences(catalog_of(server, name), contract_catalog) == []
        run(url, commands.DJANGO_PENDING)


def test_alembic_migrations_create_drop_and_recreate_the_tables(server: Server, contract_catalog: Catalog) -> None:
    with bare_database(server) as name:
        url = server.url(name)
        run(url, commands.ALEMBIC_FORWARD)
        assert differences(catalog_of(server, name), contract_catalog) == []
        assert tables_of(server, name) - TABLES == ALEMBIC_TABLES

        run(url, commands.ALEMBIC_BACK)
        assert tables_of(server, name) == ALEMBIC_TABLES

        run(url, commands.ALEMBIC_FORWARD)
        assert differences(catalog_of(server, name), contract_catalog) == []
        run(url, commands.ALEMBIC_PENDING)


def test_alembic_history_has_one_head(database_url: str) -> None:
    heads = run(database_url, (*commands.ALEMBIC, "heads")).split("\n")

    assert len([line for line in heads if line.strip()]) == 1


def test_database_of_the_harness_is_up_to_date(database_url: str) -> None:
    run(database_url, (commands.MANAGE, "migrate", "--check"))
    run(database_url, (*commands.ALEMBIC, "current", "--check-heads"))
    run(database_url, commands.ALEMBIC_PENDING)
