"""`python -m fastapi_impl.adopt` stamps the Alembic revision that corresponds to the migrations Django has applied."""

import asyncio
import sys
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.util import CommandError

from fastapi_impl.common.database.engine import connect
from fastapi_impl.common.exceptions import DatabaseUnavailable
from fastapi_impl.contract import load


# --8<-- [start:adopt]
def adopt() -> None:
    """Stamp the revision of the migrations that Django has applied. Raises CommandError if there are none."""
    recorded = asyncio.run(recorded_by_django())
    if not recorded:
        raise CommandError("Django has recorded nothing in this database; `alembic upgrade head` builds the tables.")
    revision = "base"
    for step in load("migrations.yaml")["steps"]:
        if not {*step["django"]} <= recorded:
            break
        revision = step["alembic"]
    command.stamp(Config(Path(__file__).with_name("alembic.ini")), revision, purge=True)
    # --8<-- [end:adopt]


async def recorded_by_django() -> set[str]:
    """Return the migrations that Django has applied to this database, as `app.name`."""
    connection = await connect()
    try:
        if await connection.fetchval("SELECT to_regclass('django_migrations') IS NULL"):
            return set()
        rows = await connection.fetch("SELECT app || '.' || name AS name FROM django_migrations")
        return {row["name"] for row in rows}
    finally:
        await connection.close()


if __name__ == "__main__":
    try:
        adopt()
    except (CommandError, DatabaseUnavailable) as error:
        sys.exit(str(error))
