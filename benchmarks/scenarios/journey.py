"""The mixed scenario: what a signed-in customer does between opening the shop and looking at the order."""

from dataclasses import replace
from typing import Any

from benchmarks.scenarios import reads
from benchmarks.scenarios.exchanges import ID, STRING, TIME, Request
from benchmarks.scenarios.material import Material
from benchmarks.scenarios.question import Question
from benchmarks.scenarios.writes import LINES, order

JOURNEYS = 24
NEWEST = 3

_LINE = rf'\{{"product":{STRING},"product_name":{STRING},"unit_price":{STRING},"quantity":\d+,"line_total":{STRING}\}}'
_ORDER = (
    rf'\{{"id":{ID},"status":"[a-z]+","total":{STRING},"items":\[{_LINE}(?:,{_LINE})*\],'
    rf'"created_at":{TIME},"updated_at":{TIME}\}}'
)
_ORDERS = rf'\{{"items":\[{_ORDER}(?:,{_ORDER}){{{NEWEST - 1}}}\],"next":(?:null|"[\w-]+")\}}'


def shopper(material: Material) -> list[list[Question]]:
    """Newest products, a category, a search, three products, an order of them, the newest orders."""
    searches = sorted(reads.words_of(material))
    journeys = []
    for number in range(min(JOURNEYS, len(material.stocked))):
        customer = material.customers[number % len(material.customers)]
        category = material.categories[number % len(material.categories)][0]
        first = number * LINES % (len(material.stocked) - LINES + 1)
        slugs = material.stocked[first : first + LINES]
        journeys.append(
            [
                _browsed(reads.product_page("-created_at", 0, ())),
                _browsed(reads.filtered(material, category, "price")),
                _browsed(reads.searched(searches[number % len(searches)])),
                *(_browsed(reads.detail(slug)) for slug in slugs),
                order(customer, slugs),
                _newest_orders(customer),
            ]
        )
    return journeys


def _browsed(question: Question) -> Question:
    # Others buy meanwhile: the stock goes down, and the row says when.
    return replace(question, varying=["stock", "updated_at"])


def _newest_orders(customer: str) -> Question:
    def holds(page: Any) -> bool:
        return len(page["items"]) == NEWEST and all(item["items"] for item in page["items"])

    return Question(Request("GET", f"/api/orders?limit={NEWEST}", account=customer), holds, pattern=_ORDERS)
