"""The application and a client in this process."""

from collections.abc import AsyncIterator

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient

from tests.fastapi_impl.plain.app import build
from tests.fastapi_impl.plain.events import events


@pytest.fixture
def app() -> FastAPI:
    events.clear()
    return build()


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[AsyncClient]:
    async with AsyncClient(transport=ASGITransport(app), base_url="http://localhost") as client:
        yield client
