"""Both histories build the tables of schema.sql from nothing, take them away again, and know of no other models."""

from collections.abc import Iterator

import pytest

from harness.postgres.server import Server
from tests.contract_lint import CONTRACT
from tests.schema import migrations
from tests.schema.catalog import Catalog, catalog, tables
from tests.schema.migrations import bare_database, run

TABLES = {"users", "categories", "products", "orders", "order_items"}
# Tables that only one implementation keeps for itself; the other never looks at them.
DJANGO_ALONE = {
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
ALEMBIC_ALONE = {"alembic_version"}


def read(server: Server, name: str) -> Catalog:
    with server.connection(name) as connection:
        return catalog(connection, TABLES)


def tables_of(server: Server, name: str) -> set[str]:
    with server.connection(name) as connection:
        return tables(connection)


@pytest.fixture(scope="module")
def written(server: Server) -> Iterator[Catalog]:
    """The catalog that schema.sql makes."""
    with bare_database(server) as name:
        with server.connection(name) as connection, connection.cursor() as cursor:
            cursor.execute((CONTRACT / "schema.sql").read_text(encoding="utf-8"))
        assert tables_of(server, name) == TABLES
        yield read(server, name)


def differences(one: Catalog, other: Catalog) -> list[object]:
    """The rows that stand in one of two catalogs only."""
    return sorted((row for kind in vars(one) for row in getattr(one, kind) ^ getattr(other, kind)), key=repr)


def test_django_builds_the_contract_takes_it_away_and_builds_it_again(server: Server, written: Catalog) -> None:
    with bare_database(server) as name:
        url = server.url(name)
        run(url, migrations.DJANGO_FORWARD)
        assert differences(read(server, name), written) == []
        assert tables_of(server, name) - TABLES <= DJANGO_ALONE

        for command in migrations.DJANGO_BACK:
            run(url, command)
        assert not tables_of(server, name) & TABLES

        run(url, migrations.DJANGO_FORWARD)
        assert differences(read(server, name), written) == []
        run(url, migrations.DJANGO_PENDING)


def test_alembic_builds_the_contract_takes_it_away_and_builds_it_again(server: Server, written: Catalog) -> None:
    with bare_database(server) as name:
        url = server.url(name)
        run(url, migrations.ALEMBIC_FORWARD)
        assert differences(read(server, name), written) == []
        assert tables_of(server, name) - TABLES == ALEMBIC_ALONE

        run(url, migrations.ALEMBIC_BACK)
        assert tables_of(server, name) == ALEMBIC_ALONE

        run(url, migrations.ALEMBIC_FORWARD)
        assert differences(read(server, name), written) == []
        run(url, migrations.ALEMBIC_PENDING)


def test_neither_history_has_two_heads(database_url: str) -> None:
    heads = run(database_url, (*migrations.ALEMBIC, "heads")).split("\n")

    assert len([line for line in heads if line.strip()]) == 1


def test_both_find_nothing_to_do_on_a_database_of_the_harness(database_url: str) -> None:
    run(database_url, (migrations.MANAGE, "migrate", "--check"))
    run(database_url, (*migrations.ALEMBIC, "current", "--check-heads"))
    run(database_url, migrations.ALEMBIC_PENDING)
