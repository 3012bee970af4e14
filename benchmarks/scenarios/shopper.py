"""The mixed scenario: a signed-in customer browses, searches, orders and looks at the order."""

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
    """Newest products, a category, a search, three products, an order of them, the newest orders."""
    searches = sorted(reads.words_of(sample))
    journeys = []
    for number in range(min(JOURNEYS, len(sample.stocked))):
        customer = sample.customers[number % len(sample.customers)]
        category = sample.categories[number % len(sample.categories)][0]
        first = number * LINES % (len(sample.stocked) - LINES + 1)
        slugs = sample.stocked[first : first + LINES]
        journeys.append(
            [
                _browsed(reads.product_page("-created_at", 0, ())),
                _browsed(reads.filtered(sample, category, "price")),
                _browsed(reads.searched(searches[number % len(searches)])),
                *(_browsed(reads.detail(slug)) for slug in slugs),
                order(customer, slugs),
                _newest_orders(customer),
            ]
        )
    return journeys


def _browsed(step: Step) -> Step:
    # Others buy meanwhile: the stock goes down, and the row says when.
    return replace(step, varying=["stock", "updated_at"])


def _newest_orders(customer: str) -> Step:
    def holds(page: Any) -> bool:
        return len(page["items"]) == NEWEST and all(item["items"] for item in page["items"])

    return Step(Request("GET", f"/api/orders?limit={NEWEST}", account=customer), holds, pattern=_ORDERS)
