"""The commands that build, roll back and adopt the tables, as a person would type them."""

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
# What depends on these two apps is rolled back with them.
DJANGO_BACK = tuple((MANAGE, "migrate", "--no-input", app, "zero") for app in ("users", "categories"))
DJANGO_PENDING = (MANAGE, "makemigrations", "--check", "--dry-run")
ALEMBIC_FORWARD = (*ALEMBIC, "upgrade", "head")
ALEMBIC_ADOPT = ("-m", "fastapi_impl.adopt")
ALEMBIC_BACK = (*ALEMBIC, "downgrade", "base")
ALEMBIC_PENDING = (*ALEMBIC, "check")


def run(url: str, command: Sequence[str]) -> str:
    """Run a command on a database; what it printed. Fails the test unless it succeeds."""
    done = run_tool(command, database_url=url)
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@contextmanager
def bare_database(server: Server) -> Iterator[str]:
    """Name of a database without tables, dropped at the end."""
    name = f"shop_schema_test_{secrets.token_hex(6)}"
    create_empty(server, name)
    try:
        yield name
    finally:
        drop(server, name)
