"""A sample that is drawn through the API has the same kinds of rows as one that is drawn from the database."""

import json
import math
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

import psycopg2
import pytest

from benchmarks.remote.api_sample import SetupFailed, draw_sample
from benchmarks.remote.shop import open_shop
from benchmarks.scenarios import SCENARIOS, reads
from benchmarks.scenarios.sample import AMPLE_STOCK, Sample
from benchmarks.scenarios.sample import draw_sample as draw_from_database
from benchmarks.verification.client import Client
from benchmarks.verification.responses import record_expected
from harness.databases.clones import database
from harness.ports import free_port
from harness.postgres.server import Server
from harness.servers.server import RunningServer, serve
from tests.benchmarks.fake_server import fake_server


@pytest.fixture(scope="module")
def shop_database(server: Server) -> Iterator[str]:
    """The URL of a database with 1,000 products."""
    with database(server, size=1000, name_hint="api_sample") as url:
        yield url


@pytest.fixture(scope="module")
def shop(shop_database: str) -> Iterator[RunningServer]:
    """An implementation on that database."""
    with serve("fastapi", shop_database) as running:
        yield running


def drawn(url: str, *, count: int = 40, with_stock: bool = False) -> Sample:
    with closing(Client(url)) as client:
        return draw_sample(client, count=count, seed=1, with_stock=with_stock)


def test_pages_start_at_the_same_rows_as_those_of_the_database(shop: RunningServer, shop_database: str) -> None:
    sample, expected = drawn(shop.url), draw_from_database(shop_database, count=40, seed=1)
    assert sample.product_pages.keys() == expected.product_pages.keys()
    for (ordering, depth), row in expected.product_pages.items():
        if depth:
            assert reads.cursor(ordering, sample.product_pages[ordering, depth]) == reads.cursor(ordering, row)
    assert sample.category_pages.keys() == expected.category_pages.keys()
    assert sample.categories[0][1] == expected.categories[0][1]


def test_every_scenario_gets_the_requested_content(shop: RunningServer) -> None:
    sample = drawn(shop.url, with_stock=True)
    assert len(sample.products) == 40
    with closing(Client(shop.url)) as client:
        recorded, problems = record_expected(sample, list(SCENARIOS), {"fastapi": client})
    assert problems == {}
    assert all(recorded.values())


def test_stock_is_raised_only_for_orders(shop: RunningServer, shop_database: str) -> None:
    sample = drawn(shop.url, count=5)
    assert _least_stock(shop_database, sample) < AMPLE_STOCK / 2
    drawn(shop.url, count=5, with_stock=True)
    assert _least_stock(shop_database, sample) > AMPLE_STOCK / 2


def _least_stock(url: str, sample: Sample) -> int:
    with closing(psycopg2.connect(url)) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT min(stock) FROM products WHERE slug = ANY(%s)", [sample.stocked])
        return int((cursor.fetchone() or (0,))[0])


def test_a_server_that_cannot_be_reached_is_named() -> None:
    url = f"http://127.0.0.1:{free_port()}"
    with pytest.raises(SetupFailed, match=f"The server at {url} cannot be used: .*refused"):
        drawn(url)


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (404, "not found", "GET /api/products.*: 404 not found"),
        (200, "<html>", "does not follow the contract"),
        (200, json.dumps({"items": [], "next": None}), "has no products: it needs the demo data of `make up`"),
    ],
)
def test_a_server_without_the_demo_data_is_named(status: int, body: str, expected: str) -> None:
    with fake_server(lambda *_: (status, body)) as port, pytest.raises(SetupFailed, match=expected):
        drawn(f"http://127.0.0.1:{port}")


def test_tokens_are_renewed_when_they_are_old(shop: RunningServer, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = open_shop(shop.url, count=40, seed=1, with_stock=False)
    request = opened.journeys("order_history")[0][0].request
    first = opened.headers(request, "1")["Authorization"]
    assert opened.headers(request, "2")["Authorization"] == first
    monkeypatch.setattr(opened, "_signed_in", -math.inf)
    assert opened.headers(request, "3")["Authorization"] != first
    assert opened.journeys("product_create")[0][0].request.account in opened._tokens


def test_a_scenario_without_rows_is_named(shop: RunningServer) -> None:
    opened = open_shop(shop.url, count=40, seed=1, with_stock=False)
    opened._sample = replace(opened._sample, product_pages={})
    assert opened.journeys("product_detail")
    with pytest.raises(SetupFailed, match="too few rows for product_list"):
        opened.journeys("product_list")


def test_the_path_of_an_address_precedes_the_paths_of_requests() -> None:
    paths = []

    def respond(_method: str, path: str, _body: str) -> tuple[int, str]:
        paths.append(path)
        return 404, ""

    with fake_server(respond) as port, pytest.raises(SetupFailed):
        drawn(f"http://127.0.0.1:{port}/shop/")
    assert paths[0].startswith("/shop/api/products?")
