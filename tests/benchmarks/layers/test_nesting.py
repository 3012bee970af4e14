"""The layers nest: each one does what the one below it does, and something more."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pytest

from benchmarks.layers import pgbench
from benchmarks.scenarios.sample import draw_sample
from benchmarks.settings import DJANGO_LAYERS, FASTAPI_LAYERS
from harness.databases.clones import database
from harness.postgres.server import Server
from harness.servers.command_lines import Budget, environment_for
from harness.servers.names import Served
from harness.wire.protocol import Count, StatementLog
from harness.wire.proxy import record_statements

TUTORIALS: tuple[Served, ...] = ("django-tutorial-persistent", "django-tutorial")
PAIRS = [pair for layers in (FASTAPI_LAYERS, DJANGO_LAYERS, TUTORIALS) for pair in pairwise(layers)]
# The SQL of the layers without an ORM is written by hand. Their statements read the same tables in the same order.
OTHER_SQL = {("fastapi-raw", "fastapi-sqlalchemy"), ("django-raw", "django-orm-cached")}
LAYERS = (*FASTAPI_LAYERS, *DJANGO_LAYERS, *TUTORIALS)
# The first requests connect, prepare statements and fill caches. Of the later ones the one with the fewest instructions
# counts, because an event loop takes another turn if an answer of PostgreSQL comes in two parts.
WARM_UP, COUNTED = 3, 5


@dataclass(frozen=True)
class Cost:
    """What a layer does for a request: the bytecode instructions, the statements, and their count on the wire."""

    instructions: int
    statements: list[str]
    count: Count
    body: str


type Costs = dict[tuple[Served, pgbench.Read], Cost]


@pytest.fixture(scope="module")
def costs(server: Server) -> Costs:
    """The costs of the two reads by layer."""
    with database(server, size=1_000, name_hint="nesting") as url:
        slug = draw_sample(url, count=1, seed=1).products[0][0]
        found: Costs = {}
        for layer in LAYERS:
            with record_statements(url) as (recorded_url, log), run(layer, recorded_url) as send:
                first = send("/api/products?ordering=price")
                targets: dict[pgbench.Read, str] = {
                    "product_detail": f"/api/products/{slug}",
                    "product_list": f"/api/products?ordering=price&cursor={json.loads(first['body'])['next']}",
                }
                found |= {(layer, read): cost_of(send, target, log) for read, target in targets.items()}
        return found


@contextmanager
def run(layer: Served, database_url: str) -> Iterator[Any]:
    """Run a layer in a process, and yield the function that sends it a request."""
    command = [sys.executable, "-m", "tests.benchmarks.layers.in_process", layer]
    with subprocess.Popen(
        command,
        env=environment_for(database_url, Budget(pool=1)),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    ) as process:
        assert process.stdin
        assert process.stdout
        requests, answers = process.stdin, process.stdout

        def send(target: str) -> dict[str, Any]:
            print(target, file=requests, flush=True)
            answer: dict[str, Any] = json.loads(answers.readline())
            assert answer["status"] == 200, f"{layer}: {answer}"
            return answer

        yield send
        requests.close()
        assert process.wait() == 0


def cost_of(send: Any, target: str, log: StatementLog) -> Cost:
    """Return the cost of a request to a layer."""
    for _ in range(WARM_UP):
        send(target)
    counted = []
    for _ in range(COUNTED):
        log.clear()
        answer = send(target)
        counted.append(Cost(answer["instructions"], [*log.statements], log.count(), answer["body"]))
    return min(counted, key=lambda each: each.instructions)


@pytest.mark.parametrize("read", pgbench.READS)
@pytest.mark.parametrize(("less", "more"), PAIRS)
def test_a_layer_executes_more_instructions_than_the_one_below(
    costs: Costs, less: Served, more: Served, read: pgbench.Read
) -> None:
    assert costs[more, read].instructions > costs[less, read].instructions
    assert costs[more, read].body == costs[less, read].body


@pytest.mark.parametrize("read", pgbench.READS)
@pytest.mark.parametrize(("less", "more"), PAIRS)
def test_a_layer_sends_the_statements_of_the_one_below(
    costs: Costs, less: Served, more: Served, read: pgbench.Read
) -> None:
    below, above = costs[less, read], costs[more, read]
    assert above.count == below.count == Count(queries=1, transaction=0, round_trips=1)
    if (less, more) in OTHER_SQL:
        assert [tables(each) for each in above.statements] == [tables(each) for each in below.statements]
    else:
        assert above.statements == below.statements


def test_a_query_that_the_compiled_layer_does_not_know_is_an_error() -> None:
    script = """
from benchmarks.layers.django_application import create_with_compiled_queries
create_with_compiled_queries("django_orm")
from django_impl.products.models import Product
str(Product.objects.filter(stock__gte=1).query)
"""
    environment = environment_for("postgresql://nobody@127.0.0.1:1/nothing", Budget())
    finished = subprocess.run(
        [sys.executable, "-c", script], env=environment, capture_output=True, text=True, encoding="utf-8"
    )
    assert "Unsupported: IntegerGreaterThanOrEqual" in finished.stderr


def tables(statement: str) -> list[str]:
    """Return the tables that a statement reads, in their order."""
    return re.findall(r'(?:FROM|JOIN) "?(\w+)', statement)
