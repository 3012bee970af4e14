"""A migration that fails changes nothing, takes as long as it needs, and no downgrade leaves half of the tables."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.postgres.server import Server
from tests.schema import copies, migrations
from tests.schema.catalog import tables
from tests.schema.migrations import bare_database
from tests.schema.test_migrations import TABLES

# Where each implementation keeps a migration, what it is, and the command that runs it.
DJANGO_MIGRATION = """
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("orders", "0001_initial")]
    operations = [migrations.RunSQL(statement, "") for statement in {statements!r}]
"""
ALEMBIC_MIGRATION = """
from alembic import op

revision, down_revision, branch_labels, depends_on = "9999", "0003", None, None


def upgrade() -> None:
    for statement in {statements!r}:
        op.execute(statement)


def downgrade() -> None:
    pass
"""
MIGRATIONS = {
    "django": ("django_impl/orders/migrations/9999_added.py", DJANGO_MIGRATION, migrations.DJANGO_FORWARD),
    "fastapi": ("fastapi_impl/migrations/versions/9999_added.py", ALEMBIC_MIGRATION, migrations.ALEMBIC_FORWARD),
}
HALF_DONE = ["CREATE TABLE half_done (id integer)", "SELECT 1 / 0"]
# Fails unless the connection has no limit for statements, and the one of requests for locks.
TIME_OUTS = [
    "DO $$ BEGIN ASSERT current_setting('statement_timeout') = '0', current_setting('statement_timeout'); END $$",
    "DO $$ BEGIN ASSERT current_setting('lock_timeout') = '5s', current_setting('lock_timeout'); END $$",
]

each_implementation = pytest.mark.parametrize("implementation", MIGRATIONS)


@pytest.fixture
def database(server: Server) -> Iterator[str]:
    """Name of a database that Django built and Alembic adopted, as `make up` and docker-compose.yml make it."""
    with bare_database(server) as name:
        migrations.run(server.url(name), migrations.DJANGO_FORWARD)
        migrations.run(server.url(name), migrations.ALEMBIC_ADOPT)
        yield name


def add(copy: Path, implementation: str, statements: list[str]) -> tuple[str, ...]:
    """Add a migration with these statements to the copy, and return the command that applies it."""
    path, template, command = MIGRATIONS[implementation]
    (copy / path).write_text(template.format(statements=statements), encoding="utf-8")
    return command


def recorded(server: Server, name: str) -> list[tuple[object, ...]]:
    """What both tools have recorded as applied."""
    with server.connection(name) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT app, name FROM django_migrations UNION ALL SELECT '', version_num FROM alembic_version")
        return sorted(cursor.fetchall())


def tables_of(server: Server, name: str) -> set[str]:
    with server.connection(name) as connection:
        return tables(connection)


@each_implementation
def test_a_migration_that_fails_leaves_nothing_behind(
    implementation: str, server: Server, database: str, tmp_path: Path
) -> None:
    copy = copies.copy_to(tmp_path)
    command = add(copy, implementation, HALF_DONE)
    before = tables_of(server, database), recorded(server, database)

    assert "division by zero" in copies.attempt(copy, server.url(database), command).stderr
    assert (tables_of(server, database), recorded(server, database)) == before


@each_implementation
def test_a_statement_of_a_migration_may_take_longer_than_one_of_a_request(
    implementation: str, server: Server, database: str, tmp_path: Path
) -> None:
    copy = copies.copy_to(tmp_path)
    command = add(copy, implementation, TIME_OUTS)

    copies.run(copy, server.url(database), command)


@each_implementation
def test_no_limit_of_the_driver_ends_a_migration(
    implementation: str, server: Server, database: str, tmp_path: Path
) -> None:
    copy = copies.copy_to(tmp_path)
    command = add(copy, implementation, ["SELECT pg_sleep(3)"])
    settings = copy / "shared_contract/settings.yaml"
    limits = r"(statement_timeout_ms|answer_timeout_ms): \d+"
    shorter, changed = re.subn(limits, r"\1: 1000", settings.read_text(encoding="utf-8"))
    assert changed == 2
    settings.write_text(shorter, encoding="utf-8")

    copies.run(copy, server.url(database), command)


def test_a_downgrade_that_cannot_be_finished_changes_nothing(server: Server, database: str, tmp_path: Path) -> None:
    copy = copies.copy_to(tmp_path)
    before = tables_of(server, database), recorded(server, database)

    # Django's tables of groups depend on the users.
    assert copies.attempt(copy, server.url(database), migrations.ALEMBIC_BACK).returncode != 0
    assert (tables_of(server, database), recorded(server, database)) == before
    assert tables_of(server, database) >= TABLES


def test_migrations_run_in_a_directory_whose_name_has_a_percent_sign(
    server: Server, database: str, tmp_path: Path
) -> None:
    copy = copies.copy_to(tmp_path / "100% mine %(x)s")

    copies.run(copy, server.url(database), (*migrations.ALEMBIC, "check"))
    copies.run(copy, server.url(database), migrations.DJANGO_PENDING)
    assert "CREATE TABLE users" in copies.run(copy, server.url(database), (*migrations.ALEMBIC_FORWARD, "--sql"))
