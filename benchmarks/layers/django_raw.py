"""Django without REST framework and ORM: a view executes SQL with a cursor and encodes the rows as JSON.

Each thread has one persistent connection, and there is no middleware. Django contributes the request, the URL resolver
and the response.
"""

import json
import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import path

database = urlsplit(os.environ["DATABASE_URL"])
settings.configure(
    SECRET_KEY=os.environ["SECRET_KEY"],
    ALLOWED_HOSTS=os.environ["ALLOWED_HOSTS"].split(","),
    ROOT_URLCONF=__name__,
    MIDDLEWARE=[],
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(database.path[1:]),
            "USER": unquote(database.username or ""),
            "PASSWORD": unquote(database.password or ""),
            "HOST": database.hostname or "",
            "PORT": database.port or "",
            "OPTIONS": dict(parse_qsl(database.query)),
            "CONN_MAX_AGE": None,
        }
    },
)

PAGE = 20
SELECT = """
    SELECT products.id, products.name, products.slug, products.description, price, stock,
           categories.slug, categories.name, image, is_active, products.created_at, updated_at
    FROM products JOIN categories ON categories.id = category_id WHERE is_active
"""
DETAIL = f"{SELECT} AND products.slug = %s"
COLUMNS = {"created_at": "timestamptz", "price": "numeric", "name": "text"}

encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def page_statement(ordering: str, *, after_cursor: bool) -> str:
    """Return the statement of a page. It selects one row more than a page, to know whether there is a next page."""
    name = ordering.removeprefix("-")
    column = f"products.{name}"
    direction, beyond = ("DESC", "<") if ordering.startswith("-") else ("ASC", ">")
    # psycopg2 sends values as literals. The casts let PostgreSQL compare them by index.
    after = f"AND ({column}, products.id) {beyond} (%s::{COLUMNS[name]}, %s::uuid)" if after_cursor else ""
    return f"{SELECT} {after} ORDER BY {column} {direction}, products.id {direction} LIMIT {PAGE + 1}"


PAGES = {
    (sign + column, after_cursor): page_statement(sign + column, after_cursor=after_cursor)
    for column in COLUMNS
    for sign in ("", "-")
    for after_cursor in (False, True)
}


def product(_request: HttpRequest, slug: str) -> HttpResponse:
    """Return one product by its slug."""
    with connection.cursor() as cursor:
        cursor.execute(DETAIL, [slug])
        row = cursor.fetchone()
    return json_response(product_json(row)) if row else HttpResponse(status=404)


def products(request: HttpRequest) -> HttpResponse:
    """Return a page of products."""
    ordering, after = request.GET.get("ordering", "-created_at"), request.GET.get("cursor")
    position = decode_cursor(after) if after else []
    with connection.cursor() as cursor:
        cursor.execute(PAGES[ordering, bool(position)], position)
        rows = cursor.fetchall()
    items = [product_json(row) for row in rows[:PAGE]]
    return json_response({"items": items, "next": encode_cursor(ordering, items[-1]) if len(rows) > PAGE else None})


def product_json(row: tuple[Any, ...]) -> dict[str, Any]:
    """Return the JSON object of a product."""
    key, name, slug, description, price, stock, category, category_name, image, active, created, updated = row
    return {
        "id": str(key),
        "name": name,
        "slug": slug,
        "description": description,
        "price": str(price),
        "stock": stock,
        "category": category,
        "category_name": category_name,
        "image": image,
        "is_active": active,
        "is_in_stock": stock > 0,
        "created_at": created.isoformat().replace("+00:00", "Z"),
        "updated_at": updated.isoformat().replace("+00:00", "Z"),
    }


def json_response(content: Any) -> HttpResponse:
    """Return a response with compact JSON."""
    body = encode(content).encode()
    # Without a length, gunicorn sends the response in chunks.
    return HttpResponse(body, content_type="application/json", headers={"Content-Length": str(len(body))})


def decode_cursor(cursor: str) -> list[str]:
    """Return the last row of the previous page: the value of the ordering column and the id."""
    _, value, key = json.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    return [value, key]


def encode_cursor(ordering: str, last: dict[str, Any]) -> str:
    """Return the cursor of the page after the item `last`."""
    position = encode([ordering, last[ordering.removeprefix("-")], last["id"]])
    return urlsafe_b64encode(position.encode()).rstrip(b"=").decode()


def ready(_request: HttpRequest) -> HttpResponse:
    """Return 200 if the database responds."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return json_response({"status": "ok"})


urlpatterns = [path("api/products/<slug>", product), path("api/products", products), path("readyz", ready)]
application = get_wsgi_application()
