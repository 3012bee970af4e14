"""The scenarios for data growth request the first page and the page 500 or the last full page."""

import json
from collections.abc import Iterator

import psycopg2
import pytest

from benchmarks.scenarios import EVERY
from benchmarks.scenarios.sample import FAR_ORDERINGS, draw_sample
from benchmarks.verification.client import client
from harness.databases.clones import database
from harness.postgres.server import Server
from harness.servers.server import serve

PRODUCTS = 1_000


@pytest.fixture(scope="module")
def shop(server: Server) -> Iterator[str]:
    """A small database with the data set."""
    with database(server, size=PRODUCTS, name_hint="growth") as url:
        yield url


def slugs(url: str, ordering: str, *, skipped: int) -> list[str]:
    direction = "DESC" if ordering.startswith("-") else "ASC"
    order = f"{ordering.removeprefix('-')} {direction}, id {direction}"
    with psycopg2.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute(f"SELECT slug FROM products WHERE is_active ORDER BY {order} OFFSET %s LIMIT 10", [skipped])
        return [slug for (slug,) in cursor.fetchall()]


def active(url: str) -> int:
    with psycopg2.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM products WHERE is_active")
        return int((cursor.fetchone() or (0,))[0])


def test_the_far_page_of_a_small_data_set_is_its_last_full_page(shop: str) -> None:
    sample = draw_sample(shop, count=40, seed=1)
    skipped = {"product_page_first": 0, "product_page_500": (active(shop) // 10 - 1) * 10}
    with serve("fastapi", shop) as implementation, client(implementation.port) as http_client:
        for name in skipped:
            journeys = EVERY[name].journeys(sample)
            assert len(journeys) == len(FAR_ORDERINGS)
            for ordering, (step,) in zip(FAR_ORDERINGS, journeys, strict=True):
                page = json.loads(http_client.send(step.request).body)
                assert step.check(page)
                assert [product["slug"] for product in page["items"]] == slugs(shop, ordering, skipped=skipped[name])
