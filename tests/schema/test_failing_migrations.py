"""A migration that fails changes nothing, and no timeout of requests limits a migration."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.postgres.server import Server
from tests.schema import commands, source_copies
from tests.schema.catalog import tables
from tests.schema.commands import bare_database
from tests.schema.test_migrations import TABLES

# A migration of each framework. MIGRATIONS has its path, its source, and the command that applies it.
DJANGO_MIGRATION = """
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("orders", "0001_initial")]
    operations = [migrations.RunSQL(statement, "") for statement in {statements!r}]
"""
ALEMBIC_MIGRATION = """
from alembic import op

revision, down_revision, branch_labels, depends_on = "9999", "0007", None, None


def upgrade() -> None:
    for statement in {statements!r}:
        op.execute(statement)


def downgrade() -> None:
    pass
"""
MIGRATIONS = {
    "django": ("django_impl/orders/migrations/9999_added.py", DJANGO_MIGRATION, commands.DJANGO_FORWARD),
    "fastapi": ("fastapi_impl/migrations/versions/9999_added.py", ALEMBIC_MIGRATION, commands.ALEMBIC_FORWARD),
}
FAILING_STATEMENTS = ["CREATE TABLE half_done (id integer)", "SELECT 1 / 0"]
# These fail unless the connection has no statement timeout, and the same lock timeout as requests.
TIMEOUT_ASSERTIONS = [
    "DO $$ BEGIN ASSERT current_setting('statement_timeout') = '0', current_setting('statement_timeout'); END $$",
    "DO $$ BEGIN ASSERT current_setting('lock_timeout') = '5s', current_setting('lock_timeout'); END $$",
]

each_implementation = pytest.mark.parametrize("implementation", MIGRATIONS)


@pytest.fixture
def database(server: Server) -> Iterator[str]:
    """Name of a database that Django created and Alembic adopted, as in `make up` and docker-compose.yml."""
    with bare_database(server) as name:
        commands.run(server.url(name), commands.DJANGO_FORWARD)
        commands.run(server.url(name), commands.ALEMBIC_ADOPT)
        yield name


def add(copy: Path, implementation: str, statements: list[str]) -> tuple[str, ...]:
    """Add a migration with these statements to the copy, and return the command that applies it."""
    path, template, command = MIGRATIONS[implementation]
    (copy / path).write_text(template.format(statements=statements), encoding="utf-8")
    return command


def recorded(server: Server, name: str) -> list[tuple[object, ...]]:
    """Return the migrations that both tools have recorded as applied."""
    with server.connection(name) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT app, name FROM django_migrations UNION ALL SELECT '', version_num FROM alembic_version")
        return sorted(cursor.fetchall())


def tables_of(server: Server, name: str) -> set[str]:
    """Return the names of all tables of a database."""
    with server.connection(name) as connection:
        return tables(connection)


@each_implementation
def test_failing_migration_changes_nothing(implementation: str, server: Server, database: str, tmp_path: Path) -> None:
    copy = source_copies.copy_to(tmp_path)
    command = add(copy, implementation, FAILING_STATEMENTS)
    before = tables_of(server, database), recorded(server, database)

    assert "division by zero" in source_copies.attempt(copy, server.url(database), command).stderr
    assert (tables_of(server, database), recorded(server, database)) == before


@each_implementation
def test_migration_has_no_statement_timeout(implementation: str, server: Server, database: str, tmp_path: Path) -> None:
    copy = source_copies.copy_to(tmp_path)
    command = add(copy, implementation, TIMEOUT_ASSERTIONS)

    source_copies.run(copy, server.url(database), command)


@each_implementation
def test_migration_has_no_driver_timeout(implementation: str, server: Server, database: str, tmp_path: Path) -> None:
    copy = source_copies.copy_to(tmp_path)
    command = add(copy, implementation, ["SELECT pg_sleep(3)"])
    settings = copy / "shared_contract/settings.yaml"
    limits = r"(statement_timeout_ms|answer_timeout_ms): \d+"
    shorter, changed = re.subn(limits, r"\1: 1000", settings.read_text(encoding="utf-8"))
    assert changed == 2
    settings.write_text(shorter, encoding="utf-8")

    source_copies.run(copy, server.url(database), command)


def test_failing_downgrade_changes_nothing(server: Server, database: str, tmp_path: Path) -> None:
    copy = source_copies.copy_to(tmp_path)
    before = tables_of(server, database), recorded(server, database)

    # Django's tables of groups have foreign keys to the users, so they cannot be dropped.
    assert source_copies.attempt(copy, server.url(database), commands.ALEMBIC_BACK).returncode != 0
    assert (tables_of(server, database), recorded(server, database)) == before
    assert tables_of(server, database) >= TABLES


def test_migrations_run_in_a_directory_with_a_percent_sign_in_its_name(
    server: Server, database: str, tmp_path: Path
) -> None:
    copy = source_copies.copy_to(tmp_path / "100% mine %(x)s")

    source_copies.run(copy, server.url(database), (*commands.ALEMBIC, "check"))
    source_copies.run(copy, server.url(database), commands.DJANGO_PENDING)
    assert "CREATE TABLE users" in source_copies.run(copy, server.url(database), (*commands.ALEMBIC_FORWARD, "--sql"))
