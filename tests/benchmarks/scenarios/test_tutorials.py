"""The tutorial shops respond to their requests of each scenario, each with its own responses, alike in each process."""

import re
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import get_args

import psycopg2
import pytest

from benchmarks.scenarios import tutorials
from benchmarks.scenarios.dialects import OF_CONTRACT, dialect_of
from benchmarks.scenarios.exchanges import Exchange
from benchmarks.scenarios.sample import STAFF, Sample, draw_sample, top_up, use_slow_hashes
from benchmarks.settings import VARIANTS
from benchmarks.verification.client import Client, Response, client
from benchmarks.verification.responses import record_expected
from harness.databases.clones import database
from harness.postgres.server import Server
from harness.servers.names import Tutorial
from harness.servers.server import serve

PRODUCTS, SEED = 1_000, 1


@contextmanager
def shop(server: Server, variant: Tutorial) -> Iterator[tuple[Client, Sample]]:
    """Start a shop on a new database. Yield a client and the rows that the requests name."""
    with database(server, size=PRODUCTS, name_hint="shop") as url:
        sample = draw_sample(url, count=8, seed=SEED)
        top_up(url, sample.stocked)
        use_slow_hashes(url, sample.customers)
        with serve(variant, url) as running, client(running.port, dialect_of(variant)) as opened:
            yield opened, sample


@pytest.mark.parametrize("variant", get_args(Tutorial))
def test_each_scenario_gets_correct_responses_which_another_process_repeats(server: Server, variant: Tutorial) -> None:
    with shop(server, variant) as (opened, sample):
        recorded, problems = record_expected(sample, tutorials.SCENARIOS, {variant: opened})
    assert problems == {}
    assert [*recorded] == [*tutorials.SCENARIOS]
    with shop(server, variant) as (opened, _):
        opened.sign_in([*sample.customers, STAFF])
        exchanges = [exchange for journeys in recorded.values() for journey in journeys for exchange in journey]
        responses = [opened.send(each.request, f"{number:09d}") for number, each in enumerate(exchanges)]
    wrong = [(each.request, got.body) for each, got in zip(exchanges, responses, strict=True) if not _is(each, got)]
    assert wrong == []


def _is(expected: Exchange, response: Response) -> bool:
    if response.status != expected.status:
        return False
    if expected.pattern is not None:
        return re.fullmatch(expected.pattern, response.body) is not None
    return response.body == expected.text


def test_links_may_contain_another_port_and_nothing_else_may_differ(server: Server) -> None:
    with shop(server, "tutorial-django") as (opened, sample):
        recorded, _ = record_expected(sample, ["category_list"], {"tutorial-django": opened})
        (first,), *_ = recorded["category_list"]
        body = opened.send(first.request).body
    assert ":1/" in (other := re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1:1", body))
    assert _is(first, Response(200, {}, other))
    assert not _is(first, Response(200, {}, body.replace('"count":46', '"count":45')))


def test_accounts_get_hashes_with_the_parameters_of_the_fastapi_tutorial(server: Server) -> None:
    with database(server, size=PRODUCTS, name_hint="shop") as url, closing(psycopg2.connect(url)) as connection:
        sample = draw_sample(url, count=8, seed=SEED)
        use_slow_hashes(url, sample.customers)
        with connection.cursor() as cursor:
            cursor.execute("SELECT email FROM users WHERE password LIKE 'argon2$argon2id$v=19$m=65536,t=3,p=4$%'")
            assert {email for (email,) in cursor.fetchall()} == {*sample.customers, STAFF}


@pytest.mark.parametrize("variant", VARIANTS)
def test_all_other_variants_have_the_requests_of_the_contract(variant: str) -> None:
    assert dialect_of(variant) is OF_CONTRACT
