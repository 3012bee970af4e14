from django.conf import settings
from django.db import transaction
from django.http import HttpResponse
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from django_impl.common.database.rows import get_or_not_found
from django_impl.common.http.parsers import StrictMultiPartParser
from django_impl.common.http.permissions import IsStaffOrReadOnly
from django_impl.common.http.renderers import json_response
from django_impl.common.http.viewsets import ShopViewSet
from django_impl.common.validation.fields import SlugField
from django_impl.products import public, services
from django_impl.products.images import stored
from django_impl.products.models import Product
from django_impl.products.queries import ProductQuerySet
from django_impl.products.serializers import (
    FeaturedProducts,
    NewProduct,
    NewProductImage,
    ProductChanges,
    ProductOut,
    ProductParameters,
    StockAdjustment,
)
from django_impl.users.authentication import authenticated_user


class ProductViewSet(ShopViewSet):
    """Products and their stock."""

    lookup_field = "slug"
    lookup_schema_field = SlugField(max_length=220)
    permission_classes = [IsStaffOrReadOnly]
    query_serializer_class = ProductParameters
    serializer_class = ProductOut
    input_serializer_classes = {
        "create": NewProduct,
        "partial_update": ProductChanges,
        "adjust_stock": StockAdjustment,
        "image": NewProductImage,
    }
    problems = {
        "list": ("permission_denied",),
        "destroy": ("product_in_use",),
        "adjust_stock": ("out_of_stock", "stock_limit_exceeded"),
    }

    # --8<-- [start:reads]
    # Built once, because adding the columns and joins for each request would cost more than adding its filters.
    queryset: ProductQuerySet = ProductOut.select_columns(Product.objects.all())
    active_products: ProductQuerySet = queryset.active()

    def get_queryset(self) -> ProductQuerySet:
        """Return the products that the user may see."""
        return self.queryset if self.request.user.is_staff else self.active_products

    @extend_schema(operation_id="list_products", summary="List products")
    def list(self, request: Request) -> Response:
        """Staff see inactive products too.

        All filters must match. A category that does not exist returns an empty list. The category filter does not
        include subcategories.
        """
        return self.list_response()

    @extend_schema(operation_id="get_product", summary="Show a product")
    def retrieve(self, request: Request, slug: str) -> HttpResponse:
        """Only staff can see inactive products."""
        if settings.CACHING and not request.user.is_staff:
            return json_response(public.product_json(slug=slug))
        return Response(ProductOut(get_or_not_found(self.get_queryset().by_slug(slug))).data)
        # --8<-- [end:reads]

    @extend_schema(operation_id="create_product", summary="Create a product")
    def create(self, request: Request) -> Response:
        """For staff. The slug is generated from the name and does not change with it."""
        data = self.get_validated_data()
        with transaction.atomic():
            product = services.create_product(created_by=authenticated_user(request), **data)
        location = reverse("product-detail", args=[product.slug])
        return Response(ProductOut(product).data, status=201, headers={"Location": location})

    @extend_schema(operation_id="update_product", summary="Change a product")
    def partial_update(self, request: Request, slug: str) -> Response:
        """For staff."""
        data = self.get_validated_data()
        with transaction.atomic():
            product = services.update_product(slug=slug, changes=data)
        return Response(ProductOut(product).data)

    @extend_schema(operation_id="delete_product", summary="Delete a product")
    def destroy(self, request: Request, slug: str) -> Response:
        """For staff. A product that has been ordered cannot be deleted, only made inactive."""
        with transaction.atomic():
            services.delete_product(slug=slug)
        return Response(status=204)

    @extend_schema(operation_id="list_featured_products", summary="List featured products")
    @action(detail=False, serializer_class=FeaturedProducts, query_parameters=())
    def featured(self, request: Request) -> HttpResponse:
        """The 10 newest products that are active and in stock, newest first."""
        if settings.CACHING:
            return json_response(public.featured_products_json())
        products = ProductOut.select_columns(Product.objects.featured())
        return Response(FeaturedProducts({"items": products}).data)

    # --8<-- [start:adjust-stock]
    @extend_schema(operation_id="adjust_stock", summary="Add or remove pieces")
    @action(detail=True, methods=["post"], url_path="adjust-stock", query_parameters=())
    def adjust_stock(self, request: Request, slug: str) -> Response:
        """For staff. Concurrent adjustments are all applied."""
        data = self.get_validated_data()
        with transaction.atomic():
            product = services.adjust_stock(slug=slug, **data)
        return Response(ProductOut(product).data)
        # --8<-- [end:adjust-stock]

    # --8<-- [start:image]
    @extend_schema(operation_id="set_product_image", summary="Set the image of a product")
    @action(detail=True, methods=["put"], parser_classes=[StrictMultiPartParser], query_parameters=())
    def image(self, request: Request, slug: str) -> Response:
        """For staff. A form with the file as `image`: JPEG, PNG or WebP, at most 5 MiB.

        The content decides the format, not the name. The image is stored upright, without its metadata, and with at
        most 2048 pixels on a side.
        """
        data = self.get_validated_data()
        with stored(data["image"]) as name, transaction.atomic():
            product = services.set_product_image(slug=slug, image=name)
        return Response(ProductOut(product).data)

    @extend_schema(operation_id="delete_product_image", summary="Delete the image of a product")
    @image.mapping.delete
    def delete_image(self, request: Request, slug: str) -> Response:
        """For staff. A product without an image is 404."""
        with transaction.atomic():
            services.delete_product_image(slug=slug)
        return Response(status=204)
        # --8<-- [end:image]
