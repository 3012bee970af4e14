"""Django REST framework without a serializer: the renderer gets the rows of `.values()` as dictionaries.

Each thread has one persistent connection. There is no authentication, and the renderer is DRF's own. The only
middleware is CommonMiddleware, which sets Content-Length: without it, gunicorn would send the response in chunks.
"""

import json
import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.conf import settings

database = urlsplit(os.environ["DATABASE_URL"])
settings.configure(
    SECRET_KEY=os.environ["SECRET_KEY"],
    ALLOWED_HOSTS=os.environ["ALLOWED_HOSTS"].split(","),
    ROOT_URLCONF=__name__,
    MIDDLEWARE=["django.middleware.common.CommonMiddleware"],
    INSTALLED_APPS=["rest_framework"],
    USE_TZ=True,
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
    REST_FRAMEWORK={
        "DEFAULT_AUTHENTICATION_CLASSES": [],
        "UNAUTHENTICATED_USER": None,
        "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    },
)

from django.core.wsgi import get_wsgi_application  # noqa: E402 - these imports need the settings

application = get_wsgi_application()

from django.db import connection, models  # noqa: E402
from django.db.models import F, Func, Value  # noqa: E402
from django.db.models.lookups import GreaterThan, LessThan  # noqa: E402
from django.urls import path  # noqa: E402
from rest_framework.decorators import api_view  # noqa: E402
from rest_framework.request import Request  # noqa: E402
from rest_framework.response import Response  # noqa: E402

PAGE = 20


class Category(models.Model):
    id = models.UUIDField(primary_key=True)
    name = models.CharField(max_length=100)
    slug = models.CharField(max_length=120, unique=True)

    class Meta:
        app_label = "layers"
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
        app_label = "layers"
        managed = False
        db_table = "products"


@api_view(["GET"])
def product(_request: Request, slug: str) -> Response:
    """Return one product by its slug."""
    row = active_products().filter(slug=slug).first()
    return Response(product_json(row)) if row else Response(status=404)


@api_view(["GET"])
def products(request: Request) -> Response:
    """Return a page of products."""
    query = request.query_params
    ordering, cursor = query.get("ordering", "-created_at"), query.get("cursor")
    column, descends = ordering.removeprefix("-"), ordering.startswith("-")
    rows = active_products().order_by(*(f"-{column}", "-id") if descends else (column, "id"))
    if cursor:
        beyond = LessThan if descends else GreaterThan
        rows = rows.filter(beyond(sql_row(F(column), F("id")), sql_row(*map(Value, decode_cursor(cursor, ordering)))))
    found = list(rows[: PAGE + 1])
    items = [product_json(row) for row in found[:PAGE]]
    return Response({"items": items, "next": encode_cursor(ordering, items[-1]) if len(found) > PAGE else None})


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


def decode_cursor(cursor: str, ordering: str) -> tuple[Any, str]:
    """Return the last row of the previous page: the value of the ordering column and the id."""
    _, value, key = json.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    return datetime.fromisoformat(value) if ordering.endswith("created_at") else value, key


def encode_cursor(ordering: str, last: dict[str, Any]) -> str:
    """Return the cursor of the page after the item `last`."""
    place = [ordering, last[ordering.removeprefix("-")], last["id"]]
    position = json.dumps(place, ensure_ascii=False, separators=(",", ":"))
    return urlsafe_b64encode(position.encode()).rstrip(b"=").decode()


@api_view(["GET"])
def ready(_request: Request) -> Response:
    """Return 200 if the database responds."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return Response({"status": "ok"})


urlpatterns = [path("api/products/<slug>", product), path("api/products", products), path("readyz", ready)]
