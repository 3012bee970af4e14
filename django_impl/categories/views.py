from django.db import transaction
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from django_impl.categories import services
from django_impl.categories.models import Category
from django_impl.categories.queries import CategoryQuerySet
from django_impl.categories.serializers import CategoryChanges, CategoryOut, CategoryParameters, NewCategory
from django_impl.common.database.rows import get_or_not_found
from django_impl.common.http.permissions import IsStaffOrReadOnly
from django_impl.common.http.viewsets import ShopViewSet
from django_impl.common.validation.fields import SlugField
from django_impl.products.models import Product


class CategoryViewSet(ShopViewSet):
    """Categories of products, as a tree."""

    lookup_field = "slug"
    lookup_schema_field = SlugField(max_length=120)
    permission_classes = [IsStaffOrReadOnly]
    queryset: CategoryQuerySet = CategoryOut.select_columns(
        Category.objects.with_details(products=Product.objects.active())
    )
    query_serializer_class = CategoryParameters
    serializer_class = CategoryOut
    input_serializer_classes = {"create": NewCategory, "partial_update": CategoryChanges}
    problems = {"destroy": ("category_in_use",)}

    @extend_schema(operation_id="list_categories", summary="List categories by name")
    def list(self, request: Request) -> Response:
        """Each category has the number of active products directly in it."""
        return self.list_response()

    @extend_schema(operation_id="get_category", summary="Show a category")
    def retrieve(self, request: Request, slug: str) -> Response:
        """The category has the number of active products directly in it."""
        return Response(CategoryOut(get_or_not_found(self.queryset.by_slug(slug))).data)

    @extend_schema(operation_id="create_category", summary="Create a category")
    def create(self, request: Request) -> Response:
        """For staff. The slug is generated from the name and does not change with it."""
        data = self.get_validated_data()
        with transaction.atomic():
            category = services.create_category(**data)
        location = reverse("category-detail", args=[category.slug])
        return Response(CategoryOut(category).data, status=201, headers={"Location": location})

    @extend_schema(operation_id="update_category", summary="Change a category")
    def partial_update(self, request: Request, slug: str) -> Response:
        """For staff. A category may not become its own ancestor."""
        data = self.get_validated_data()
        with transaction.atomic():
            category = services.update_category(slug=slug, changes=data)
        return Response(CategoryOut(category).data)

    @extend_schema(operation_id="delete_category", summary="Delete a category")
    def destroy(self, request: Request, slug: str) -> Response:
        """For staff. Only a category without products and subcategories can be deleted."""
        with transaction.atomic():
            services.delete_category(slug=slug)
        return Response(status=204)
