from typing import Any

from django.core.management import CommandError, call_command
from django.core.management.base import BaseCommand
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

from django_impl.contract import load

type Name = tuple[str, str]


class Command(BaseCommand):
    """Makes Django's record of migrations agree with Alembic's. Does not change the tables of the shop."""

    help = "Record the migrations that Alembic has applied to this database as applied, and the others as not applied."

    # --8<-- [start:adopt]
    def handle(self, *args: Any, **options: Any) -> None:
        """Raise CommandError if Alembic has no record here, or a revision that migrations.yaml does not list."""
        applied, missing = _by_alembic()
        recorder = MigrationRecorder(connection)
        for app, name in recorder.applied_migrations().keys() & {*missing}:
            recorder.record_unapplied(app, name)
            self.stdout.write(f"Recorded as not applied: {app}.{name}")
        executor = MigrationExecutor(connection)
        graph = executor.loader.graph
        for migration, _ in executor.migration_plan(graph.leaf_nodes()):
            key = (migration.app_label, migration.name)
            if not {*missing} & {*graph.forwards_plan(key)}:
                # Migrations that migrations.yaml does not list create tables of Django's own, so they are run.
                call_command("migrate", *key, fake=key in applied, verbosity=0)
                self.stdout.write(f"{'Recorded as applied' if key in applied else 'Applied'}: {'.'.join(key)}")
        # --8<-- [end:adopt]


def _by_alembic() -> tuple[list[Name], list[Name]]:
    """Return Django's migrations for the steps that Alembic has applied, and those for the other steps."""
    steps, revision = load("migrations.yaml")["steps"], _revision()
    revisions = [None, *(step["alembic"] for step in steps)]
    if revision not in revisions:
        raise CommandError(f"shared_contract/migrations.yaml has no step for Alembic's revision {revision}.")
    done = revisions.index(revision)
    return _names(steps[:done]), _names(steps[done:])


def _revision() -> str | None:
    """Return Alembic's revision of this database, or None before the first one."""
    if "alembic_version" not in connection.introspection.table_names():
        raise CommandError("Alembic has recorded nothing in this database; `migrate` builds the tables.")
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(version_num, ', ') FROM alembic_version")
        (revision,) = cursor.fetchone()
    return revision and str(revision)


def _names(steps: list[dict[str, Any]]) -> list[Name]:
    names = [name.partition(".") for step in steps for name in step["django"]]
    return [(app, name) for app, _, name in names]
