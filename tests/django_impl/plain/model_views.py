"""Model viewsets with the filters and pagination of DRF and django-filter."""

import django_filters
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework import generics, pagination, permissions, serializers, viewsets

from django_impl.categories.models import Category


class CategorySerializer(serializers.ModelSerializer[Category]):
    class Meta:
        model = Category
        fields = ["id", "name", "slug", "description", "parent", "created_at"]


class CategoryFilter(django_filters.FilterSet):
    name_contains = django_filters.CharFilter(field_name="name", lookup_expr="icontains")
    created = django_filters.DateTimeFromToRangeFilter(field_name="created_at")

    class Meta:
        model = Category
        fields = ["slug"]


class CategoryModelViewSet(viewsets.ModelViewSet[Category]):
    """A ModelViewSet with only the attributes that DRF's tutorial uses."""

    queryset = Category.objects.order_by("name")
    serializer_class = CategorySerializer
    permission_classes = [permissions.AllowAny]


class FilteredViewSet(CategoryModelViewSet):
    """A model viewset with a FilterSet."""

    filter_backends = [DjangoFilterBackend]
    filterset_class = CategoryFilter


class FieldsViewSet(CategoryModelViewSet):
    """A model viewset with `filterset_fields`."""

    filter_backends = [DjangoFilterBackend]
    filterset_fields = ["name"]


class TwoPerPage(pagination.PageNumberPagination):
    page_size = 2


class PaginatedView(generics.ListAPIView[Category]):
    """A list view with two objects per page."""

    queryset = Category.objects.order_by("name")
    serializer_class = CategorySerializer
    permission_classes = [permissions.AllowAny]
    pagination_class = TwoPerPage
