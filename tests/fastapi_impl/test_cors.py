"""The response to an unexpected error has the CORS headers, so that a page of another origin can read it."""

import pytest
from httpx import ASGITransport, AsyncClient

from fastapi_impl.config.settings import get_settings

ORIGIN = "https://shop.example"


async def fail() -> None:
    """Raise an error that no handler expects."""
    raise RuntimeError


async def test_unexpected_error_has_cors_headers(environment: pytest.MonkeyPatch) -> None:
    from fastapi_impl.main import create_app  # reads the environment, which the fixture has set

    environment.setenv("CORS_ALLOWED_ORIGINS", ORIGIN)
    get_settings.cache_clear()
    app = create_app()
    app.add_api_route("/api/fails", fail)

    async with AsyncClient(transport=ASGITransport(app), base_url="http://localhost") as client:
        response = await client.get("/api/fails", headers={"Origin": ORIGIN})

    assert response.json()["code"] == "internal_error"
    assert response.headers["Access-Control-Allow-Origin"] == ORIGIN
    assert response.headers["Vary"] == "origin"
