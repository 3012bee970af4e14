"""Read-only scenarios: every response must be the same bytes each time."""

import base64
import json
import re
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from benchmarks.scenarios.exchanges import Request
from benchmarks.scenarios.sample import Row, Sample
from benchmarks.scenarios.scenario import Step

PAGE = 20


def product_detail(sample: Sample) -> list[list[Step]]:
    return [[detail(slug)] for slug, *_ in sample.products]


def product_list(sample: Sample) -> list[list[Step]]:
    return [[product_page(ordering, depth, row)] for (ordering, depth), row in sample.product_pages.items()]


def product_filter(sample: Sample) -> list[list[Step]]:
    orderings = ("price", "-price", "-created_at", "name")
    numbered = enumerate(sample.categories)
    return [[filtered(sample, category, orderings[number % len(orderings)])] for number, (category, _) in numbered]


def product_search(sample: Sample) -> list[list[Step]]:
    return [[searched(words)] for words in sorted(words_of(sample))]


def category_list(sample: Sample) -> list[list[Step]]:
    return [[category_page(depth, row)] for depth, row in sample.category_pages.items()]


def order_history(sample: Sample) -> list[list[Step]]:
    return [
        [Step(Request("GET", "/api/orders", account=email), lambda page: len(page["items"]) >= 2)]
        for email in sample.customers
    ]


def detail(slug: str) -> Step:
    return Step(Request("GET", f"/api/products/{slug}"), lambda product: bool(product["slug"] == slug))


def product_page(ordering: str, depth: int, row: Row) -> Step:
    parameters = {"ordering": ordering} | ({"cursor": cursor(ordering, row)} if depth else {})
    return Step(_get("/api/products", parameters), lambda page: len(page["items"]) == PAGE)


def category_page(depth: int, row: Row) -> Step:
    def holds(page: Any) -> bool:
        return 0 < len(page["items"]) <= PAGE and all("product_count" in category for category in page["items"])

    return Step(_get("/api/categories", {"cursor": cursor("name", row)} if depth else {}), holds)


def filtered(sample: Sample, category: str, ordering: str) -> Step:
    least, most = sample.prices

    def fits(product: Any) -> bool:
        in_range = Decimal(least) <= Decimal(product["price"]) <= Decimal(most)
        return in_range and product["category"] == category and product["is_in_stock"] is True

    parameters = {"category": category, "min_price": least, "max_price": most, "in_stock": "true", "ordering": ordering}
    return Step(_get("/api/products", parameters), lambda page: bool(page["items"]) and all(map(fits, page["items"])))


def searched(words: str) -> Step:
    def fits(product: Any) -> bool:
        there = _words(f"{product['name']} {product['description']}")
        return all(any(word.startswith(wanted) for word in there) for wanted in _words(words))

    request = _get("/api/products", {"search": words})
    return Step(request, lambda page: bool(page["items"]) and all(map(fits, page["items"])))


def words_of(sample: Sample) -> set[str]:
    """One or two words of names in the data set, so that each search finds something."""
    searches = set()
    for number, (_, name, _description) in enumerate(sample.products[:60]):
        words = [word for word in _words(name) if len(word) >= 4]
        searches.add(" ".join(words[: 1 + number % 2]))
    return searches - {""}


def cursor(ordering: str, row: Row) -> str:
    """The cursor of the page after a row, as the contract writes it."""
    value, identity = row
    if isinstance(value, datetime):
        value = value.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"
    plain = json.dumps([ordering, str(value), identity], separators=(",", ":"), ensure_ascii=False)
    return base64.urlsafe_b64encode(plain.encode()).rstrip(b"=").decode()


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text.lower())


def _get(path: str, parameters: dict[str, str]) -> Request:
    return Request("GET", path + (f"?{urlencode(parameters)}" if parameters else ""))
