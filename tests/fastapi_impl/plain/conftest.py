"""Fixtures for the application and its client."""

from collections.abc import AsyncIterator

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient

from tests.fastapi_impl.plain.app import create_app
from tests.fastapi_impl.plain.events import events


@pytest.fixture
def app() -> FastAPI:
    events.clear()
    return create_app()


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[AsyncClient]:
    async with AsyncClient(transport=ASGITransport(app), base_url="http://localhost") as client:
        yield client
