"""Scenarios for data sets of different sizes: the first page of a list and a page far from its start."""

from urllib.parse import urlencode

from benchmarks.scenarios import reads
from benchmarks.scenarios.exchanges import Request
from benchmarks.scenarios.sample import FAR_PAGE_SIZE, Row, Sample
from benchmarks.scenarios.scenario import Step


def product_page_first(sample: Sample) -> list[list[Step]]:
    """Return a journey for each ordering: the first page of products."""
    return [[_page(ordering, None)] for ordering in sample.far_pages]


def product_page_500(sample: Sample) -> list[list[Step]]:
    """Return a journey for each ordering: page 500 of products, or the last full page."""
    return [[_page(ordering, row)] for ordering, row in sample.far_pages.items()]


def _page(ordering: str, row: Row | None) -> Step:
    parameters = {"limit": str(FAR_PAGE_SIZE), "ordering": ordering}
    parameters |= {"cursor": reads.cursor(ordering, row)} if row else {}
    request = Request("GET", f"/api/products?{urlencode(parameters)}")
    return Step(request, lambda page: len(page["items"]) == FAR_PAGE_SIZE)
