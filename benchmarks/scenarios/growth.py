"""Scenarios for data sets of different sizes: the same page of ten at the top of a list and far down."""

from urllib.parse import urlencode

from benchmarks.scenarios import reads
from benchmarks.scenarios.exchanges import Request
from benchmarks.scenarios.material import FAR_PAGE_SIZE, Material, Row
from benchmarks.scenarios.question import Question


def product_page_first(material: Material) -> list[list[Question]]:
    return [[_page(ordering, None)] for ordering in material.far_pages]


def product_page_500(material: Material) -> list[list[Question]]:
    return [[_page(ordering, row)] for ordering, row in material.far_pages.items()]


def _page(ordering: str, row: Row | None) -> Question:
    parameters = {"limit": str(FAR_PAGE_SIZE), "ordering": ordering}
    parameters |= {"cursor": reads.cursor(ordering, row)} if row else {}
    request = Request("GET", f"/api/products?{urlencode(parameters)}")
    return Question(request, lambda page: len(page["items"]) == FAR_PAGE_SIZE)
