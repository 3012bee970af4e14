"""Every variant starts with its driver and its budget, and returns the responses of the implementation."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import get_args

import psycopg2
import pytest

from benchmarks.scenarios import SCENARIOS
from benchmarks.scenarios.sample import Sample, draw_sample, top_up
from benchmarks.verification.client import Client, client
from benchmarks.verification.responses import record_expected
from harness.databases.clones import database
from harness.postgres.server import Server
from harness.servers.names import WITH_PSYCOPG_3, Implementation, ReadOnlyVariant, Served
from harness.servers.server import Budget, RunningServer, serve

IMPLEMENTATIONS: tuple[Implementation, ...] = get_args(Implementation)
READ_ONLY: tuple[ReadOnlyVariant, ...] = get_args(ReadOnlyVariant)
READS = ("product_detail", "product_list")
DRIVERS = ("psycopg2", "psycopg_binary")


@pytest.fixture(scope="module")
def sample(server: Server) -> Iterator[Sample]:
    """Rows of the data set that requests use. All databases of this size have the same rows."""
    with database(server, size=1_000, name_hint="variants") as url:
        yield draw_sample(url, count=4, seed=1)


@contextmanager
def shop(server: Server, sample: Sample) -> Iterator[str]:
    """Yield the URL of a new database with enough stock for all orders."""
    with database(server, size=1_000, name_hint="variants") as url:
        top_up(url, sample.stocked)
        yield url


@pytest.fixture
def implementation(server: Server, sample: Sample) -> Iterator[Client]:
    """A client of the FastAPI implementation on a new database."""
    with (
        shop(server, sample) as url,
        serve("fastapi", url) as running,
        client(running.port) as opened,
    ):
        yield opened


def drivers(running: RunningServer) -> set[str]:
    """Return the drivers of PostgreSQL whose libraries the processes of the server have loaded."""
    paths = [mapped.path for process in running.processes() for mapped in process.memory_maps()]
    return {driver for driver in DRIVERS if any(f"/{driver}/" in path for path in paths)}


def connections(url: str) -> int:
    """Return the number of connections of servers to the database."""
    with psycopg2.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        (number,) = cursor.fetchone() or (0,)
    connection.close()
    return int(number)


@pytest.mark.parametrize("served", [*IMPLEMENTATIONS, *READ_ONLY])
def test_a_variant_returns_the_responses_of_the_implementation(
    served: Served, server: Server, sample: Sample, implementation: Client
) -> None:
    is_whole = served in IMPLEMENTATIONS
    scenarios = tuple(SCENARIOS) if is_whole else READS
    with (
        shop(server, sample) as url,
        serve(served, url) as running,
        client(running.port) as opened,
    ):
        recorded, problems = record_expected(
            sample, scenarios, {"fastapi": implementation, served: opened}, compare_headers=is_whole
        )
        assert problems == {}
        assert recorded.keys() == set(scenarios)
        assert 0 < connections(url) <= 5  # the budget, and the one of /readyz


def test_each_worker_of_the_affinity_variant_stays_on_one_cpu(server: Server) -> None:
    cpus = os.sched_getaffinity(0)
    with (
        database(server, size=1_000, name_hint="variants") as url,
        serve("django-affinity", url, budget=Budget(workers=2)) as running,
    ):
        affinities = [worker.cpu_affinity() for worker in running.process.children()]
    assert [len(affinity or ()) for affinity in affinities] == [1, 1]
    assert len({cpu for affinity in affinities for cpu in affinity or ()}) == min(2, len(cpus))


# Where psycopg 3 can be imported, Django prefers it to psycopg2.
@pytest.mark.parametrize("served", ["django", *sorted(WITH_PSYCOPG_3)])
def test_only_some_variants_can_import_psycopg_3(served: Served, server: Server) -> None:
    with database(server, size=1_000, name_hint="variants") as url, serve(served, url) as running:
        loaded = drivers(running)
    assert ("psycopg_binary" in loaded) == (served in WITH_PSYCOPG_3)
    assert "psycopg2" in loaded or served != "django"
