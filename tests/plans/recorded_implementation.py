"""An implementation whose statements are recorded, and a database with the statistics of a million products."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg2
from psycopg2.extensions import connection as Connection  # noqa: N812 - a class with a lower-case name

from benchmarks.scenarios.exchanges import Request
from benchmarks.scenarios.sample import STAFF, Sample, draw_sample
from benchmarks.verification.client import Client, client
from harness.servers.server import Budget, Implementation, serve
from harness.wire.protocol import SentStatement, StatementLog
from harness.wire.proxy import record_statements
from tests.plans.lists import Listing

MILLION = 1_000_000
# The tables that grow with the number of products. The number of categories is constant.
GROWING = ("products", "orders", "order_items", "users")


@dataclass
class RecordedImplementation:
    """An implementation whose statements are recorded, and a connection for EXPLAIN."""

    name: Implementation
    browser: Client
    journal: StatementLog
    connection: Connection
    sample: Sample

    def pages(self, listing: Listing) -> Iterator[tuple[str, list[SentStatement]]]:
        """Yield the first page of a list and the next one: the path, and the statements that the request sends."""
        cursor, statements = self._request(listing.path, listing.account)
        yield listing.path, statements
        if cursor and "cursor=" not in listing.path:
            following = f"{listing.path}{'&' if '?' in listing.path else '?'}cursor={cursor}"
            yield following, self._request(following, listing.account)[1]

    def _request(self, path: str, account: str | None) -> tuple[str | None, list[SentStatement]]:
        self.journal.clear()
        response = self.browser.send(Request("GET", path, account=account))
        assert response.status == 200, f"{path}: {response.status} {response.body}"
        statements = [sent for sent in self.journal.sent if b"FROM" in sent.text and b"pg_catalog" not in sent.text]
        return json.loads(response.body).get("next"), statements


@contextmanager
def serve_recorded(name: Implementation, url: str) -> Iterator[RecordedImplementation]:
    """Run an implementation with a single connection on a database, and record its statements."""
    sample = draw_sample(url, count=40, seed=1)
    connection = psycopg2.connect(url)
    connection.autocommit = True
    budget = Budget(workers=1, threads=1, pool=1)
    with (
        record_statements(url) as (noted_url, journal),
        serve(name, noted_url, budget=budget) as implementation,
        client(implementation.port) as browser,
    ):
        browser.sign_in([sample.customers[0], STAFF])
        yield RecordedImplementation(name, browser, journal, connection, sample)
    connection.close()


def set_statistics_of_a_million(url: str, *, products: int) -> None:
    """Change the statistics so that the planner expects a million products. `products` is the actual number.

    The planner takes the number of rows per block from the statistics, and reads the number of blocks from the file.
    The number of blocks stays small, so a sequential scan seems cheaper than with a million products. A plan that
    avoids it here also avoids it there. Index scans seem cheaper too. The plans
    were found to be the same with a million actual rows.
    """
    with psycopg2.connect(url) as connection, connection.cursor() as cursor:
        for table in GROWING:
            cursor.execute(f"ALTER TABLE {table} SET (autovacuum_enabled = false)")
            cursor.execute("SELECT relpages, reltuples FROM pg_class WHERE oid = %s::regclass", [table])
            pages, rows = cursor.fetchone() or (0, 0.0)
            cursor.execute(
                "SELECT pg_restore_relation_stats('schemaname', 'public', 'relname', %s,"
                " 'relpages', %s, 'reltuples', %s::real)",
                [table, pages, rows * MILLION / products],
            )
    connection.close()
