"""Template databases: migrated and seeded once, cloned often, made again when migrations or data set change."""

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
# From this many products on, copying the template's files beats writing its rows to the log.
_MANY_PRODUCTS = 200_000


class MigrationFailed(RuntimeError):
    """An implementation's migrations did not run; the message has the tool's last lines."""


def clone(server: Server, name: str, *, products: int, seed: int = 1) -> None:
    """Create a database from the template of that size, which is built first when there is none."""
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
    """Build the tables with Django's migrations and tell Alembic that they are there. Raises MigrationFailed."""
    for command in (
        ["django_impl/manage.py", "migrate", "--no-input", "--verbosity", "0"],
        ["-m", "fastapi_impl.adopt"],
    ):
        done = run_tool(command, database_url=url)
        if done.returncode != 0:
            raise MigrationFailed(f"{' '.join(command)} failed:\n{done.stderr[-2000:]}")


def fingerprint() -> str:
    """A short hash of all that decides what a template contains."""
    digest = hashlib.sha256()
    for path in _sources():
        digest.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return digest.hexdigest()[:12]


def _sources() -> list[Path]:
    patterns = ("django_impl/**/migrations/*.py", "fastapi_impl/migrations/**/*.py", "harness/dataset/**/*.py")
    contract = [ROOT / "shared_contract" / name for name in ("settings.yaml", "migrations.yaml")]
    return [*contract, *(path for pattern in patterns for path in sorted(ROOT.glob(pattern)))]


def _build(server: Server, cursor: extensions.cursor, template: str, *, products: int, seed: int) -> None:
    # Built aside and renamed: a template is whole or not there.
    building = f"{template}_new"
    catalog.drop(server, building)
    if products:
        clone(server, building, products=0)
        load(server.url(building), products=products, seed=seed)
    else:
        catalog.create_empty(server, building)
        migrate(server.url(building))
    # A database in use cannot be cloned, so nobody may connect to this one.
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
