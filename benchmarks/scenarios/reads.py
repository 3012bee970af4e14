"""Read-only scenarios: each request must get the same bytes every time."""

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
    """Return a journey for each product of the sample."""
    return [[detail(slug)] for slug, *_ in sample.products]


def product_list(sample: Sample) -> list[list[Step]]:
    """Return a journey for each ordering and depth: a page of products."""
    return [[product_page(ordering, depth, row)] for (ordering, depth), row in sample.product_pages.items()]


def product_filter(sample: Sample) -> list[list[Step]]:
    """Return a journey for each category: its products that are in stock and in a price range."""
    orderings = ("price", "-price", "-created_at", "name")
    numbered = enumerate(sample.categories)
    return [[filtered(sample, category, orderings[number % len(orderings)])] for number, (category, _) in numbered]


def product_search(sample: Sample) -> list[list[Step]]:
    """Return a journey for each search."""
    return [[search(words)] for words in sorted(search_words(sample))]


def category_list(sample: Sample) -> list[list[Step]]:
    """Return a journey for each depth: a page of categories."""
    return [[category_page(depth, row)] for depth, row in sample.category_pages.items()]


def order_history(sample: Sample) -> list[list[Step]]:
    """Return a journey for each customer: the newest orders."""
    return [
        [Step(Request("GET", "/api/orders", account=email), lambda page: len(page["items"]) >= 2)]
        for email in sample.customers
    ]


def detail(slug: str) -> Step:
    """Return the request of one product."""
    return Step(Request("GET", f"/api/products/{slug}"), lambda product: bool(product["slug"] == slug))


def product_page(ordering: str, depth: int, row: Row, *, limit: int = PAGE) -> Step:
    """Return the request of a page of `limit` products: the one after `row`, or the first if `depth` is 0."""
    parameters = {"ordering": ordering} | ({"cursor": cursor(ordering, row)} if depth else {})
    parameters |= {"limit": str(limit)} if limit != PAGE else {}
    return Step(_get("/api/products", parameters), lambda page: len(page["items"]) == limit)


def category_page(depth: int, row: Row) -> Step:
    """Return the request of a page of categories: the one after `row`, or the first if `depth` is 0."""

    def check(page: Any) -> bool:
        return 0 < len(page["items"]) <= PAGE and all("product_count" in category for category in page["items"])

    return Step(_get("/api/categories", {"cursor": cursor("name", row)} if depth else {}), check)


def filtered(sample: Sample, category: str, ordering: str) -> Step:
    """Return the request of a category's products that are in stock and in the sample's price range."""
    min_price, max_price = sample.prices

    def matches(product: Any) -> bool:
        in_range = Decimal(min_price) <= Decimal(product["price"]) <= Decimal(max_price)
        return in_range and product["category"] == category and product["is_in_stock"] is True

    parameters = {"category": category, "min_price": min_price, "max_price": max_price, "in_stock": "true"}
    request = _get("/api/products", parameters | {"ordering": ordering})
    return Step(request, lambda page: bool(page["items"]) and all(map(matches, page["items"])))


def search(words: str) -> Step:
    """Return the request of a search for products."""

    def matches(product: Any) -> bool:
        text = _words(f"{product['name']} {product['description']}")
        return all(any(word.startswith(wanted) for word in text) for wanted in _words(words))

    request = _get("/api/products", {"search": words})
    return Step(request, lambda page: bool(page["items"]) and all(map(matches, page["items"])))


def search_words(sample: Sample) -> set[str]:
    """Return searches of one or two words. The words occur in names of the data set, so every search has results."""
    searches = set()
    for number, (_, name, _description) in enumerate(sample.products[:60]):
        words = [word for word in _words(name) if len(word) >= 4]
        searches.add(" ".join(words[: 1 + number % 2]))
    return searches - {""}


def cursor(ordering: str, row: Row) -> str:
    """Return the cursor of the page after a row, in the format of the contract."""
    value, identity = row
    if isinstance(value, datetime):
        value = value.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"
    plain = json.dumps([ordering, str(value), identity], separators=(",", ":"), ensure_ascii=False)
    return base64.urlsafe_b64encode(plain.encode()).rstrip(b"=").decode()


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text.lower())


def _get(path: str, parameters: dict[str, str]) -> Request:
    return Request("GET", path + (f"?{urlencode(parameters)}" if parameters else ""))
