"""An implementation on a database with the statistics of a million products, and the statements that it sends."""

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
# Tables that grow; there are as many categories in a shop of any size.
GROWING = ("products", "orders", "order_items", "users")


@dataclass
class Planned:
    """An implementation whose statements are noted, and a connection on which they can be explained."""

    name: Implementation
    browser: Client
    journal: StatementLog
    connection: Connection
    sample: Sample

    def pages(self, listing: Listing) -> Iterator[tuple[str, list[SentStatement]]]:
        """The paths of the first page of the list and of the next one, each with the statements it sends."""
        cursor, statements = self._asked(listing.path, listing.account)
        yield listing.path, statements
        if cursor and "cursor=" not in listing.path:
            following = f"{listing.path}{'&' if '?' in listing.path else '?'}cursor={cursor}"
            yield following, self._asked(following, listing.account)[1]

    def _asked(self, path: str, account: str | None) -> tuple[str | None, list[SentStatement]]:
        self.journal.clear()
        answer = self.browser.send(Request("GET", path, account=account))
        assert answer.status == 200, f"{path}: {answer.status} {answer.body}"
        statements = [sent for sent in self.journal.sent if b"FROM" in sent.text and b"pg_catalog" not in sent.text]
        return json.loads(answer.body).get("next"), statements


@contextmanager
def planned(name: Implementation, url: str) -> Iterator[Planned]:
    """Serve an implementation with a single connection on a database."""
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
        yield Planned(name, browser, journal, connection, sample)
    connection.close()


def believe_in_a_million(url: str, *, products: int) -> None:
    """Tell the planner that the tables have as many rows as in a shop of a million products.

    It takes the number of rows for each block from the statistics and counts the blocks itself. There are as few as
    before, so reading a whole table to sort it seems cheaper than it would be, and a plan that avoids it here avoids it
    there. Jumping about in a table seems cheaper too; on a real million rows the plans were found to be these.
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
