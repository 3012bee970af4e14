from collections.abc import Mapping
from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest

from django_impl.categories import services
from django_impl.categories.models import Category
from django_impl.categories.serializers import CategoryChanges
from django_impl.common.admin import ServiceForm, ServiceModelAdmin


class CategoryForm(ServiceForm):
    serializer_class = CategoryChanges


@admin.register(Category)
class CategoryAdmin(ServiceModelAdmin):
    form = CategoryForm
    list_display = ("name", "slug", "parent", "created_at")
    list_filter = (("parent", admin.RelatedOnlyFieldListFilter),)
    list_select_related = ("parent",)
    search_fields = ("name", "slug")
    ordering = ("name", "id")
    readonly_fields = ("slug", "created_at")
    fieldsets: ClassVar[Any] = (
        (None, {"fields": ("name", "slug", "description", "parent")}),
        ("History", {"fields": ("created_at",)}),
    )

    def create_row(self, request: HttpRequest, data: Mapping[str, Any]) -> Category:
        """Store a category."""
        return services.create_category(**data)

    def update_row(self, request: HttpRequest, row: Category, changes: Mapping[str, Any]) -> None:
        """Change a category."""
        services.update_category(slug=row.slug, changes=changes)

    def delete_row(self, row: Category) -> None:
        """Delete a category."""
        services.delete_category(slug=row.slug)
