"""Django REST framework as in its tutorial: viewset, ModelSerializer, router, and the settings of `startproject`.

It has all apps and middleware of a new project, a connection for each request (no CONN_MAX_AGE), both renderers, and
session and basic authentication on each request. Filter backends also run for a single product, because `get_object`
calls them. The category is joined with `select_related`, so that there are no N+1 queries. DEBUG is off, because it is
off in production, and because it records all queries.

The bytes are those of the implementations except for U+2028 and U+2029, which DRF's renderer escapes. One class is not
in the tutorial: `CursorPagination` does not support a second column, nor the contract's cursors and names, so a
subclass does.
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
    INSTALLED_APPS=[
        "django.contrib.admin",
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
        "django.contrib.messages",
        "django.contrib.staticfiles",
        "rest_framework",
        "django_filters",
    ],
    MIDDLEWARE=[
        "django.middleware.security.SecurityMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
    ],
    ROOT_URLCONF=__name__,
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "APP_DIRS": True,
            "OPTIONS": {
                "context_processors": [
                    "django.template.context_processors.request",
                    "django.contrib.auth.context_processors.auth",
                    "django.contrib.messages.context_processors.messages",
                ],
            },
        },
    ],
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(database.path[1:]),
            "USER": unquote(database.username or ""),
            "PASSWORD": unquote(database.password or ""),
            "HOST": database.hostname or "",
            "PORT": database.port or "",
            "OPTIONS": dict(parse_qsl(database.query)),
            # 0 is Django's default: a connection for each request. `django_tutorial_persistent` sets another.
            "CONN_MAX_AGE": int(os.environ.get("CONN_MAX_AGE", "0")),
        }
    },
    LANGUAGE_CODE="en-us",
    TIME_ZONE="UTC",
    USE_I18N=True,
    USE_TZ=True,
    STATIC_URL="static/",
    REST_FRAMEWORK={
        "DEFAULT_FILTER_BACKENDS": [
            "django_filters.rest_framework.DjangoFilterBackend",
            "rest_framework.filters.OrderingFilter",
        ],
    },
)

from django.core.wsgi import get_wsgi_application  # noqa: E402 - these imports need the settings

application = get_wsgi_application()

from django.db import connection, models  # noqa: E402
from django.db.models import F, Func, Value  # noqa: E402
from django.db.models.lookups import GreaterThan, LessThan  # noqa: E402
from django.http import HttpRequest, JsonResponse  # noqa: E402
from django.urls import include, path  # noqa: E402
from rest_framework import routers, serializers, viewsets  # noqa: E402
from rest_framework.pagination import CursorPagination  # noqa: E402
from rest_framework.response import Response  # noqa: E402


class Category(models.Model):
    id = models.UUIDField(primary_key=True)
    name = models.CharField(max_length=100)
    slug = models.SlugField(max_length=120, unique=True)
    description = models.TextField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        app_label = "layers"
        managed = False
        db_table = "categories"


class Product(models.Model):
    id = models.UUIDField(primary_key=True)
    name = models.CharField(max_length=200)
    slug = models.SlugField(max_length=220, unique=True)
    description = models.TextField()
    price = models.DecimalField(max_digits=10, decimal_places=2)
    stock = models.PositiveIntegerField(default=0)
    category = models.ForeignKey(Category, on_delete=models.CASCADE, related_name="products")
    image = models.CharField(max_length=255, null=True, blank=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        app_label = "layers"
        managed = False
        db_table = "products"

    @property
    def is_in_stock(self) -> bool:
        """Whether there is any stock."""
        return self.stock > 0


class ProductSerializer(serializers.ModelSerializer[Product]):
    category = serializers.SlugRelatedField[Category](slug_field="slug", read_only=True)
    category_name = serializers.CharField(source="category.name", read_only=True)

    class Meta:
        model = Product
        fields = [
            "id",
            "name",
            "slug",
            "description",
            "price",
            "stock",
            "category",
            "category_name",
            "image",
            "is_active",
            "is_in_stock",
            "created_at",
            "updated_at",
        ]


class ProductPagination(CursorPagination):
    page_size = 20
    ordering = "-created_at"

    def get_ordering(self, request: Any, queryset: Any, view: Any) -> tuple[str, ...]:
        """Return the ordering followed by the id, which orders rows with equal values."""
        (ordering,) = super().get_ordering(request, queryset, view)
        return ordering, "-id" if ordering.startswith("-") else "id"

    def decode_cursor(self, _request: Any) -> None:
        """Return None, because `paginate_queryset` decodes the cursor."""

    def paginate_queryset(self, queryset: Any, request: Any, view: Any = None) -> list[Any] | None:
        """Filter the rows after the cursor and return a page of them."""
        if cursor := request.query_params.get("cursor"):
            ordering, _ = self.get_ordering(request, queryset, view)
            beyond = LessThan if ordering.startswith("-") else GreaterThan
            place = sql_row(*map(Value, decode_cursor(cursor, ordering)))
            queryset = queryset.filter(beyond(sql_row(F(ordering.removeprefix("-")), F("id")), place))
        return super().paginate_queryset(queryset, request, view)

    def get_paginated_response(self, data: Any) -> Response:
        """Return the page in the format of the contract."""
        return Response({"items": data, "next": encode_cursor(self.ordering[0], data[-1]) if self.has_next else None})


class ProductViewSet(viewsets.ReadOnlyModelViewSet[Product]):
    queryset = Product.objects.filter(is_active=True).select_related("category")
    serializer_class = ProductSerializer
    pagination_class = ProductPagination
    filterset_fields = ["category", "price", "stock"]
    ordering_fields = ["created_at", "price", "name"]
    ordering = ["-created_at"]
    lookup_field = "slug"


def sql_row(*parts: Any) -> Func:
    """Return an SQL row of the parts. PostgreSQL can use an index of both columns to compare it."""
    return Func(*parts, function="ROW", output_field=models.TextField())


def decode_cursor(cursor: str, ordering: str) -> tuple[Any, str]:
    """Return the last row of the previous page: the value of the ordering column and the id."""
    _, value, key = json.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    return datetime.fromisoformat(value) if ordering.endswith("created_at") else value, key


def encode_cursor(ordering: str, last: dict[str, Any]) -> str:
    """Return the cursor of the page after the item `last`."""
    place = [ordering, last[ordering.removeprefix("-")], last["id"]]
    position = json.dumps(place, ensure_ascii=False, separators=(",", ":"))
    return urlsafe_b64encode(position.encode()).rstrip(b"=").decode()


def ready(_request: HttpRequest) -> JsonResponse:
    """Return 200 if the database responds."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok"})


router = routers.DefaultRouter(trailing_slash=False)
router.register("products", ProductViewSet)
urlpatterns = [path("api/", include(router.urls)), path("readyz", ready)]
