"""Template databases, which are migrated and seeded once, and cloned for each use.

A template is built again when the migrations or the data set have changed.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from psycopg2 import extensions, sql

from harness.databases import catalog
from harness.dataset import load
from harness.paths import ROOT
from harness.postgres.server import Server
from harness.servers.server import run_tool

_PREFIX = "shop_harness_template_"
# From this number of products, copying the files is faster than writing the rows to the write-ahead log.
_MANY_PRODUCTS = 200_000


class MigrationFailed(RuntimeError):
    """A migration command failed. The message contains the end of its output."""


def clone(server: Server, name: str, *, products: int, seed: int = 1) -> None:
    """Create a database from the template of that size, which is built if it does not exist."""
    template = f"{_PREFIX}{products}_{seed}_{fingerprint()}"
    strategy = "FILE_COPY" if products >= _MANY_PRODUCTS else "WAL_LOG"
    create = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY {}").format(
        sql.Identifier(name), sql.Identifier(template), sql.SQL(strategy)
    )
    while True:
        with _locked(server, template, shared=True) as cursor:
            if catalog.exists(cursor, template):
                cursor.execute(create)
                return
        with _locked(server, template) as cursor:
            if not catalog.exists(cursor, template):
                _drop_stale(server, cursor)
                _build(server, cursor, template, products=products, seed=seed)


def migrate(url: str) -> None:
    """Create the tables with Django's migrations, and record Alembic's version of them. Raises MigrationFailed."""
    for command in (
        ["django_impl/manage.py", "migrate", "--no-input", "--verbosity", "0"],
        ["-m", "fastapi_impl.adopt"],
    ):
        result = run_tool(command, database_url=url)
        if result.returncode != 0:
            raise MigrationFailed(f"{' '.join(command)} failed:\n{result.stderr[-2000:]}")


def fingerprint() -> str:
    """Return a short hash of all files that determine the contents of a template."""
    digest = hashlib.sha256()
    for path in _sources():
        digest.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return digest.hexdigest()[:12]


def _sources() -> list[Path]:
    patterns = (
        *("django_impl/**/migrations/*.py", "fastapi_impl/migrations/**/*.py", "harness/dataset/**/*.py"),
        "django_impl/config/settings/common.py",  # Django's own apps have migrations too
    )
    contract = [ROOT / "shared_contract" / name for name in ("settings.yaml", "migrations.yaml")]
    return [*contract, *(path for pattern in patterns for path in sorted(ROOT.glob(pattern)))]


def _build(server: Server, cursor: extensions.cursor, template: str, *, products: int, seed: int) -> None:
    # Built under another name first, so that a killed process leaves no incomplete template.
    building = f"{template}_new"
    catalog.drop(server, building)
    if products:
        clone(server, building, products=0)
        load(server.url(building), products=products, seed=seed)
    else:
        catalog.create_empty(server, building)
        migrate(server.url(building))
    # PostgreSQL cannot clone a database that has connections.
    cursor.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(sql.Identifier(building)))
    cursor.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(building), sql.Identifier(template)))


def _drop_stale(server: Server, cursor: extensions.cursor) -> None:
    for name in catalog.names(cursor, _PREFIX):
        if fingerprint() not in name:
            catalog.drop_if_unused(server, cursor, name, lock_name=name.removesuffix("_new"))


@contextmanager
def _locked(server: Server, template: str, *, shared: bool = False) -> Iterator[extensions.cursor]:
    with server.connection() as connection, connection.cursor() as cursor:
        catalog.lock(cursor, template, shared=shared)
        yield cursor
