"""At a million products, lists do not scan growing tables, and pages are read from an index in order."""

from collections.abc import Iterator

import psycopg2
import pytest

from harness.databases.clones import database
from harness.postgres.server import Server
from harness.wire.protocol import SentStatement
from tests.plans.explaining import Plan, nodes, plans
from tests.plans.lists import listings
from tests.plans.shop import GROWING, MILLION, Planned, believe_in_a_million, planned
from tests.same_work.measurement import IMPLEMENTATIONS

PRODUCTS = 20_000


@pytest.fixture(scope="module")
def shop(server: Server) -> Iterator[str]:
    """A database of 20,000 products with the statistics of a million."""
    with database(server, size=PRODUCTS, name_hint="plans") as url:
        believe_in_a_million(url, products=PRODUCTS)
        yield url


@pytest.fixture(scope="module", params=IMPLEMENTATIONS)
def implementation(request: pytest.FixtureRequest, shop: str) -> Iterator[Planned]:
    """An implementation that uses this database."""
    with planned(request.param, shop) as running:
        yield running


def test_list_queries_use_indexes(implementation: Planned) -> None:
    wrong = [
        f"{implementation.name}: {path}: {what}\n    {sent.text.decode()[:2000]}"
        for listing in listings(implementation.sample)
        for path, statements in implementation.pages(listing)
        for sent in statements
        for plan in plans(implementation.connection, sent)
        for what in faults(plan, is_ordered=listing.is_ordered)
    ]
    assert not wrong, "\n".join(wrong)


def faults(plan: Plan, *, is_ordered: bool) -> Iterator[str]:
    """Find scans and sorts whose cost grows with the table."""
    yield from (f"reads all of {table}" for table in tables_read_whole(plan))
    # Statements without a limit read what belongs to the rows of a page: the lines of an order may be sorted.
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
def test_faults_reports_sequential_scans_and_sorts(shop: str, statement: str, found: list[str]) -> None:
    with psycopg2.connect(shop) as connection:
        (plan,) = plans(connection, SentStatement(statement.encode()))
    assert list(faults(plan, is_ordered=True)) == found


def test_planner_estimates_a_million_products(shop: str) -> None:
    with psycopg2.connect(shop) as connection:
        (plan,) = plans(connection, SentStatement(b"SELECT id FROM products"))
    assert plan["Plan Rows"] == pytest.approx(MILLION, rel=0.01)
