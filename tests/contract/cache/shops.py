"""Servers with a cache on a database of their own, and what is seen of them."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg2
from psycopg2.extensions import connection as Connection  # noqa: N812 - a class with a lower-case name

from harness.databases.clones import database
from harness.postgres.server import Server
from harness.servers.server import Budget, RunningServer, serve
from harness.wire.protocol import StatementLog
from harness.wire.proxy import record_statements
from tests.contract.cache.responses import Responses, responses_of
from tests.contract.client import Account, Client
from tests.contract.conftest import open_client
from tests.contract.observed import IMPLEMENTATIONS
from tests.contract.shop import DESCRIPTION, new_account, rows, unique_name
from tests.harness.processes import eventually

# No entry ends by itself during a test.
LONG = {"CACHING": "true", "CACHE_SECONDS": "300"}
REDIS_TIMEOUT_SECONDS = 30  # only an error of Redis may count, not a slow machine


@dataclass(frozen=True)
class CachingServer:
    """A server, and its traffic with PostgreSQL."""

    client: Client
    running: RunningServer
    log: StatementLog
    responses: Responses

    def stock(self, slug: str) -> int | None:
        """Return the stock of a product that everybody sees, or None without a valid response."""
        response = self.client.http.get(f"/api/products/{slug}")
        return int(response.json()["stock"]) if response.status_code == 200 else None

    def reads(self) -> int:
        """Return how often products were read since the log was cleared."""
        return sum("FROM" in text and "products" in text for text in list(self.log.statements))


@dataclass(frozen=True)
class CachingShop:
    """A database with a staff user and a category, and servers."""

    sql: Connection
    staff: Account
    category_id: str
    servers: Mapping[str, CachingServer]

    def insert_product(self, **values: Any) -> str:
        """Store a product without telling any server, and return its slug."""
        name = unique_name("cup")
        slug = name.replace(" ", "-")
        row = {"name": name, "slug": slug, "description": DESCRIPTION, "price": 5, "stock": 1, "is_active": True}
        row |= {"category_id": self.category_id} | values
        columns, places = ", ".join(row), ", ".join(["%s"] * len(row))
        with self.sql.cursor() as cursor:
            cursor.execute(f"INSERT INTO products ({columns}) VALUES ({places})", list(row.values()))
        return slug

    def set_stock(self, slug: str, stock: int) -> None:
        """Change the stock of a product without telling any server."""
        with self.sql.cursor() as cursor:
            cursor.execute("UPDATE products SET stock = %s WHERE slug = %s", (stock, slug))

    def wait_until_cached(self, server: CachingServer) -> tuple[str, int, int]:
        """Return the slug of a product, its stock in the cache of the server, and its stock in the database."""
        slug, stock = self.insert_product(), 1

        def is_cached() -> bool:
            nonlocal stock
            server.stock(slug)
            stock += 1
            self.set_stock(slug, stock)
            return server.stock(slug) not in {stock, None}

        assert eventually(is_cached)
        return slug, server.stock(slug) or 0, stock


@contextmanager
def caching_shop(server: Server, environments: Mapping[str, Mapping[str, str]], workers: int) -> Iterator[CachingShop]:
    """Run servers, whose names begin with their implementation, on a new database until the end of the block."""
    with ExitStack() as stack:
        url = stack.enter_context(database(server, name_hint="tests"))
        sql = stack.enter_context(closing(psycopg2.connect(url)))
        sql.autocommit = True
        servers = {
            name: _caching_server(stack, name, url, {**LONG, **environment}, workers)
            for name, environment in environments.items()
        }
        category = "INSERT INTO categories (name, slug, description) VALUES ('Cups', 'cups', '') RETURNING id::text"
        yield CachingShop(sql, new_account(sql, is_staff=True), rows(sql, category)[0][0], servers)


def _caching_server(
    stack: ExitStack, name: str, url: str, environment: Mapping[str, str], workers: int
) -> CachingServer:
    recorded_url, log = stack.enter_context(record_statements(url))
    observed_url, responses = stack.enter_context(responses_of(recorded_url))
    (implementation,) = (each for each in IMPLEMENTATIONS if name.startswith(each))
    budget = Budget(workers=workers)
    running = stack.enter_context(serve(implementation, observed_url, budget=budget, environment=environment))
    return CachingServer(stack.enter_context(open_client(running)), running, log, responses)
