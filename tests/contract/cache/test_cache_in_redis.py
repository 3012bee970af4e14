"""With Redis all processes of both implementations share the cache, and no read after an answered change is stale."""

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from random import Random
from typing import Any

import pytest

from harness.postgres.server import Server
from harness.servers.redis import is_installed, redis_server
from tests.contract.cache.shops import REDIS_TIMEOUT_SECONDS, CachingServer, CachingShop, caching_shop
from tests.contract.cache.stampedes import reads_of_many_readers
from tests.contract.cache.writes import WRITES, Writer, new_writer
from tests.contract.client import Client, Json
from tests.contract.observed import IMPLEMENTATIONS
from tests.contract.shop import rows
from tests.contract.test_identical_responses import comparable
from tests.harness.processes import eventually

pytestmark = pytest.mark.skipif(
    not is_installed() and not os.environ.get("CI"),
    reason="redis-server is not installed; apt-get install redis-server",
)
OTHER = {"django": "fastapi", "fastapi": "django"}
CHANGES, WRITERS, READERS = 20, 2, 6
# A deferred trigger runs when the transaction commits.
WAIT_AT_COMMIT = """
CREATE FUNCTION wait_at_commit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN PERFORM pg_advisory_xact_lock(1); RETURN NULL; END $$;
CREATE CONSTRAINT TRIGGER wait_at_commit AFTER UPDATE ON products
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION wait_at_commit();
SELECT pg_advisory_lock(1)
"""
each_implementation = pytest.mark.parametrize("name", IMPLEMENTATIONS)


@pytest.fixture(scope="module")
def shop(server: Server) -> Iterator[CachingShop]:
    """Run both implementations with two processes each."""
    with redis_server() as url:
        environment = {"REDIS_URL": url, "REDIS_TIMEOUT_SECONDS": str(REDIS_TIMEOUT_SECONDS)}
        with caching_shop(server, dict.fromkeys(IMPLEMENTATIONS, environment), workers=2) as running:
            yield running


def seen(client: Client, slugs: Sequence[str]) -> list[Json]:
    """Return the products, None for one that is not there, and the featured products, from the cache."""
    responses = [client.get(f"/api/products/{slug}") for slug in slugs]
    products = [response.json() if response.status_code == 200 else None for response in responses]
    return [*products, client.get("/api/products/featured").json()["items"]]


def stored(staff: Client, slugs: Sequence[str]) -> list[Json]:
    """Return the same as the database has it. Lists, and products for staff, are not cached."""
    found = [staff.get(f"/api/products/{slug}").json() for slug in slugs]
    products = [product if product.get("is_active") else None for product in found]
    return [*products, staff.get("/api/products?in_stock=true&is_active=true&limit=10").json()["items"]]


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
@each_implementation
def test_next_read_on_the_other_implementation_sees_a_change(
    shop: CachingShop, name: str, write: Callable[[Writer], Any]
) -> None:
    writer, other = new_writer(shop, shop.servers[name]), shop.servers[OTHER[name]].client
    before = seen(other, writer.slugs)

    write(writer)

    after = seen(other, writer.slugs)
    assert after != before
    assert after == stored(other.as_(shop.staff), writer.slugs)


@each_implementation
@pytest.mark.parametrize("path", ["featured", "product"])
def test_many_readers_in_two_processes_cost_one_query(shop: CachingShop, name: str, path: str) -> None:
    server = shop.servers[name]
    product = new_writer(shop, server).product

    assert reads_of_many_readers(server, f"/api/products/{product['slug'] if path == 'product' else path}") == 1


@each_implementation
def test_product_that_was_not_there_is_seen_when_it_is_created(shop: CachingShop, name: str) -> None:
    writer, other = new_writer(shop, shop.servers[name]), shop.servers[OTHER[name]].client
    path = f"{writer.path}-2"
    assert other.get(path).status_code == 404

    response = writer.staff.post("/api/products", {**body_of(writer.product), "name": writer.product["name"]})

    assert response.headers["Location"] == path
    assert other.get(path).json() == response.json()


def body_of(product: Json) -> Json:
    """Return the body that creates the product again."""
    return {name: product[name] for name in ("description", "price", "stock", "category")}


@each_implementation
def test_staff_neither_fill_nor_read_the_cache(shop: CachingShop, name: str) -> None:
    client = shop.servers[name].client
    writer = new_writer(shop, shop.servers[name])
    writer.staff.patch(writer.path, {"is_active": False})
    assert [each.get(writer.path).status_code for each in (writer.staff, client, writer.shopper)] == [200, 404, 404]

    slug = shop.insert_product()
    public = client.get(f"/api/products/{slug}").json()
    shop.set_stock(slug, 9)

    assert client.get(f"/api/products/{slug}").json() == public
    assert writer.staff.get(f"/api/products/{slug}").json()["stock"] == 9


def test_cached_responses_of_both_implementations_are_the_same(shop: CachingShop) -> None:
    slug = shop.insert_product(name="Größe „茶“ & \u2028 <b>")
    new_writer(shop, shop.servers["django"])
    for path in (f"/api/products/{slug}", "/api/products/featured"):
        for method in ("GET", "HEAD"):
            responses = [
                comparable(server.client.request(method, path)) for server in shop.servers.values() for _ in range(3)
            ]
            assert [response for response in responses if response != responses[0]] == []


@each_implementation
def test_reader_that_stores_after_a_change_does_not_restore_the_old_value(shop: CachingShop, name: str) -> None:
    slow, writer = shop.servers[name], shop.servers[OTHER[name]]
    slug = shop.insert_product(stock=1)
    with ThreadPoolExecutor(1) as pool:
        with slow.responses.held_back():
            old = pool.submit(slow.stock, slug)
            slow.responses.wait_for_one()  # PostgreSQL has executed the query
            add_piece(shop, writer, slug)
        assert old.result() == 1

    assert [server.stock(slug) for server in (slow, writer, slow)] == [2, 2, 2]


@each_implementation
def test_reader_during_the_commit_of_a_change_does_not_keep_the_old_value(shop: CachingShop, name: str) -> None:
    writer, reader = shop.servers[name], shop.servers[OTHER[name]]
    slug = shop.insert_product(stock=1)
    with ThreadPoolExecutor(1) as pool, shop.sql.cursor() as cursor:
        cursor.execute(WAIT_AT_COMMIT)
        change = pool.submit(add_piece, shop, writer, slug)
        try:
            waiting = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
            assert eventually(lambda: change.done() or rows(shop.sql, waiting) == [(1,)])
            assert [server.stock(slug) for server in (writer, reader)] == [1, 1]
        finally:
            cursor.execute("SELECT pg_advisory_unlock(1)")
            change.exception()
            cursor.execute("DROP FUNCTION wait_at_commit CASCADE")

    assert [server.stock(slug) for server in (writer, reader)] == [2, 2]


def add_piece(shop: CachingShop, server: CachingServer, slug: str) -> None:
    """Add a piece by the API."""
    response = server.client.as_(shop.staff).post(f"/api/products/{slug}/adjust-stock", {"quantity": 1})
    assert response.status_code == 200, response.text


def test_no_read_after_an_answered_change_is_stale(shop: CachingShop) -> None:
    slug, answered, lock, changed = shop.insert_product(stock=0), 0, threading.Lock(), threading.Event()
    servers = [*shop.servers.values()]

    def write(seed: int) -> None:
        nonlocal answered
        random = Random(seed)
        for _ in range(CHANGES):
            add_piece(shop, random.choice(servers), slug)
            with lock:
                answered += 1

    def read(seed: int) -> list[tuple[int, int]]:
        random, stale = Random(seed), []
        while not changed.is_set():
            least = answered
            stock = random.choice(servers).stock(slug)
            if stock is None or stock < least:
                stale.append((least, stock or -1))
        return stale

    with ThreadPoolExecutor(WRITERS + READERS) as pool:
        readers = [pool.submit(read, seed) for seed in range(READERS)]
        try:
            [*pool.map(write, range(WRITERS))]
        finally:
            changed.set()
    assert [reader.result() for reader in readers] == [[]] * READERS
    assert [server.stock(slug) for server in servers] == [CHANGES * WRITERS] * len(servers)
