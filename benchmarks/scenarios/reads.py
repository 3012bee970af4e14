"""Scenarios that change nothing: every answer must be the same bytes each time."""

import base64
import json
import re
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from benchmarks.scenarios.exchanges import Request
from benchmarks.scenarios.material import Material, Row
from benchmarks.scenarios.question import Question

PAGE = 20


def product_detail(material: Material) -> list[list[Question]]:
    return [[detail(slug)] for slug, *_ in material.products]


def product_list(material: Material) -> list[list[Question]]:
    return [[product_page(ordering, depth, row)] for (ordering, depth), row in material.product_pages.items()]


def product_filter(material: Material) -> list[list[Question]]:
    orderings = ("price", "-price", "-created_at", "name")
    numbered = enumerate(material.categories)
    return [[filtered(material, category, orderings[number % len(orderings)])] for number, (category, _) in numbered]


def product_search(material: Material) -> list[list[Question]]:
    return [[searched(words)] for words in sorted(words_of(material))]


def category_list(material: Material) -> list[list[Question]]:
    return [[category_page(depth, row)] for depth, row in material.category_pages.items()]


def order_history(material: Material) -> list[list[Question]]:
    return [
        [Question(Request("GET", "/api/orders", account=email), lambda page: len(page["items"]) >= 2)]
        for email in material.customers
    ]


def detail(slug: str) -> Question:
    return Question(Request("GET", f"/api/products/{slug}"), lambda product: bool(product["slug"] == slug))


def product_page(ordering: str, depth: int, row: Row) -> Question:
    parameters = {"ordering": ordering} | ({"cursor": cursor(ordering, row)} if depth else {})
    return Question(_get("/api/products", parameters), lambda page: len(page["items"]) == PAGE)


def category_page(depth: int, row: Row) -> Question:
    def holds(page: Any) -> bool:
        return 0 < len(page["items"]) <= PAGE and all("product_count" in category for category in page["items"])

    return Question(_get("/api/categories", {"cursor": cursor("name", row)} if depth else {}), holds)


def filtered(material: Material, category: str, ordering: str) -> Question:
    least, most = material.prices

    def fits(product: Any) -> bool:
        in_range = Decimal(least) <= Decimal(product["price"]) <= Decimal(most)
        return in_range and product["category"] == category and product["is_in_stock"] is True

    parameters = {"category": category, "min_price": least, "max_price": most, "in_stock": "true", "ordering": ordering}
    return Question(
        _get("/api/products", parameters), lambda page: bool(page["items"]) and all(map(fits, page["items"]))
    )


def searched(words: str) -> Question:
    def fits(product: Any) -> bool:
        there = _words(f"{product['name']} {product['description']}")
        return all(any(word.startswith(wanted) for word in there) for wanted in _words(words))

    request = _get("/api/products", {"search": words})
    return Question(request, lambda page: bool(page["items"]) and all(map(fits, page["items"])))


def words_of(material: Material) -> set[str]:
    """One or two words of names in the data set, so that each search finds something."""
    searches = set()
    for number, (_, name, _description) in enumerate(material.products[:60]):
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
