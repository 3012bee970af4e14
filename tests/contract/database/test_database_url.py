"""DATABASE_URL: both implementations and the harness read it in the same way, or fail at startup."""

import asyncio
import secrets
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any
from urllib.parse import quote, urlsplit

import psycopg2
import pytest
from psycopg2.extensions import parse_dsn

from django_impl.config.environment import read_environment
from fastapi_impl.config.settings import get_settings
from harness.postgres.server import PostgresUnavailable, Server, postgres

SECRET = "5ecret"
DATABASE, PASSWORD = "50% off+a?b#c/d", "p[a]s:s+@/?#%&="

SUPPORTED_URLS = [
    "postgresql://u:p@h:5432/shop",
    "postgres://u@h/shop",
    "postgresql://u:@h/shop",
    "postgresql://h/shop",
    "postgresql://u@[::1]:5432/shop",
    "postgresql://u@db_1.example:65535/shop",
    "postgresql://u%40example:a%5Bb%5D@h/a%3Fb%23c",
    "postgresql://u:a+b:c@h/50%25off",
    "postgresql://u@/shop?host=/run/postgresql",
    "postgresql://u@h/shop?sslmode=disable",
    "postgresql://u@h/shop?sslmode=require&application_name=a%20b%2Bc",
    "postgresql://u@h/shop?sslmode=verify-full&sslrootcert=/etc/root.pem",
]
UNSUPPORTED_URLS = [
    "",
    "nonsense",
    "mysql://u@h/shop",
    "postgresql://u@h",
    "postgresql://u@h/",
    "postgresql:///shop",
    "postgresql://u@h/shop\r",
    "postgresql://u@h/shop\n",
    " postgresql://u@h/shop",
    f"postgresql://u:{SECRET}@h/shop#x",
    f"postgresql://u:{SECRET}[x]@h/shop",
    f"postgresql://u:{SECRET}@x@h/shop",
    f"postgresql://u:{SECRET}%@h/shop",
    f"postgresql://u:{SECRET}%00@h/shop",
    f"postgresql://u:{SECRET}%ff@h/shop",
    f"postgresql://u:{SECRET}é@h/shop",
    "postgresql://u@h:0/shop",
    "postgresql://u@h:65536/shop",
    "postgresql://u@h:99999/shop",
    "postgresql://u@h:port/shop",
    "postgresql://u@h:/shop",
    "postgresql://u@h1,h2/shop",
    "postgresql://u@h1:1,h2:2/shop",
    "postgresql://u@%2Frun%2Fpostgresql/shop",
    "postgresql://u@[::1/shop",
    "postgresql://u@h/a/b",
    "postgresql://u@h/?dbname=shop",
    "postgresql://u@/shop?host=h",
    "postgresql://u@h/shop?host=/run/postgresql",
    "postgresql://u@/shop?host=/a,/b",
    "postgresql://u@h/shop?port=5432",
    f"postgresql://u@h/shop?password={SECRET}",
    "postgresql://u@h/shop?user=u",
    "postgresql://u@h/shop?connect_timeout=5",
    "postgresql://u@h/shop?channel_binding=require",
    "postgresql://u@h/shop?search_path=public",
    "postgresql://u@h/shop?statement_timeout=1000",
    "postgresql://u@h/shop?options=-c%20jit=off",
    "postgresql://u@h/shop?service=x",
    "postgresql://u@h/shop?passfile=/x",
    "postgresql://u@h/shop?target_session_attrs=any",
    "postgresql://u@h/shop?sslmode=allow",
    "postgresql://u@h/shop?sslmode=REQUIRE",
    "postgresql://u@h/shop?sslmode=",
    "postgresql://u@h/shop?sslmode",
    "postgresql://u@h/shop?sslmode=require&sslmode=disable",
    "postgresql://u@h/shop?SSLMODE=require",
    "postgresql://u@h/shop?sslrootcert=system",
    "postgresql://u@h/shop?sslmode=verify-full&sslrootcert=system",
    "postgresql://u@h/shop?sslmode=verify-full",
    "postgresql://u@h/shop?sslmode=require&sslrootcert=/etc/root.pem",
    "postgresql://u@h/shop?sslmode=require&sslcert=/c&sslkey=/k",
    "postgresql://u@h/shop?application_name=a+b",
    "postgresql://u@h/shop?application_name=%C3%A9",
    "postgresql://u@h/shop?application_name=a#b",
    "postgresql://u@h/shop?&",
]


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """Set the environment variables of a development machine."""
    monkeypatch.setenv("ENVIRONMENT", "development")
    for name in ("SECRET_KEY", "ALLOWED_HOSTS", "LOG_LEVEL", "DATABASE_POOL_SIZE", "DEBUG"):
        monkeypatch.delenv(name, raising=False)
    get_settings.cache_clear()
    yield monkeypatch
    get_settings.cache_clear()


READ_SETTINGS: dict[str, Callable[[], object]] = {"django": read_environment, "fastapi": get_settings}


@pytest.mark.parametrize("implementation", READ_SETTINGS)
@pytest.mark.parametrize("url", SUPPORTED_URLS)
def test_supported_url_is_accepted(environment: pytest.MonkeyPatch, implementation: str, url: str) -> None:
    environment.setenv("DATABASE_URL", url)

    READ_SETTINGS[implementation]()


@pytest.mark.parametrize("implementation", READ_SETTINGS)
@pytest.mark.parametrize("url", UNSUPPORTED_URLS)
def test_unsupported_url_fails_at_startup_without_showing_the_password(
    environment: pytest.MonkeyPatch, implementation: str, url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    environment.setenv("DATABASE_URL", url)
    with pytest.raises(SystemExit):
        READ_SETTINGS[implementation]()
    stderr = capsys.readouterr().err

    assert stderr.count("\n") == 1
    assert "DATABASE_URL" in stderr
    assert SECRET not in stderr


@pytest.fixture(scope="module")
def quoted_url(server: Server) -> Iterator[str]:
    """Create a database and a role whose names need quoting, and yield the URL."""
    role = f"shop_odd_{secrets.token_hex(4)}"
    name = f"{DATABASE} {secrets.token_hex(4)}"
    with server.connection() as connection, connection.cursor() as cursor:
        cursor.execute(f'CREATE ROLE "{role}" LOGIN PASSWORD %s', (PASSWORD,))
        cursor.execute(f'CREATE DATABASE "{name.replace("%", "%%")}" OWNER "{role}"', ())
        address = urlsplit(server.base_url).netloc.rpartition("@")[2]
        yield f"postgresql://{role}:{quote(PASSWORD, safe='')}@{address}/{quote(name, safe='')}"
        cursor.execute(f'DROP DATABASE "{name.replace("%", "%%")}"', ())
        cursor.execute(f'DROP ROLE "{role}"')


CONNECTION_INFO = (
    "SELECT current_database(), current_user::text, current_setting('application_name'),"
    " (SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid())"
)


def django_connection_info() -> tuple[object, ...]:
    """Return the database, the role, the application name and the TLS state of a connection by Django's driver."""
    keywords: dict[str, Any] = dict(read_environment().database)
    with closing(psycopg2.connect(**keywords)) as connection, connection.cursor() as cursor:
        cursor.execute(CONNECTION_INFO)
        return tuple(cursor.fetchone() or ())


async def fastapi_connection_info() -> tuple[object, ...]:
    """Return the same as `django_connection_info` for a connection by FastAPI's driver."""
    from fastapi_impl.common.database.engine import connect

    connection = await connect()
    try:
        return tuple(await connection.fetchrow(CONNECTION_INFO) or ())
    finally:
        await connection.close()


@pytest.mark.parametrize("parameters", ["", "?application_name=a%20b%2Bc", "?sslmode=prefer", "?sslmode=disable"])
def test_both_connect_to_the_same_database_and_role(
    environment: pytest.MonkeyPatch, quoted_url: str, parameters: str
) -> None:
    environment.setenv("DATABASE_URL", quoted_url + parameters)
    info = django_connection_info()

    assert info == asyncio.run(fastapi_connection_info())
    assert str(info[0]).startswith(DATABASE)
    assert info[2] == ("a b+c" if "application_name" in parameters else "")


def test_both_require_tls_when_the_url_requires_it(environment: pytest.MonkeyPatch, quoted_url: str) -> None:
    from fastapi_impl.common.exceptions import DatabaseUnavailable

    environment.setenv("DATABASE_URL", f"{quoted_url}?sslmode=require")  # the embedded server does not support TLS
    with pytest.raises(psycopg2.OperationalError):
        django_connection_info()
    with pytest.raises(DatabaseUnavailable):
        asyncio.run(fastapi_connection_info())


def test_harness_keeps_the_database_name(quoted_url: str) -> None:
    name = f"{DATABASE} of the harness"

    assert parse_dsn(Server(quoted_url).url(name))["dbname"] == name
    assert Server(quoted_url).client_environment(name)["PGDATABASE"] == name
    assert Server(f"{quoted_url}?application_name=x").client_environment(name)["PGAPPNAME"] == "x"


@pytest.mark.parametrize("url", ["postgresql://u:5ecret[x]@h/shop", "postgresql://u@h:99999/shop", "postgresql://u@h"])
def test_harness_rejects_unsupported_urls(environment: pytest.MonkeyPatch, url: str) -> None:
    environment.setenv("DATABASE_URL", url)
    with pytest.raises(PostgresUnavailable, match="DATABASE_URL") as failure, postgres():
        pass

    assert SECRET not in str(failure.value)
