"""The requests for all lists: orderings, filters, combinations of them, first pages and late pages."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from urllib.parse import urlencode

from benchmarks.scenarios.reads import cursor, search_words
from benchmarks.scenarios.sample import DEPTHS, STAFF, Sample

ORDERINGS = ("-created_at", "created_at", "price", "-price", "name", "-name")


@dataclass(frozen=True)
class Listing:
    """A request for a list. `is_ordered` means that an index provides the order, so PostgreSQL need not sort."""

    path: str
    account: str | None = None
    is_ordered: bool = False


def listings(sample: Sample) -> Iterator[Listing]:
    """Yield the requests for all lists."""
    yield from _pages(sample)
    for parameters in _filters(sample):
        is_staff = "is_active" in parameters
        newest_of_category = set(parameters) == {"category"}
        yield _products(parameters, account=STAFF if is_staff else None, is_ordered=newest_of_category)
    yield Listing("/api/products/featured")
    yield Listing("/api/categories", is_ordered=True)
    yield Listing(f"/api/categories?cursor={cursor('name', sample.category_pages[20])}", is_ordered=True)
    for account in (sample.customers[0], STAFF):
        yield Listing("/api/orders?limit=1", account, is_ordered=True)


def _pages(sample: Sample) -> Iterator[Listing]:
    for ordering, depth, account in product(ORDERINGS, (DEPTHS[0], DEPTHS[-1]), (None, STAFF)):
        parameters = {"ordering": ordering}
        if depth:
            parameters["cursor"] = cursor(ordering, sample.product_pages[ordering, depth])
        yield _products(parameters, account=account, is_ordered=True)


def _filters(sample: Sample) -> Iterator[dict[str, str]]:
    least, most = sample.prices
    (largest, _), *_, (smallest, _) = sample.categories
    words = sorted(search_words(sample), key=lambda text: (len(text.split()), text))
    single: list[dict[str, str]] = [
        *({"category": slug} for slug in (largest, smallest, "no-such-category")),
        {"min_price": most},
        {"max_price": least},
        {"min_price": least, "max_price": most},
        {"min_price": least, "max_price": least},
        *({"in_stock": flag} for flag in ("true", "false")),
        *({"search": text} for text in (words[0], words[-1], "no-such-word")),
        *({"is_active": flag} for flag in ("true", "false")),
    ]
    yield from single
    for ordering in ORDERINGS:
        yield {"category": largest, "ordering": ordering}
        yield {"search": words[0], "ordering": ordering}
        yield {"in_stock": "true", "min_price": least, "max_price": most, "ordering": ordering}
    yield {"search": words[0], "category": largest, "in_stock": "true", "min_price": least, "ordering": "price"}


def _products(parameters: dict[str, str], *, account: str | None, is_ordered: bool) -> Listing:
    return Listing(f"/api/products?{urlencode(parameters)}", account, is_ordered)
