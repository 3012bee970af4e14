"""PostgreSQL for whoever needs it: the embedded server, shared and counted, or the one that `DATABASE_URL` names."""

import os
import re
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit

import psutil
import psycopg2
import yaml
from psycopg2 import extensions

from harness.paths import ROOT, default_data_dir, usable
from harness.postgres.cluster import VERSION, Cluster, PostgresUnavailable, keep, programs
from harness.postgres.tuning import REPORTED
from harness.processes import usage
from harness.processes.locks import EXCLUSIVE, SHARED, free, held, upgrade

__all__ = ["PostgresUnavailable", "Server", "postgres"]


# libpq's variables for those of its keywords that are called otherwise.
VARIABLES = {"dbname": "PGDATABASE", "application_name": "PGAPPNAME"}


@dataclass(frozen=True)
class Server:
    """A running PostgreSQL, 18 or newer."""

    base_url: str
    cluster: Cluster | None = None

    def url(self, database: str) -> str:
        """URL of a database of this server, good for both implementations."""
        parts = urlsplit(self.base_url)
        return f"{parts.scheme}://{parts.netloc}/{quote(database, safe='')}" + (
            f"?{parts.query}" if parts.query else ""
        )

    @contextmanager
    def connection(self, database: str = "postgres") -> Iterator[extensions.connection]:
        """A connection in autocommit, closed at the end."""
        connection = psycopg2.connect(self.url(database), connect_timeout=5)
        connection.autocommit = True
        try:
            yield connection
        finally:
            connection.close()

    def version(self) -> str:
        """Its version, such as 18.4."""
        with self.connection() as connection:
            return _number(connection.server_version)

    def settings(self) -> dict[str, str]:
        """The settings that matter to a measurement, as the server itself reports them."""
        with self.connection() as connection, connection.cursor() as cursor:
            cursor.execute("SELECT name, current_setting(name) FROM pg_settings WHERE name = ANY(%s)", [list(REPORTED)])
            values = dict(cursor.fetchall())
        return {name: values[name] for name in REPORTED if name in values}

    def client_environment(self, database: str) -> dict[str, str]:
        """Variables by which psql and pgbench find a database, and its password, which a command line would show."""
        dsn = extensions.parse_dsn(self.url(database))
        return {VARIABLES.get(name, f"PG{name.upper()}"): value for name, value in dsn.items()}

    @property
    def psql(self) -> Path:
        return programs() / "psql"

    @property
    def pgbench(self) -> Path:
        return programs() / "pgbench"

    def process(self) -> psutil.Process | None:
        """The embedded server's first process, parent of all others; None when the server is not ours."""
        return self.cluster.postmaster() if self.cluster else None

    def cpu_seconds(self) -> float | None:
        """CPU time of all its processes so far, also of those that ended; None when the server is not ours."""
        process = self.process()
        return usage.cpu_seconds(process) if process else None


@contextmanager
def postgres(data_dir: Path | None = None) -> Iterator[Server]:
    """A server to use: that of `DATABASE_URL`, unless a data directory is given; else the embedded one.

    The embedded one is started for its first user and stopped after its last. libpq's variables are unset meanwhile:
    the shell's are meant for another server. Raises PostgresUnavailable, BadSetting.
    """
    with _without_variables_of_libpq():
        yield from _postgres(data_dir)


@contextmanager
def _without_variables_of_libpq() -> Iterator[None]:
    found = {name: os.environ.pop(name) for name in list(os.environ) if name.startswith("PG")}
    try:
        yield
    finally:
        os.environ.update(found)


def _postgres(data_dir: Path | None) -> Iterator[Server]:
    url = os.environ.get("DATABASE_URL")
    if url and data_dir is None:
        if not re.fullmatch(_pattern(), url):
            raise PostgresUnavailable("DATABASE_URL must be postgresql://user:password@host:port/name.")
        yield _checked(Server(url))
        return
    with ExitStack() as stack:
        try:
            cluster = stack.enter_context(_using(Cluster(usable(data_dir or default_data_dir()).resolve())))
            server = _checked(Server(cluster.url(), cluster))
        except PermissionError as error:
            raise PostgresUnavailable(f"{error.filename} belongs to another user; run as that user.") from error
        yield server


@contextmanager
def _using(cluster: Cluster) -> Iterator[Cluster]:
    with held(cluster.users_lock, SHARED) as users:
        try:
            with held(cluster.start_lock, EXCLUSIVE):
                if cluster.postmaster() is None:
                    cluster.start()
                if free(cluster.keeper_lock):
                    keep(cluster)
            yield cluster
        finally:
            was_last = upgrade(users)
            if was_last:
                cluster.stop()
    if was_last:
        _wait_for_keeper(cluster)


def _wait_for_keeper(cluster: Cluster) -> None:
    deadline = time.monotonic() + 2
    while not free(cluster.keeper_lock) and time.monotonic() < deadline:
        time.sleep(0.005)


def _pattern() -> str:
    contract = yaml.safe_load((ROOT / "shared_contract" / "settings.yaml").read_text(encoding="utf-8"))
    return str(contract["database_url"]["pattern"])


def _checked(server: Server) -> Server:
    try:
        with server.connection() as connection:
            version = connection.server_version
    except psycopg2.Error as error:
        raise PostgresUnavailable(f"PostgreSQL does not answer: {error}".strip()) from error
    if version < VERSION * 10_000:
        raise PostgresUnavailable(
            f"PostgreSQL {_number(version)} is too old: {VERSION} or newer is needed, for uuidv7()."
        )
    return server


def _number(version: int) -> str:
    return f"{version // 10_000}.{version % 10_000}"
