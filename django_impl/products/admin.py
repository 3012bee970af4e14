from collections.abc import Mapping
from typing import Any, ClassVar, cast

from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html

from django_impl.common.admin import ServiceForm, ServiceModelAdmin
from django_impl.products import services
from django_impl.products.models import Product
from django_impl.products.queries import ProductQuerySet
from django_impl.products.serializers import ProductChanges
from django_impl.users.models import User


class ProductForm(ServiceForm):
    serializer_class = ProductChanges


class InStockFilter(admin.SimpleListFilter):
    """Filters by whether at least one piece is in stock."""

    title = "in stock"
    parameter_name = "in_stock"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Return the choices."""
        return [("true", "Yes"), ("false", "No")]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """Return the products of the choice."""
        return queryset.in_stock(self.value() == "true") if self.value() else queryset


# --8<-- [start:admin]
@admin.register(Product)
class ProductAdmin(ServiceModelAdmin):
    """Products. The service makes the slug from the name, and the API sets the image."""

    form = ProductForm
    list_display = ("name", "category", "price", "stock", "is_active", "created_at")
    list_editable = ("price", "stock", "is_active")
    list_filter = ("is_active", InStockFilter, "category", "created_at")
    list_select_related = ("category",)
    search_fields = ("name", "description")
    search_help_text = "The beginnings of words in the name or description, as in the API."
    ordering = ("-created_at", "-id")
    readonly_fields = ("slug", "picture", "created_by", "created_at", "updated_at")
    fieldsets: ClassVar[Any] = (
        (None, {"fields": ("name", "slug", "description", "category", "picture")}),
        ("Sale", {"fields": (("price", "stock"), "is_active")}),
        ("History", {"fields": ("created_by", "created_at", "updated_at")}),
    )

    def create_row(self, request: HttpRequest, data: Mapping[str, Any]) -> Product:
        """Store a product of the signed-in user."""
        return services.create_product(created_by=cast("User", request.user), **data)

    def update_row(self, request: HttpRequest, row: Product, changes: Mapping[str, Any]) -> None:
        """Change a product."""
        services.update_product(slug=row.slug, changes=changes)

    def delete_row(self, row: Product) -> None:
        """Delete a product."""
        services.delete_product(slug=row.slug)

    # --8<-- [end:admin]

    def get_queryset(self, request: HttpRequest) -> Any:
        """Return the products without the column for the search, which no page shows."""
        return super().get_queryset(request).defer("search_vector")

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        """Return the products that the API finds, with its index."""
        products: ProductQuerySet = queryset
        return (products.matching(search_term) if search_term.strip() else products), False

    def picture(self, product: Product) -> str:
        """Return the image as an element of the page."""
        return format_html('<img src="{}" alt="" height="160">', product.image.url) if product.image else "No image"
