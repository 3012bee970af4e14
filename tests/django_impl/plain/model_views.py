"""Viewsets of a model, with filters and pages of DRF and of django-filter."""

import django_filters
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework import generics, pagination, permissions, serializers, viewsets

from django_impl.categories.models import Category


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

    filter_backends = [DjangoFilterBackend]
    filterset_class = CategoryFilter


class FieldsViewSet(CategoryModelViewSet):
    """The same with fields to filter by."""

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
