"""Async views of Django with its async ORM, without REST framework, for the two reads of the framework layers.

This is the layer `django-orm` with async views: the same QuerySets and JSON. Django's async ORM executes each query in
a thread. The settings are those of the implementation under ASGI, with the pool of psycopg 3.
"""

from typing import Any

from django.conf import Settings, settings
from django.core.asgi import get_asgi_application

IMPLEMENTATION: Any = Settings("django_impl.config.settings.asgi")
settings.configure(IMPLEMENTATION, ROOT_URLCONF=__name__, MIDDLEWARE=[])
application = get_asgi_application()

from django.http import HttpRequest, HttpResponse  # noqa: E402 - these imports need the settings
from django.urls import path  # noqa: E402

from benchmarks.layers import django_raw  # noqa: E402
from benchmarks.layers.django_orm import active_products  # noqa: E402
from benchmarks.layers.products import PAGE, decode_cursor, page_json, product_json  # noqa: E402
from django_impl.common.validation.cursors import Position  # noqa: E402
from django_impl.common.validation.filters import Page  # noqa: E402
from django_impl.common.validation.pagination import after_cursor  # noqa: E402
from django_impl.products.models import Product  # noqa: E402


async def product(_request: HttpRequest, slug: str) -> HttpResponse:
    """Return one product by its slug."""
    rows: list[Any] = [row async for row in active_products.by_slug(slug)]
    return json_response(product_json(*rows[0])) if rows else HttpResponse(status=404)


async def products(request: HttpRequest) -> HttpResponse:
    """Return a page of products."""
    ordering, cursor = request.GET.get("ordering", "-created_at"), request.GET.get("cursor")
    after = Position(*decode_cursor(cursor, ordering)) if cursor else None
    found = after_cursor(active_products, Page(ordering, PAGE, after))[: PAGE + 1]
    rows: list[Any] = [row async for row in found]
    return json_response(page_json(ordering, rows))


async def ready(_request: HttpRequest) -> HttpResponse:
    """Return 200 if the database responds."""
    await Product.objects.aexists()
    return json_response({"status": "ok"})


def json_response(content: Any) -> HttpResponse:
    """Return a response with compact JSON and its length. Without it, uvicorn sends the response in chunks."""
    response = django_raw.json_response(content)
    response["Content-Length"] = str(len(response.content))
    return response


urlpatterns = [path("api/products/<slug>", product), path("api/products", products), path("readyz", ready)]
