"""Django with neither REST framework nor ORM: a view, a cursor, SQL, and JSON made of the rows.

One connection for each thread, kept; no middleware. What is left is Django's own request, URL resolver and response.
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


def page_statement(ordering: str, *, follows: bool) -> str:
    """One row more than a page, which tells whether there is a next one."""
    name = ordering.removeprefix("-")
    column = f"products.{name}"
    direction, beyond = ("DESC", "<") if ordering.startswith("-") else ("ASC", ">")
    # psycopg2 sends values as literals; the types are what PostgreSQL compares in an index.
    after = f"AND ({column}, products.id) {beyond} (%s::{COLUMNS[name]}, %s::uuid)" if follows else ""
    return f"{SELECT} {after} ORDER BY {column} {direction}, products.id {direction} LIMIT {PAGE + 1}"


PAGES = {
    (sign + column, follows): page_statement(sign + column, follows=follows)
    for column in COLUMNS
    for sign in ("", "-")
    for follows in (False, True)
}


def product(_request: HttpRequest, slug: str) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute(DETAIL, [slug])
        row = cursor.fetchone()
    return answer(shown(row)) if row else HttpResponse(status=404)


def products(request: HttpRequest) -> HttpResponse:
    ordering, after = request.GET.get("ordering", "-created_at"), request.GET.get("cursor")
    position = read_cursor(after) if after else []
    with connection.cursor() as cursor:
        cursor.execute(PAGES[ordering, bool(position)], position)
        rows = cursor.fetchall()
    items = [shown(row) for row in rows[:PAGE]]
    return answer({"items": items, "next": write_cursor(ordering, items[-1]) if len(rows) > PAGE else None})


def shown(row: tuple[Any, ...]) -> dict[str, Any]:
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


def answer(content: Any) -> HttpResponse:
    body = encode(content).encode()
    # Without a length, gunicorn answers in chunks.
    return HttpResponse(body, content_type="application/json", headers={"Content-Length": str(len(body))})


def read_cursor(cursor: str) -> list[str]:
    """Where the page before ended: the value of the column and the id."""
    _, value, key = json.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    return [value, key]


def write_cursor(ordering: str, last: dict[str, Any]) -> str:
    position = encode([ordering, last[ordering.removeprefix("-")], last["id"]])
    return urlsafe_b64encode(position.encode()).rstrip(b"=").decode()


def ready(_request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return answer({"status": "ok"})


urlpatterns = [path("api/products/<slug>", product), path("api/products", products), path("readyz", ready)]
application = get_wsgi_application()
