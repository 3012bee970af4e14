"""Get a running PostgreSQL server: the one of `DATABASE_URL`, or the embedded server, which processes share."""

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

from harness.paths import ROOT, default_data_dir, ensure_writable
from harness.postgres.cluster import Cluster, start_keeper
from harness.postgres.programs import VERSION, PostgresUnavailable, programs
from harness.postgres.tuning import REPORTED
from harness.processes import usage
from harness.processes.locks import EXCLUSIVE, SHARED, file_lock, is_free, try_upgrade

__all__ = ["PostgresUnavailable", "Server", "postgres"]


# Environment variables of libpq that are not named after their keyword.
_LIBPQ_VARIABLES = {"dbname": "PGDATABASE", "application_name": "PGAPPNAME"}


@dataclass(frozen=True)
class Server:
    """A running PostgreSQL, 18 or newer."""

    base_url: str
    cluster: Cluster | None = None

    def url(self, database: str) -> str:
        """Return the URL of a database of this server. Both implementations accept it."""
        parts = urlsplit(self.base_url)
        return f"{parts.scheme}://{parts.netloc}/{quote(database, safe='')}" + (
            f"?{parts.query}" if parts.query else ""
        )

    @contextmanager
    def connection(self, database: str = "postgres") -> Iterator[extensions.connection]:
        """Open a connection in autocommit mode, and close it at the end."""
        connection = psycopg2.connect(self.url(database), connect_timeout=5)
        connection.autocommit = True
        try:
            yield connection
        finally:
            connection.close()

    def version(self) -> str:
        """Return the server's version, such as 18.4."""
        with self.connection() as connection:
            return _format_version(connection.server_version)

    def settings(self) -> dict[str, str]:
        """Return the current values of the settings that affect a benchmark."""
        with self.connection() as connection, connection.cursor() as cursor:
            cursor.execute("SELECT name, current_setting(name) FROM pg_settings WHERE name = ANY(%s)", [list(REPORTED)])
            values = dict(cursor.fetchall())
        return {name: values[name] for name in REPORTED if name in values}

    def client_environment(self, database: str) -> dict[str, str]:
        """Return the environment variables with which psql and pgbench connect to a database.

        Other users can read the arguments of a process, so the password must not be among them.
        """
        dsn = extensions.parse_dsn(self.url(database))
        return {_LIBPQ_VARIABLES.get(name, f"PG{name.upper()}"): value for name, value in dsn.items()}

    @property
    def psql(self) -> Path:
        """Path of psql. Raises PostgresUnavailable."""
        return programs() / "psql"

    @property
    def pgbench(self) -> Path:
        """Path of pgbench. Raises PostgresUnavailable."""
        return programs() / "pgbench"

    def process(self) -> psutil.Process | None:
        """Return the main process of the embedded server, or None if the server is the one of `DATABASE_URL`."""
        return self.cluster.postmaster() if self.cluster else None

    def cpu_seconds(self) -> float | None:
        """Return the CPU seconds of the embedded server's processes, or None for the server of `DATABASE_URL`."""
        process = self.process()
        return usage.cpu_seconds(process) if process else None


@contextmanager
def postgres(data_dir: Path | None = None) -> Iterator[Server]:
    """Yield the server of `DATABASE_URL`, or the embedded server if that is not set or a data directory is given.

    The embedded server starts with its first user and stops after its last user. The environment variables of libpq
    (`PG...`) are unset in the meantime, because they belong to another server. Raises PostgresUnavailable, BadSetting.
    """
    with _without_libpq_variables():
        yield from _postgres(data_dir)


@contextmanager
def _without_libpq_variables() -> Iterator[None]:
    removed = {name: os.environ.pop(name) for name in list(os.environ) if name.startswith("PG")}
    try:
        yield
    finally:
        os.environ.update(removed)


def _postgres(data_dir: Path | None) -> Iterator[Server]:
    if data_dir is None and (url := configured_url()):
        yield _require_version(Server(url))
        return
    with ExitStack() as stack:
        try:
            cluster = stack.enter_context(_shared(Cluster(ensure_writable(data_dir or default_data_dir()).resolve())))
            server = _require_version(Server(cluster.url(), cluster))
        except PermissionError as error:
            raise PostgresUnavailable(f"{error.filename} belongs to another user: run this as that user.") from error
        yield server


def configured_url() -> str | None:
    """Return DATABASE_URL, or None if it is not set. Raises PostgresUnavailable if it has another form."""
    url = os.environ.get("DATABASE_URL")
    if url and not re.fullmatch(_url_pattern(), url):
        raise PostgresUnavailable("DATABASE_URL must be postgresql://user:password@host:port/name.")
    return url or None


@contextmanager
def _shared(cluster: Cluster) -> Iterator[Cluster]:
    with file_lock(cluster.users_lock, SHARED) as users:
        try:
            with file_lock(cluster.start_lock, EXCLUSIVE):
                if cluster.postmaster() is None:
                    cluster.start()
                if is_free(cluster.keeper_lock):
                    start_keeper(cluster)
            yield cluster
        finally:
            was_last = try_upgrade(users)
            if was_last:
                cluster.stop()
    if was_last:
        _wait_for_keeper(cluster)


def _wait_for_keeper(cluster: Cluster) -> None:
    deadline = time.monotonic() + 2
    while not is_free(cluster.keeper_lock) and time.monotonic() < deadline:
        time.sleep(0.005)


def _url_pattern() -> str:
    contract = yaml.safe_load((ROOT / "shared_contract" / "settings.yaml").read_text(encoding="utf-8"))
    return str(contract["database_url"]["pattern"])


def _require_version(server: Server) -> Server:
    try:
        with server.connection() as connection:
            version = connection.server_version
    except psycopg2.Error as error:
        raise PostgresUnavailable(f"Cannot connect to PostgreSQL: {error}".strip()) from error
    if version < VERSION * 10_000:
        raise PostgresUnavailable(
            f"PostgreSQL {_format_version(version)} is too old: {VERSION} or newer is needed for uuidv7()."
        )
    return server


def _format_version(version: int) -> str:
    return f"{version // 10_000}.{version % 10_000}"
