"""Every layer has the server options and the response bytes of the implementations, and pgbench sends the same SQL."""

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from typing import get_args

import pytest

from benchmarks.layers import asgi, pgbench
from benchmarks.scenarios.exchanges import Request
from benchmarks.scenarios.sample import Sample, draw_sample
from benchmarks.settings import DJANGO_LAYERS, FASTAPI_LAYERS
from benchmarks.verification.client import Client, client
from benchmarks.verification.responses import record_expected
from harness.databases.clones import database
from harness.postgres.server import Server
from harness.servers.command_lines import Budget, server_command
from harness.servers.names import Layer, Served
from harness.servers.server import serve

LAYERS: tuple[Layer, ...] = get_args(Layer)
# The first is the implementation whose server options the layers must have.
GUNICORN: tuple[Served, ...] = (*DJANGO_LAYERS[::-1], "django-tutorial", "django-tutorial-persistent")
UVICORN: tuple[Served, ...] = (*FASTAPI_LAYERS[::-1], "fastapi-tutorial")


@pytest.fixture(scope="module")
def shop(server: Server) -> Iterator[str]:
    """A small database with the data set."""
    with database(server, size=1_000, name_hint="layers") as url:
        yield url


@pytest.fixture(scope="module")
def sample(shop: str) -> Sample:
    """Rows of the data set that requests use."""
    return draw_sample(shop, count=40, seed=1)


@pytest.fixture(scope="module")
def implementation(shop: str) -> Iterator[Client]:
    """A client of the FastAPI implementation on the same database."""
    with serve("fastapi", shop) as running, client(running.port) as opened:
        yield opened


@pytest.mark.parametrize("layer", [*LAYERS, "django-sync"])
def test_a_layer_returns_the_same_bytes_as_the_implementation(
    layer: Layer, shop: str, sample: Sample, implementation: Client
) -> None:
    with serve(layer, shop) as running, client(running.port) as opened:
        recorded, problems = record_expected(
            sample, pgbench.READS, {"fastapi": implementation, layer: opened}, compare_headers=False
        )
        assert problems == {}
        assert recorded.keys() == set(pgbench.READS)
        assert opened.send(recorded["product_detail"][0][0].request).headers["content-length"]
        assert opened.send(Request("GET", "/api/products/no-such-product")).status == 404


@pytest.mark.parametrize("served", [GUNICORN, UVICORN])
def test_layers_are_served_with_the_options_of_their_implementation(served: tuple[Served, ...]) -> None:
    implementation, *layers = (_options(each) for each in served)
    assert all(layer == implementation for layer in layers)
    assert {*GUNICORN[1:], *UVICORN[1:]} == {*LAYERS}


@pytest.mark.parametrize("read", get_args(pgbench.Read))
def test_pgbench_measures_the_reads(read: pgbench.Read, server: Server, shop: str, sample: Sample) -> None:
    limit = pgbench.measure(server, shop, read, sample, seconds=1)
    assert limit.transactions > 0
    assert limit.transactions_per_second > 0
    assert limit.latency_milliseconds > 0
    assert limit.database_cpu_microseconds is None or limit.database_cpu_microseconds >= 0


def test_pgbench_accepts_special_characters_in_the_name_of_a_cursor(server: Server, shop: str, sample: Sample) -> None:
    _, key = sample.product_pages["name", 20]
    special = replace(sample, product_pages={("name", 20): ("O'Hara's :cup \\ 12:30 $x", key)})
    assert pgbench.measure(server, shop, "product_list", special, seconds=1).transactions > 0


def test_pgbench_sends_the_statements_of_the_bare_layer(sample: Sample) -> None:
    sent = {_statement(text) for read in get_args(pgbench.Read) for text, _ in pgbench.scripts(read, sample)}
    assert sent == {" ".join(text.split()) for text in (asgi.DETAIL, *asgi.PAGES.values())}


def test_pgbench_weights_each_page_as_the_scenario_does(sample: Sample) -> None:
    weights = [weight for _, weight in pgbench.scripts("product_list", sample)]
    assert weights == [1, 3] * 6


def _statement(script: str) -> str:
    """Return the statement of a script with numbered parameters instead of random elements of arrays."""
    text = re.sub(r"^\\set .*", "", script).rstrip().removesuffix(";")
    numbers = count(1)
    return " ".join(re.sub(r"\(ARRAY\[.*?\]::\w+\[\]\)\[:number\]", lambda _: f"${next(numbers)}", text).split())


def _options(served: Served) -> list[str]:
    """Return the command line without the application and without the implementation's own configuration."""
    program, dash, server_name, _application, *words = server_command(served, Budget(), 8000)
    if "--config" in words:
        index = words.index("--config")
        words = words[:index] + words[index + 2 :]
    return [program, dash, server_name, *words]
