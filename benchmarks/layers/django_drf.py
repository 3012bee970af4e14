"""`django-orm` and Django REST framework: viewset, query and output serializers, pagination and renderer.

All of them are the implementation's, except the viewset. It is DRF's own, without authentication and permissions. The
implementation adds the contract to this: middleware, tokens, strict requests, common headers and problems.
"""

from django.http import Http404
from django.urls import path
from django.utils.functional import cached_property
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from benchmarks.layers.django_orm import active_products
from benchmarks.layers.django_raw import ready
from django_impl.common.database.rows import get_or_not_found
from django_impl.common.exceptions import NotFound
from django_impl.products.models import Product
from django_impl.products.serializers import ProductOut, ProductParameters


class ProductViewSet(GenericViewSet[Product]):
    """The two reads of products. The renderer, the filter backend and the pagination are those of the settings."""

    authentication_classes = []
    permission_classes = []
    queryset = active_products
    serializer_class = ProductOut
    query_serializer_class = ProductParameters

    @cached_property
    def list_query(self) -> ProductParameters:
        """The validated query of the list, which the pagination and the filter backend read."""
        query = ProductParameters(data=self.request.query_params, context=self.get_serializer_context())
        query.is_valid(raise_exception=True)
        return query

    def list(self, _request: Request) -> Response:
        """Return a page of products."""
        items = self.paginate_queryset(self.filter_queryset(active_products))
        return self.get_paginated_response(self.get_serializer(items, many=True).data)

    def retrieve(self, _request: Request, slug: str) -> Response:
        """Return one product by its slug."""
        try:
            return Response(ProductOut(get_or_not_found(active_products.by_slug(slug))).data)
        except NotFound as error:
            raise Http404 from error


urlpatterns = [
    path("api/products/<slug>", ProductViewSet.as_view({"get": "retrieve"}, detail=True)),
    path("api/products", ProductViewSet.as_view({"get": "list"}, detail=False)),
    path("readyz", ready),
]
