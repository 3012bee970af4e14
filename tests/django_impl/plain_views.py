"""Views as the documentation of DRF and django-filter has them, in this project: a URLconf for the tests beside it."""

from typing import Any, ClassVar

import django_filters
from django.urls import path
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework import generics, pagination, parsers, permissions, renderers, serializers, throttling, viewsets
from rest_framework.decorators import action, api_view, permission_classes
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import SimpleRouter
from rest_framework.views import APIView

from django_impl.categories.models import Category
from django_impl.common.http.viewsets import ShopViewSet
from django_impl.common.validation.fields import CharField
from django_impl.common.validation.filters import ListQuery, text_parameter
from django_impl.common.validation.read_only_serializers import ReadOnlySerializer
from django_impl.common.validation.serializers import InputSerializer, ListField
from django_impl.products.models import Product
from django_impl.products.serializers import ProductOut
from django_impl.products.views import ProductViewSet


def not_rude(value: str) -> None:
    """A validator."""
    if value == "rude":
        raise serializers.ValidationError("Be polite.", code="rude")


class LineSerializer(serializers.Serializer[Any]):
    quantity = serializers.IntegerField(min_value=1, max_value=9)


class NoteSerializer(serializers.Serializer[Any]):
    title = serializers.CharField(max_length=5, validators=[not_rude])
    email = serializers.EmailField(required=False)
    kind = serializers.ChoiceField(choices=["a", "b"], default="a")
    lines = LineSerializer(many=True, required=False)
    loud = serializers.SerializerMethodField()

    def get_loud(self, note: dict[str, Any]) -> str:
        """The title, loud."""
        return str(note["title"]).upper()

    def validate_email(self, value: str) -> str:
        """Refuse one domain."""
        if value.endswith("@example.org"):
            raise serializers.ValidationError("Not from there.")
        return value

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse a pair of values."""
        if attrs["title"] == attrs["kind"]:
            raise serializers.ValidationError("Title and kind are the same.")
        return attrs


class NoteView(APIView):
    """Reads a body and shows it."""

    permission_classes = [permissions.AllowAny]
    parser_classes = [*APIView.parser_classes, parsers.FormParser, parsers.MultiPartParser]

    def post(self, request: Request) -> Response:
        """Check it."""
        serializer = NoteSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        return Response(serializer.data, status=201)


class ManyNotesView(APIView):
    """Reads a list of bodies."""

    permission_classes = [permissions.AllowAny]

    def post(self, request: Request) -> Response:
        """Check them."""
        serializer = NoteSerializer(data=request.data, many=True)
        serializer.is_valid(raise_exception=True)
        return Response(serializer.data)


@api_view(["GET", "POST"])
@permission_classes([permissions.AllowAny])
def echo(request: Request) -> Response:
    """Show what was sent."""
    return Response({"data": request.data, "query": request.query_params})


class SilentView(APIView):
    """Says nothing of permissions."""

    def get(self, request: Request) -> Response:
        """Show who asks."""
        return Response({"email": str(request.user)})


class OncePerDay(throttling.AnonRateThrottle):
    rate = "1/day"


class ThrottledView(APIView):
    """Answers once."""

    permission_classes = [permissions.AllowAny]
    throttle_classes = [OncePerDay]

    def get(self, request: Request) -> Response:
        """Answer."""
        return Response({})


class RenderedView(APIView):
    """Answers in two forms."""

    permission_classes = [permissions.AllowAny]
    renderer_classes = [renderers.JSONRenderer, renderers.StaticHTMLRenderer]

    def get(self, request: Request) -> Response:
        """Answer in the one that is accepted."""
        html = isinstance(request.accepted_renderer, renderers.StaticHTMLRenderer)
        return Response("<p>hello" if html else {"hello": 1})


class CategorySerializer(serializers.ModelSerializer[Category]):
    class Meta:
        model = Category
        fields = ["id", "name", "slug", "description", "parent", "created_at"]


class CategoryFilter(django_filters.FilterSet):
    named = django_filters.CharFilter(field_name="name", lookup_expr="icontains")
    made = django_filters.DateTimeFromToRangeFilter(field_name="created_at")

    class Meta:
        model = Category
        fields = ["slug"]


class CategoryModelViewSet(viewsets.ModelViewSet[Category]):
    """A ModelViewSet with nothing but what DRF's tutorial names."""

    queryset = Category.objects.order_by("name")
    serializer_class = CategorySerializer
    permission_classes = [permissions.AllowAny]


class FilteredViewSet(CategoryModelViewSet):
    """The same with a FilterSet."""

    filterset_class = CategoryFilter


class FieldsViewSet(CategoryModelViewSet):
    """The same with fields to filter by, and the backend named as django-filter's documentation does."""

    filter_backends = [DjangoFilterBackend]
    filterset_fields = ["name"]


class TwoToAPage(pagination.PageNumberPagination):
    page_size = 2


class PagedView(generics.ListAPIView[Category]):
    """The same, two to a page."""

    queryset = Category.objects.order_by("name")
    serializer_class = CategorySerializer
    permission_classes = [permissions.AllowAny]
    pagination_class = TwoToAPage


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
    """The shop's own parameters with django-filter's among them."""

    search = text_parameter(9, method="matching", help_text="Words.")
    name = django_filters.CharFilter(lookup_expr="icontains", max_length=5)
    price = django_filters.RangeFilter()
    state = django_filters.MultipleChoiceFilter(field_name="stock", choices=[(7, "seven"), (9, "nine")])

    def matching(self, products: Any, _name: str, words: str) -> Any:
        """Keep what the search finds."""
        return products.matching(words)


class RatedProducts(ShopViewSet):
    """A viewset of the shop's with plain parts."""

    lookup_field = "slug"
    permission_classes = [permissions.AllowAny]
    queryset = RatedProductOut.rows(Product.objects.all())
    filterset_class = RatedParameters
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


router = SimpleRouter(trailing_slash=False, use_regex_path=False)
router.register("categories", CategoryModelViewSet, basename="plain-category")
router.register("filtered", FilteredViewSet, basename="filtered")
router.register("fields", FieldsViewSet, basename="fields")
router.register("products", ExtendedProducts, basename="product")
router.register("rated", RatedProducts, basename="rated")

urlpatterns = [
    *router.urls,
    path("note", NoteView.as_view()),
    path("notes", ManyNotesView.as_view()),
    path("echo", echo),
    path("silent", SilentView.as_view()),
    path("throttled", ThrottledView.as_view()),
    path("rendered", RenderedView.as_view()),
    path("paged", PagedView.as_view()),
]
