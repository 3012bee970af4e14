"""Without Redis the entries are in each process, and PostgreSQL notifies the others of a change."""

from collections.abc import Iterator

import pytest
from psycopg2 import sql as query

from harness.postgres.server import Server
from tests.contract.cache.shops import CachingServer, CachingShop, caching_shop
from tests.contract.cache.stampedes import reads_of_many_readers
from tests.contract.client import status_and_code
from tests.contract.observed import IMPLEMENTATIONS
from tests.contract.outages import CLOSE_OTHER_CONNECTIONS
from tests.contract.test_identical_responses import comparable
from tests.harness.processes import eventually

SERVERS = ("django", "django-2", "fastapi", "fastapi-2")
# The last statement of a listening connection. No other that stays open ends with one of these, except that of /readyz.
CLOSE_LISTENERS = (
    "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
    " WHERE datname = current_database() AND query ~ '^(LISTEN|SELECT 1$)'"
)
each_implementation = pytest.mark.parametrize("name", IMPLEMENTATIONS)


@pytest.fixture(scope="module")
def shop(server: Server) -> Iterator[CachingShop]:
    """Run two servers of each implementation, with one process each. Entries of the second ones live for a second."""
    environments = {name: {"CACHE_SECONDS": "1"} if name.endswith("2") else {} for name in SERVERS}
    with caching_shop(server, environments, workers=1) as running:
        yield running


def adjust_stock(shop: CachingShop, server: CachingServer, slug: str) -> None:
    """Add a piece by the API."""
    response = server.client.as_(shop.staff).post(f"/api/products/{slug}/adjust-stock", {"quantity": 1})
    assert response.status_code == 200, response.text


@each_implementation
def test_many_readers_of_a_product_cost_one_query(shop: CachingShop, name: str) -> None:
    server = shop.servers[name]
    shop.wait_until_cached(server)

    assert reads_of_many_readers(server, f"/api/products/{shop.insert_product()}") == 1


@each_implementation
def test_first_and_later_responses_are_the_same_as_the_uncached_one_of_staff(shop: CachingShop, name: str) -> None:
    server = shop.servers[name]
    shop.wait_until_cached(server)
    path = f"/api/products/{shop.insert_product(name='Größe „茶“ & \u2028 <b>', image='products/a.png')}"

    first, later, uncached = (comparable(server.client.as_(account).get(path)) for account in (None, None, shop.staff))

    assert first == later == uncached


@each_implementation
def test_page_shows_the_cached_product(shop: CachingShop, name: str) -> None:
    server = shop.servers[name]
    slug, cached, stored = shop.wait_until_cached(server)

    page = server.client.http.get(f"/products/{slug}").text

    assert (f"<dd>{cached}</dd>" in page, f"<dd>{stored}</dd>" in page) == (True, False)


@each_implementation
def test_change_drops_the_entry_of_its_own_process_at_once(shop: CachingShop, name: str) -> None:
    server = shop.servers[name]
    slug, _, stored = shop.wait_until_cached(server)

    adjust_stock(shop, server, slug)

    assert server.stock(slug) == stored + 1


@pytest.mark.parametrize("writer", SERVERS)
@each_implementation
def test_change_drops_the_entries_of_other_processes(shop: CachingShop, name: str, writer: str) -> None:
    slug, _, stored = shop.wait_until_cached(shop.servers[name])

    adjust_stock(shop, shop.servers[writer], slug)

    assert eventually(lambda: shop.servers[name].stock(slug) == stored + 1)


@each_implementation
def test_entry_ends_after_its_time(shop: CachingShop, name: str) -> None:
    server = shop.servers[f"{name}-2"]
    slug, _, stored = shop.wait_until_cached(server)

    assert eventually(lambda: server.stock(slug) == stored)


@each_implementation
def test_missing_product_is_not_cached(shop: CachingShop, name: str) -> None:
    server, slug = shop.servers[name], "cup-of-the-next-day"
    shop.wait_until_cached(server)
    path = f"/api/products/{slug}-{name}"
    assert status_and_code(server.client.get(path)) == (404, "not_found")

    shop.insert_product(slug=f"{slug}-{name}")

    assert server.client.get(path).status_code == 200


@each_implementation
def test_lost_connection_is_replaced_and_everything_is_dropped(shop: CachingShop, name: str) -> None:
    server = shop.servers[name]
    slug, _, stored = shop.wait_until_cached(server)

    with shop.sql.cursor() as cursor:
        cursor.execute(CLOSE_OTHER_CONNECTIONS)

    assert eventually(lambda: server.stock(slug) == stored)
    another, _, others_stock = shop.wait_until_cached(server)
    assert server.stock(slug) == stored, "an entry from before is used again"
    slug, stored = another, others_stock
    adjust_stock(shop, shop.servers["fastapi-2"], slug)
    assert eventually(lambda: server.stock(slug) == stored + 1)


@each_implementation
def test_no_entry_is_used_without_a_connection(shop: CachingShop, server: Server, name: str) -> None:
    caching = shop.servers[name]
    slug, _, stored = shop.wait_until_cached(caching)
    database = query.Identifier(shop.sql.info.dbname)
    allow = query.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS {}")
    with server.connection() as connection, connection.cursor() as cursor, shop.sql.cursor() as own_cursor:
        cursor.execute(allow.format(database, query.SQL("false")))
        try:
            own_cursor.execute(CLOSE_LISTENERS)
            assert eventually(lambda: caching.stock(slug) == stored)
        finally:
            cursor.execute(allow.format(database, query.SQL("true")))
