from collections.abc import AsyncIterator

import pytest
from httpx import AsyncClient

from fastapi_impl.common.caching.listener import listener
from fastapi_impl.common.caching.stores import close_stores, get_entries, get_generations
from fastapi_impl.config.settings import get_settings
from fastapi_impl.products.models import Product


@pytest.fixture
async def stores(environment: pytest.MonkeyPatch) -> AsyncIterator[None]:  # noqa: ARG001 - before the settings are read
    """Close the stores of the test, which belong to its event loop."""
    yield
    await close_stores()
    get_entries.cache_clear()
    get_generations.cache_clear()


@pytest.mark.usefixtures("stores")
async def test_cached_responses_are_those_without_a_cache_and_cost_no_statement(
    environment: pytest.MonkeyPatch, client: AsyncClient, product: Product, statements: list[str]
) -> None:
    paths = (f"/api/products/{product.slug}", "/api/products/featured")
    uncached = [await client.get(path) for path in paths]
    environment.setenv("CACHING", "true")
    get_settings.cache_clear()
    environment.setattr(listener, "is_listening", True)

    first = [await client.get(path) for path in paths]
    statements.clear()
    later = [await client.get(path) for path in paths]

    assert statements == []
    for responses in zip(uncached, first, later, strict=True):
        assert len({response.content for response in responses}) == 1
        for response in responses:
            del response.headers["X-Request-ID"]
        assert responses[0].headers == responses[1].headers == responses[2].headers
