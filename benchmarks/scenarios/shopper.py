"""The mixed scenario: a signed-in customer reads lists and products, searches, places an order and reads the orders."""

from dataclasses import replace
from typing import Any

from benchmarks.scenarios import reads
from benchmarks.scenarios.exchanges import ID, STRING, TIME, Request
from benchmarks.scenarios.sample import Sample
from benchmarks.scenarios.scenario import Step
from benchmarks.scenarios.writes import LINES, order

JOURNEYS = 24
NEWEST = 3

_LINE = rf'\{{"product":{STRING},"product_name":{STRING},"unit_price":{STRING},"quantity":\d+,"line_total":{STRING}\}}'
_ORDER = (
    rf'\{{"id":{ID},"status":"[a-z]+","total":{STRING},"items":\[{_LINE}(?:,{_LINE})*\],'
    rf'"created_at":{TIME},"updated_at":{TIME}\}}'
)
_ORDERS = rf'\{{"items":\[{_ORDER}(?:,{_ORDER}){{{NEWEST - 1}}}\],"next":(?:null|"[\w-]+")\}}'


def shopper(sample: Sample) -> list[list[Step]]:
    """Return journeys: the newest products, a category, a search, three products, an order of them, newest orders."""
    searches = sorted(reads.search_words(sample))
    journeys = []
    for number in range(min(JOURNEYS, len(sample.stocked))):
        customer = sample.customers[number % len(sample.customers)]
        category = sample.categories[number % len(sample.categories)][0]
        first = number * LINES % (len(sample.stocked) - LINES + 1)
        slugs = sample.stocked[first : first + LINES]
        journeys.append(
            [
                _varying_stock(reads.product_page("-created_at", 0, ())),
                _varying_stock(reads.filtered(sample, category, "price")),
                _varying_stock(reads.search(searches[number % len(searches)])),
                *(_varying_stock(reads.detail(slug)) for slug in slugs),
                order(customer, slugs),
                _newest_orders(customer),
            ]
        )
    return journeys


def _varying_stock(step: Step) -> Step:
    # Other users place orders at the same time, which changes the stock and `updated_at`.
    return replace(step, varying=["stock", "updated_at"])


def _newest_orders(customer: str) -> Step:
    def check(page: Any) -> bool:
        return len(page["items"]) == NEWEST and all(item["items"] for item in page["items"])

    return Step(Request("GET", f"/api/orders?limit={NEWEST}", account=customer), check, pattern=_ORDERS)
