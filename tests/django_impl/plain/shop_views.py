"""The project's own viewsets with actions, fields and parameters as DRF's documentation has them."""

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
    """The shop's own viewset with actions as DRF's documentation has them."""

    @action(detail=False)
    def cheapest(self, request: Request) -> Response:
        """Read the query."""
        found = Product.objects.filter(slug__startswith="plain-").order_by("price")[
            : int(request.query_params.get("count", 1))
        ]
        return Response(PlainProductSerializer(found, many=True).data)

    @action(detail=True, methods=["post"], serializer_class=NoteSerializer)
    def note(self, request: Request, slug: str) -> Response:
        """Read the object, the query and the body."""
        product = self.get_object()
        serializer = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        return Response({"product": product.name, "lang": request.query_params.get("lang"), **serializer.data})

    @action(detail=False)
    def paged(self, request: Request) -> Response:
        """Filter and page."""
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @action(detail=False)
    def unfiltered(self, request: Request) -> Response:
        """Page without filters."""
        page = self.paginate_queryset(self.get_queryset())
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @action(detail=False, query_parameters=["count"])
    def declared(self, request: Request) -> Response:
        """Name the parameters, so that others are refused."""
        return Response(request.query_params)


class MixedBody(InputSerializer):
    """The shop's own shape with DRF's fields in it."""

    name = CharField(min_length=1, max_length=9)
    rating = serializers.IntegerField(min_value=1, max_value=5)
    tags = ListField(min_length=0, max_length=2, child=serializers.CharField(max_length=3), default=list)
    by = serializers.HiddenField(default=serializers.CurrentUserDefault())


class MixedOut(ReadOnlySerializer):
    """The shop's own shape with DRF's fields in it."""

    name = CharField(min_length=1, max_length=9)
    rating = serializers.IntegerField()
    secret = serializers.CharField(write_only=True)
    loud = serializers.SerializerMethodField()

    def get_loud(self, instance: Any) -> str:
        """The name, loud."""
        return str(instance["name"]).upper()


class RatedProductOut(ProductOut):
    """The shop's own product with one of DRF's fields more."""

    size = serializers.IntegerField(source="stock")


class RatedParameters(ListQuery):
    """The shop's own parameters with DRF's fields among them."""

    filters = {
        "search": ProductQuerySet.matching,
        "name": lambda products, name: products.filter(name__icontains=name),
        "min_price": ProductQuerySet.with_min_price,
        "state": lambda products, states: products.filter(stock__in=states),
    }

    search = CharField(min_length=1, max_length=9, required=False, help_text="Words.")
    name = serializers.CharField(max_length=5, required=False)
    min_price = serializers.DecimalField(max_digits=10, decimal_places=2, required=False)
    state = serializers.ListField(child=serializers.ChoiceField([7, 9]), required=False)


class RatedProducts(ShopViewSet):
    """A viewset of the shop's with plain parts."""

    lookup_field = "slug"
    permission_classes = [permissions.AllowAny]
    queryset = RatedProductOut.rows(Product.objects.all())
    query_serializer_class = RatedParameters
    serializer_class = RatedProductOut
    input_serializers: ClassVar[dict[str, Any]] = {"create": MixedBody, "checked": NoteSerializer}

    def list(self, request: Request) -> Response:
        """A page."""
        return self.list_response()

    def create(self, request: Request) -> Response:
        """What was checked, and what DRF read."""
        data = self.get_validated_data()
        shown = {"name": data["name"], "rating": data["rating"], "secret": "no"}
        return Response({**MixedOut(shown).data, "raw": request.data, "by": str(data["by"])}, status=201)

    @action(detail=False, methods=["post"])
    def checked(self, request: Request) -> Response:
        """A plain serializer as the shape of a body."""
        data = self.get_validated_data()
        return Response({"title": data["title"], "raw": request.data, "again": request.data})
