"""The commands that create, roll back and adopt the tables, and a database without tables to run them on."""

import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from harness.databases.clones import create_empty, drop
from harness.postgres.server import Server
from harness.servers.server import run_tool

MANAGE = "django_impl/manage.py"
ALEMBIC = ("-m", "alembic", "-c", "fastapi_impl/alembic.ini")

DJANGO_FORWARD = (MANAGE, "migrate", "--no-input")
DJANGO_ADOPT = (MANAGE, "adopt")
# This also rolls back the apps that depend on these two.
DJANGO_BACK = tuple((MANAGE, "migrate", "--no-input", app, "zero") for app in ("users", "categories"))
DJANGO_PENDING = (MANAGE, "makemigrations", "--check", "--dry-run")
ALEMBIC_FORWARD = (*ALEMBIC, "upgrade", "head")
ALEMBIC_ADOPT = ("-m", "fastapi_impl.adopt")
ALEMBIC_BACK = (*ALEMBIC, "downgrade", "base")
ALEMBIC_PENDING = (*ALEMBIC, "check")


def run(url: str, command: Sequence[str]) -> str:
    """Run a command on a database, and return its output. Fails the test if the command fails."""
    done = run_tool(command, database_url=url)
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@contextmanager
def bare_database(server: Server) -> Iterator[str]:
    """Create a database without tables, yield its name, and drop it at the end."""
    name = f"shop_schema_test_{secrets.token_hex(6)}"
    create_empty(server, name)
    try:
        yield name
    finally:
        drop(server, name)
