"""`django-raw` and the ORM: the implementation's QuerySets and keyset pagination in place of the SQL.

The URLconf and the JSON are those of `django-raw`. `django-orm-cached` is this module with the database backend of
`compiled_once`, which compiles each shape of query once.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path

from benchmarks.layers.django_raw import json_response, ready
from benchmarks.layers.products import PAGE, decode_cursor, page_json, product_json
from django_impl.common.validation.cursors import Position
from django_impl.common.validation.filters import Page
from django_impl.common.validation.pagination import after_cursor
from django_impl.products.models import Product
from django_impl.products.queries import ProductQuerySet
from django_impl.products.serializers import ProductOut

# The columns that the implementation selects, in the order of the arguments of `product_json`.
active_products: ProductQuerySet = ProductOut.select_columns(Product.objects.all()).active()


def product(_request: HttpRequest, slug: str) -> HttpResponse:
    """Return one product by its slug."""
    row: Any = next(iter(active_products.by_slug(slug)), None)
    return json_response(product_json(*row)) if row else HttpResponse(status=404)


def products(request: HttpRequest) -> HttpResponse:
    """Return a page of products."""
    ordering, cursor = request.GET.get("ordering", "-created_at"), request.GET.get("cursor")
    after = Position(*decode_cursor(cursor, ordering)) if cursor else None
    rows: list[Any] = list(after_cursor(active_products, Page(ordering, PAGE, after))[: PAGE + 1])
    return json_response(page_json(ordering, rows))


urlpatterns = [path("api/products/<slug>", product), path("api/products", products), path("readyz", ready)]
