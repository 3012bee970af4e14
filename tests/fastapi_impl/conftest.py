"""The application in this process, on a database of its own."""

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
    """The environment of a developer's machine, for one test."""
    for name in ("SECRET_KEY", "ALLOWED_HOSTS", "LOG_LEVEL", "DATABASE_POOL_SIZE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("ENVIRONMENT", "development")
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/nowhere")
    get_settings.cache_clear()
    yield monkeypatch
    get_settings.cache_clear()


@pytest.fixture
async def engine(environment: pytest.MonkeyPatch, database_url: str) -> AsyncIterator[AsyncEngine]:
    """The application's engine, connected to the tests' database."""
    environment.setenv("DATABASE_URL", database_url)
    engine = get_engine()
    yield engine
    readiness.close()
    await engine.dispose()


@pytest.fixture
async def statements(engine: AsyncEngine) -> AsyncIterator[list[str]]:
    """What the application says to the database; one connection is there already."""
    said: list[str] = []

    def remember(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        said.append(statement)

    def remember_transactions(dbapi_connection: Any, _record: object) -> None:
        dbapi_connection.driver_connection.add_query_logger(lambda logged: said.append(logged.query))

    event.listen(engine.sync_engine, "before_cursor_execute", remember)
    event.listen(engine.sync_engine, "connect", remember_transactions)
    async with engine.connect() as connection:
        await connection.execute(text("SELECT 1"))
    said.clear()
    yield said
    event.remove(engine.sync_engine, "before_cursor_execute", remember)
    event.remove(engine.sync_engine, "connect", remember_transactions)


@pytest.fixture
async def client(engine: AsyncEngine) -> AsyncIterator[AsyncClient]:  # noqa: ARG001 - it is to be connected first
    """Somebody who is not signed in."""
    from fastapi_impl.main import app  # reads the environment, which the fixture has set

    async with AsyncClient(transport=ASGITransport(app), base_url="http://localhost") as client:
        yield client
