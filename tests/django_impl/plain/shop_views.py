"""The project's viewsets with actions, fields and parameters that are written as in DRF's documentation."""

from typing import Any, ClassVar

from rest_framework import permissions, serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from django_impl.common.http.viewsets import ShopViewSet
from django_impl.common.validation.fields import CharField, ListField
from django_impl.common.validation.filters import ListQuery
from django_impl.common.validation.serializers import InputSerializer, ReadOnlySerializer
from django_impl.products.models import Product
from django_impl.products.queries import ProductQuerySet
from django_impl.products.serializers import ProductOut
from django_impl.products.views import ProductViewSet
from tests.django_impl.plain.views import NoteSerializer


class PlainProductSerializer(serializers.ModelSerializer[Product]):
    class Meta:
        model = Product
        fields = ["name", "price", "stock"]


class ExtendedProducts(ProductViewSet):
    """The product viewset with additional actions that are written as in DRF's documentation."""

    @action(detail=False)
    def cheapest(self, request: Request) -> Response:
        """Read a query parameter."""
        products = Product.objects.filter(slug__startswith="plain-").order_by("price")[
            : int(request.query_params.get("count", 1))
        ]
        return Response(PlainProductSerializer(products, many=True).data)

    @action(detail=True, methods=["post"], serializer_class=NoteSerializer)
    def note(self, request: Request, slug: str) -> Response:
        """Read the object, a query parameter and the body."""
        product = self.get_object()
        serializer = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        return Response({"product": product.name, "lang": request.query_params.get("lang"), **serializer.data})

    @action(detail=False)
    def paginated(self, request: Request) -> Response:
        """Filter and paginate the queryset."""
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @action(detail=False)
    def unfiltered(self, request: Request) -> Response:
        """Paginate the queryset without filtering it."""
        page = self.paginate_queryset(self.get_queryset())
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @action(detail=False, query_parameters=["count"])
    def declared(self, request: Request) -> Response:
        """Declare the query parameters, so that others are rejected."""
        return Response(request.query_params)


class MixedBody(InputSerializer):
    """A project input serializer with DRF fields."""

    name = CharField(min_length=1, max_length=9)
    rating = serializers.IntegerField(min_value=1, max_value=5)
    tags = ListField(min_length=0, max_length=2, child=serializers.CharField(max_length=3), default=list)
    by = serializers.HiddenField(default=serializers.CurrentUserDefault())


class MixedOut(ReadOnlySerializer):
    """A project output serializer with DRF fields."""

    name = CharField(min_length=1, max_length=9)
    rating = serializers.IntegerField()
    secret = serializers.CharField(write_only=True)
    uppercase = serializers.SerializerMethodField()

    def get_uppercase(self, instance: Any) -> str:
        """Return the name in upper case."""
        return str(instance["name"]).upper()


class RatedProductOut(ProductOut):
    """The product serializer with an additional DRF field."""

    size = serializers.IntegerField(source="stock")


class RatedParameters(ListQuery):
    """Project query parameters together with DRF fields."""

    filters = {
        "search": ProductQuerySet.matching,
        "name": lambda products, name: products.filter(name__icontains=name),
        "min_price": ProductQuerySet.min_price,
        "state": lambda products, states: products.filter(stock__in=states),
    }

    search = CharField(min_length=1, max_length=9, required=False, help_text="Search terms.")
    name = serializers.CharField(max_length=5, required=False)
    min_price = serializers.DecimalField(max_digits=10, decimal_places=2, required=False)
    state = serializers.ListField(child=serializers.ChoiceField([7, 9]), required=False)


class RatedProducts(ShopViewSet):
    """A project viewset that uses DRF serializers and fields."""

    lookup_field = "slug"
    permission_classes = [permissions.AllowAny]
    queryset = RatedProductOut.select_columns(Product.objects.all())
    query_serializer_class = RatedParameters
    serializer_class = RatedProductOut
    input_serializer_classes: ClassVar[dict[str, Any]] = {"create": MixedBody, "validated": NoteSerializer}

    def list(self, request: Request) -> Response:
        """Return a page of products."""
        return self.list_response()

    def create(self, request: Request) -> Response:
        """Return the validated data and the parsed request data."""
        data = self.get_validated_data()
        instance = {"name": data["name"], "rating": data["rating"], "secret": "no"}
        return Response({**MixedOut(instance).data, "raw": request.data, "by": str(data["by"])}, status=201)

    @action(detail=False, methods=["post"])
    def validated(self, request: Request) -> Response:
        """Validate the body with a DRF serializer."""
        data = self.get_validated_data()
        return Response({"title": data["title"], "raw": request.data, "again": request.data})
