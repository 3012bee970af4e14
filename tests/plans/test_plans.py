"""With a million products, no list scans a growing table, and indexes provide the order of the pages."""

from collections.abc import Iterator

import psycopg2
import pytest

from harness.databases.clones import database
from harness.postgres.server import Server
from harness.wire.protocol import SentStatement
from tests.plans.explain import Plan, nodes, plans
from tests.plans.lists import listings
from tests.plans.recorded_implementation import (
    GROWING,
    MILLION,
    RecordedImplementation,
    serve_recorded,
    set_statistics_of_a_million,
)
from tests.same_work.measurement import IMPLEMENTATIONS

PRODUCTS = 20_000


@pytest.fixture(scope="module")
def million_url(server: Server) -> Iterator[str]:
    """URL of a database with 20,000 products and the statistics of a million."""
    with database(server, size=PRODUCTS, name_hint="plans") as url:
        set_statistics_of_a_million(url, products=PRODUCTS)
        yield url


@pytest.fixture(scope="module", params=IMPLEMENTATIONS)
def implementation(request: pytest.FixtureRequest, million_url: str) -> Iterator[RecordedImplementation]:
    """Each implementation, on this database."""
    with serve_recorded(request.param, million_url) as running:
        yield running


def test_list_queries_use_indexes(implementation: RecordedImplementation) -> None:
    wrong = [
        f"{implementation.name}: {path}: {problem}\n    {sent.text.decode()[:2000]}"
        for listing in listings(implementation.sample)
        for path, statements in implementation.pages(listing)
        for sent in statements
        for plan in plans(implementation.connection, sent)
        for problem in problems(plan, is_ordered=listing.is_ordered)
    ]
    assert not wrong, "\n".join(wrong)


def problems(plan: Plan, *, is_ordered: bool) -> Iterator[str]:
    """Yield the scans and sorts whose cost grows with the table."""
    yield from (f"reads all of {table}" for table in tables_read_whole(plan))
    # A statement without a limit reads rows that belong to those of a page, such as order items. It may sort them.
    if is_ordered and plan["Node Type"] == "Limit" and any("Sort" in node["Node Type"] for node in nodes(plan)):
        yield "sorts"


def tables_read_whole(plan: Plan) -> list[str]:
    """Return the growing tables that the plan scans sequentially."""
    scanned = (node["Relation Name"] for node in nodes(plan) if node["Node Type"] == "Seq Scan")
    return [table for table in scanned if table in GROWING]


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("SELECT id FROM products ORDER BY description LIMIT 20", ["reads all of products", "sorts"]),
        ("SELECT id FROM products ORDER BY created_at, id LIMIT 20", []),
        ("SELECT id FROM orders WHERE total = 1", ["reads all of orders"]),
        ("SELECT id FROM categories WHERE description = ''", []),
    ],
)
def test_problems_reports_sequential_scans_and_sorts(million_url: str, statement: str, found: list[str]) -> None:
    with psycopg2.connect(million_url) as connection:
        (plan,) = plans(connection, SentStatement(statement.encode()))
    assert list(problems(plan, is_ordered=True)) == found


def test_planner_estimates_a_million_products(million_url: str) -> None:
    with psycopg2.connect(million_url) as connection:
        (plan,) = plans(connection, SentStatement(b"SELECT id FROM products"))
    assert plan["Plan Rows"] == pytest.approx(MILLION, rel=0.01)
