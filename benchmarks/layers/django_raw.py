"""`bare-wsgi` and Django: its handler, request, URLconf, response and managed connection.

A view executes the same SQL with a cursor of Django's connection, and encodes the rows in the same way. This module is
the URLconf of the layer; `django_application` has its settings.
"""

from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import path

from benchmarks.layers.products import decode_cursor, encode, page_json, product_json
from benchmarks.layers.wsgi import DETAIL, PAGES


def product(_request: HttpRequest, slug: str) -> HttpResponse:
    """Return one product by its slug."""
    with connection.cursor() as cursor:
        cursor.execute(DETAIL, [slug])
        row = cursor.fetchone()
    return json_response(product_json(*row)) if row else HttpResponse(status=404)


def products(request: HttpRequest) -> HttpResponse:
    """Return a page of products."""
    ordering, cursor_text = request.GET.get("ordering", "-created_at"), request.GET.get("cursor")
    position = decode_cursor(cursor_text, ordering) if cursor_text else ()
    with connection.cursor() as cursor:
        cursor.execute(PAGES[ordering, bool(position)], position)
        rows = cursor.fetchall()
    return json_response(page_json(ordering, rows))


def json_response(content: Any) -> HttpResponse:
    """Return a response with compact JSON."""
    return HttpResponse(encode(content).encode(), content_type="application/json")


def ready(_request: HttpRequest) -> HttpResponse:
    """Return 200 if the database responds."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return json_response({"status": "ok"})


urlpatterns = [path("api/products/<slug>", product), path("api/products", products), path("readyz", ready)]
