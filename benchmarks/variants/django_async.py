"""Async views of Django with its async ORM, without REST framework, for the two reads of the framework layers.

As in the layer `django-orm`, the rows of `.values()` are encoded as JSON. Django's async ORM executes
each query in a thread. psycopg 3 has a pool, because a request has no thread that could keep a connection.
"""

import json
import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.conf import settings

database = urlsplit(os.environ["DATABASE_URL"])
connections = int(os.environ["DATABASE_POOL_SIZE"])
settings.configure(
    SECRET_KEY=os.environ["SECRET_KEY"],
    ALLOWED_HOSTS=os.environ["ALLOWED_HOSTS"].split(","),
    ROOT_URLCONF=__name__,
    MIDDLEWARE=[],
    USE_TZ=True,
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(database.path[1:]),
            "USER": unquote(database.username or ""),
            "PASSWORD": unquote(database.password or ""),
            "HOST": database.hostname or "",
            "PORT": database.port or "",
            "OPTIONS": {
                **dict(parse_qsl(database.query)),
                "pool": {"min_size": connections, "max_size": connections},
            },
        }
    },
)

from django.core.asgi import get_asgi_application  # noqa: E402 - these imports need the settings

application = get_asgi_application()

from django.db import models  # noqa: E402
from django.db.models import F, Func, Value  # noqa: E402
from django.db.models.lookups import GreaterThan, LessThan  # noqa: E402
from django.http import HttpRequest, HttpResponse  # noqa: E402
from django.urls import path  # noqa: E402

PAGE = 20

encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class Category(models.Model):
    id = models.UUIDField(primary_key=True)
    name = models.CharField(max_length=100)
    slug = models.CharField(max_length=120, unique=True)

    class Meta:
        app_label = "variants"
        managed = False
        db_table = "categories"


class Product(models.Model):
    id = models.UUIDField(primary_key=True)
    name = models.CharField(max_length=200)
    slug = models.CharField(max_length=220, unique=True)
    description = models.TextField()
    price = models.DecimalField(max_digits=10, decimal_places=2)
    stock = models.IntegerField()
    category = models.ForeignKey(Category, on_delete=models.DO_NOTHING)
    image = models.CharField(max_length=255, null=True)
    is_active = models.BooleanField()
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        app_label = "variants"
        managed = False
        db_table = "products"


async def product(_request: HttpRequest, slug: str) -> HttpResponse:
    """Return one product by its slug."""
    row = await active_products().filter(slug=slug).afirst()
    return json_response(product_json(row)) if row else HttpResponse(status=404)


async def products(request: HttpRequest) -> HttpResponse:
    """Return a page of products."""
    ordering, cursor = request.GET.get("ordering", "-created_at"), request.GET.get("cursor")
    column, descends = ordering.removeprefix("-"), ordering.startswith("-")
    rows = active_products().order_by(*(f"-{column}", "-id") if descends else (column, "id"))
    if cursor:
        beyond = LessThan if descends else GreaterThan
        rows = rows.filter(beyond(sql_row(F(column), F("id")), sql_row(*map(Value, decode_cursor(cursor, ordering)))))
    found = [row async for row in rows[: PAGE + 1]]
    items = [product_json(row) for row in found[:PAGE]]
    return json_response({"items": items, "next": encode_cursor(ordering, items[-1]) if len(found) > PAGE else None})


def active_products() -> "models.QuerySet[Product, dict[str, Any]]":
    """Return active products as dictionaries with the fields of a response."""
    return Product.objects.filter(is_active=True).values(
        "id",
        "name",
        "slug",
        "description",
        "price",
        "stock",
        "category__slug",
        "category__name",
        "image",
        "is_active",
        "created_at",
        "updated_at",
    )


def sql_row(*parts: Any) -> Func:
    """Return an SQL row of the parts. PostgreSQL can use an index of both columns to compare it."""
    return Func(*parts, function="ROW", output_field=models.TextField())


def product_json(row: dict[str, Any]) -> dict[str, Any]:
    """Return the JSON object of a product."""
    return {
        "id": str(row["id"]),
        "name": row["name"],
        "slug": row["slug"],
        "description": row["description"],
        "price": str(row["price"]),
        "stock": row["stock"],
        "category": row["category__slug"],
        "category_name": row["category__name"],
        "image": row["image"],
        "is_active": row["is_active"],
        "is_in_stock": row["stock"] > 0,
        "created_at": row["created_at"].isoformat().replace("+00:00", "Z"),
        "updated_at": row["updated_at"].isoformat().replace("+00:00", "Z"),
    }


def json_response(content: Any) -> HttpResponse:
    """Return a response with compact JSON."""
    body = encode(content).encode()
    return HttpResponse(body, content_type="application/json", headers={"Content-Length": str(len(body))})


def decode_cursor(cursor: str, ordering: str) -> tuple[Any, str]:
    """Return the last row of the previous page: the value of the ordering column and the id."""
    _, value, key = json.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    return datetime.fromisoformat(value) if ordering.endswith("created_at") else value, key


def encode_cursor(ordering: str, last: dict[str, Any]) -> str:
    """Return the cursor of the page after the item `last`."""
    position = encode([ordering, last[ordering.removeprefix("-")], last["id"]])
    return urlsafe_b64encode(position.encode()).rstrip(b"=").decode()


async def ready(_request: HttpRequest) -> HttpResponse:
    """Return 200 if the database responds."""
    await Product.objects.aexists()
    return json_response({"status": "ok"})


urlpatterns = [path("api/products/<slug>", product), path("api/products", products), path("readyz", ready)]
