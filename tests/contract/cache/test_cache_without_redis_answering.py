"""While Redis does not answer, readers ask PostgreSQL, and changes succeed."""

import socket
from collections.abc import Iterator

import pytest

from harness.postgres.server import Server
from tests.contract.cache.shops import CachingShop, caching_shop
from tests.contract.observed import IMPLEMENTATIONS

TIMEOUT_SECONDS = 0.2


@pytest.fixture(scope="module")
def silent() -> Iterator[socket.socket]:
    """Listen on a port, and never answer."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener


@pytest.fixture(scope="module")
def shop(server: Server, silent: socket.socket) -> Iterator[CachingShop]:
    """Run both implementations."""
    url = f"redis://127.0.0.1:{silent.getsockname()[1]}/0"
    environment = {"REDIS_URL": url, "REDIS_TIMEOUT_SECONDS": str(TIMEOUT_SECONDS)}
    with caching_shop(server, dict.fromkeys(IMPLEMENTATIONS, environment), workers=1) as running:
        yield running


def test_readers_and_changes_do_without_redis(shop: CachingShop, silent: socket.socket) -> None:
    for state in ("silent", "refused"):
        for server in shop.servers.values():
            slug = shop.insert_product(stock=1)
            staff = server.client.as_(shop.staff)
            assert server.stock(slug) == 1, state
            for stock in (2, 3):
                response = staff.post(f"/api/products/{slug}/adjust-stock", {"quantity": 1})
                assert response.status_code == 200, state
                assert server.stock(slug) == stock, state
            assert server.client.get("/api/products/featured").json()["items"][0]["stock"] == 3
            shop.set_stock(slug, 7)
            assert server.stock(slug) == 7, "nothing is cached"
        silent.close()
    for server in shop.servers.values():
        log = server.running.log.read_text(encoding="utf-8")
        assert "Redis did not answer, so changed entries may remain for 60 seconds" in log
        assert "Redis did not answer, so PostgreSQL is asked" in log
        assert "Traceback" not in log
