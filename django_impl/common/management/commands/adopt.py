from typing import Any

from django.core.management import CommandError, call_command
from django.core.management.base import BaseCommand
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

from django_impl.contract import load

type Name = tuple[str, str]


class Command(BaseCommand):
    """Makes Django's record of migrations agree with Alembic's; none of the shop's tables is touched."""

    help = "Record as applied what Alembic has applied to this database, and as not applied what it has not."

    # --8<-- [start:adopt]
    def handle(self, *args: Any, **options: Any) -> None:
        """Raise CommandError where Alembic has recorded nothing, or a revision that the contract does not know."""
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
                # What the contract does not list makes Django's own tables, and is run.
                call_command("migrate", *key, fake=key in applied, verbosity=0)
                self.stdout.write(f"{'Recorded as applied' if key in applied else 'Applied'}: {'.'.join(key)}")
        # --8<-- [end:adopt]


def _by_alembic() -> tuple[list[Name], list[Name]]:
    """Return the migrations that make what Alembic has applied, and those that make what it has not."""
    steps, revision = load("migrations.yaml")["steps"], _revision()
    revisions = [None, *(step["alembic"] for step in steps)]
    if revision not in revisions:
        raise CommandError(f"shared_contract/migrations.yaml has no step for Alembic's revision {revision}.")
    done = revisions.index(revision)
    return _names(steps[:done]), _names(steps[done:])


def _revision() -> str | None:
    """Return Alembic's revision of this database; None is before the first."""
    if "alembic_version" not in connection.introspection.table_names():
        raise CommandError("Alembic has recorded nothing in this database; `migrate` builds the tables.")
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(version_num, ', ') FROM alembic_version")
        (revision,) = cursor.fetchone()
    return revision and str(revision)


def _names(steps: list[dict[str, Any]]) -> list[Name]:
    names = [name.partition(".") for step in steps for name in step["django"]]
    return [(app, name) for app, _, name in names]
