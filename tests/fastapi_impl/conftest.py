"""Fixtures that run the application in the test process, with its own database."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from httpx import ASGITransport, AsyncClient
from sqlalchemy import event, text
from sqlalchemy.ext.asyncio import AsyncEngine

from fastapi_impl.common.database.engine import get_engine
from fastapi_impl.common.database.readiness import readiness
from fastapi_impl.config.settings import get_settings


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """Set the environment variables of development for one test."""
    names = (
        "SECRET_KEY",
        "ALLOWED_HOSTS",
        "LOG_LEVEL",
        "DATABASE_POOL_SIZE",
        "CACHE_SECONDS",
        "REDIS_TIMEOUT_SECONDS",
        "SOCKET_URL",
        "REDIS_URL",
        "CELERY_BROKER_URL",
        "EMAIL_URL",
        "EMAIL_FROM",
        "STAFF_EMAIL",
        "TRUSTED_PROXIES",
        "METRICS_ALLOWED",
        "PROMETHEUS_MULTIPROC_DIR",
        "TRACES_URL",
        "MEDIA_DIR",
    )
    for name in names:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("ENVIRONMENT", "development")
    monkeypatch.setenv("THROTTLING", "false")  # whose counts would remain between tests
    monkeypatch.setenv("CACHING", "false")
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/nowhere")
    get_settings.cache_clear()
    yield monkeypatch
    get_settings.cache_clear()


@pytest.fixture
async def engine(environment: pytest.MonkeyPatch, database_url: str) -> AsyncIterator[AsyncEngine]:
    """Return the application's engine, connected to the test database."""
    environment.setenv("DATABASE_URL", database_url)
    engine = get_engine()
    yield engine
    readiness.close()
    await engine.dispose()


@pytest.fixture
async def statements(engine: AsyncEngine) -> AsyncIterator[list[str]]:
    """Record the SQL statements of the application; one connection is already open."""
    executed: list[str] = []

    def record(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        executed.append(statement)

    def record_transactions(dbapi_connection: Any, _record: object) -> None:
        dbapi_connection.driver_connection.add_query_logger(lambda logged: executed.append(logged.query))

    event.listen(engine.sync_engine, "before_cursor_execute", record)
    event.listen(engine.sync_engine, "connect", record_transactions)
    async with engine.connect() as connection:
        await connection.execute(text("SELECT 1"))
    executed.clear()
    yield executed
    event.remove(engine.sync_engine, "before_cursor_execute", record)
    event.remove(engine.sync_engine, "connect", record_transactions)


@pytest.fixture
async def client(engine: AsyncEngine) -> AsyncIterator[AsyncClient]:  # noqa: ARG001 - the fixture connects the engine
    """An unauthenticated client."""
    from fastapi_impl.main import app  # reads the environment, which the fixture has set

    async with AsyncClient(transport=ASGITransport(app), base_url="http://localhost") as client:
        yield client
