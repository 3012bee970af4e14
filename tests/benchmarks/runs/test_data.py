"""Each server run has a database of its own, with enough stock, and `settle` writes what is left of cloning."""

from contextlib import closing
from dataclasses import replace
from typing import Any

import psycopg2
import pytest

from benchmarks.environment.processors import Pinning, number_of_processors
from benchmarks.runs.bench import Bench
from benchmarks.scenarios.sample import AMPLE_STOCK, draw_sample
from benchmarks.settings import MIN_SIZE, Settings
from harness.databases.clones import database
from harness.postgres.server import Server


@pytest.fixture
def bench(server: Server) -> Bench:
    """What server runs on a small data set share."""
    settings = Settings(sizes=(MIN_SIZE,))
    with database(server, size=MIN_SIZE, seed=settings.seed, name_hint="sample") as url:
        sample = draw_sample(url, count=4, seed=settings.seed)
    nothing: Any = None
    return Bench(settings, server, nothing, "secret", {MIN_SIZE: sample}, {})


def test_each_server_run_has_a_new_database_with_enough_stock(bench: Bench) -> None:
    sold = bench.samples[MIN_SIZE].stocked[0]
    query = "SELECT stock FROM products WHERE slug = %s"
    with bench.data(MIN_SIZE) as one, bench.data(MIN_SIZE) as other:
        assert one != other
        for url in (one, other):
            with closing(psycopg2.connect(url)) as connection, connection, connection.cursor() as cursor:
                cursor.execute(query, [sold])
                assert cursor.fetchone() == (AMPLE_STOCK,)
                cursor.execute("UPDATE products SET stock = 0 WHERE slug = %s", [sold])
    with bench.data(MIN_SIZE) as later, closing(psycopg2.connect(later)) as connection, connection.cursor() as cursor:
        cursor.execute(query, [sold])
        assert cursor.fetchone() == (AMPLE_STOCK,)


def test_settle_makes_a_checkpoint(bench: Bench) -> None:
    with bench.server.connection() as connection, connection.cursor() as cursor:
        query = "SELECT checkpoint_lsn FROM pg_control_checkpoint()"
        cursor.execute(query)
        before = cursor.fetchone()
        bench.settle()
        cursor.execute(query)
        assert cursor.fetchone() != before


def test_the_cpus_of_all_pinnings_can_start_servers(bench: Bench) -> None:
    assert replace(bench, pinnings={1: Pinning(frozenset({1, 2}), frozenset({0}), frozenset({7}))}).processors == 4
    assert replace(bench, pinnings={1: Pinning(None, None)}).processors == number_of_processors()
