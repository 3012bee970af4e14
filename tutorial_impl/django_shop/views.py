"""Viewsets with permissions and filters."""

from typing import Any

from django.db.models import Count, Q, QuerySet
from django_filters import rest_framework as filters
from rest_framework import generics, permissions, status, viewsets
from rest_framework.decorators import action, api_view
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.views import APIView

from tutorial_impl.django_shop.models import Category, Order, Product, User
from tutorial_impl.django_shop.serializers import (
    CategorySerializer,
    OrderSerializer,
    ProductSerializer,
    StockSerializer,
    UserSerializer,
)


class ReadOnly(permissions.BasePermission):
    def has_permission(self, request: Request, view: APIView) -> bool:
        return request.method in permissions.SAFE_METHODS


class RegisterView(generics.CreateAPIView[User]):
    queryset = User.objects.all()
    serializer_class = UserSerializer


class MeView(generics.RetrieveAPIView[User]):
    serializer_class = UserSerializer
    permission_classes = [permissions.IsAuthenticated]

    def get_object(self) -> Any:
        return self.request.user


class CategoryViewSet(viewsets.ModelViewSet[Category]):
    queryset = (
        Category.objects.select_related("parent")
        .annotate(product_count=Count("products", filter=Q(products__is_active=True)))
        .order_by("name")
    )
    serializer_class = CategorySerializer
    permission_classes = [permissions.IsAdminUser | ReadOnly]
    lookup_field = "slug"


class ProductFilter(filters.FilterSet):
    category = filters.CharFilter(field_name="category__slug")
    min_price = filters.NumberFilter(field_name="price", lookup_expr="gte")
    max_price = filters.NumberFilter(field_name="price", lookup_expr="lte")
    in_stock = filters.BooleanFilter(method="filter_in_stock")

    class Meta:
        model = Product
        fields = ["is_active"]

    def filter_in_stock(self, queryset: QuerySet[Product], name: str, value: bool) -> QuerySet[Product]:
        return queryset.filter(stock__gt=0) if value else queryset.filter(stock=0)


class ProductViewSet(viewsets.ModelViewSet[Product]):
    serializer_class = ProductSerializer
    permission_classes = [permissions.IsAdminUser | ReadOnly]
    lookup_field = "slug"
    filterset_class = ProductFilter
    search_fields = ["name", "description"]
    ordering_fields = ["created_at", "price", "name"]

    def get_queryset(self) -> QuerySet[Product]:
        products = Product.objects.select_related("category")
        return products if getattr(self.request.user, "is_staff", False) else products.filter(is_active=True)

    def perform_create(self, serializer: BaseSerializer[Product]) -> None:
        serializer.save(created_by=self.request.user)

    @action(detail=False)
    def featured(self, request: Request) -> Response:
        products = Product.objects.select_related("category").filter(is_active=True, stock__gt=0)[:10]
        return Response(self.get_serializer(products, many=True).data)

    @action(detail=True, methods=["post"], url_path="adjust-stock")
    def adjust_stock(self, request: Request, slug: str) -> Response:
        product = self.get_object()
        serializer = StockSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        product.stock += serializer.validated_data["quantity"]
        if product.stock < 0:
            raise ValidationError("Not enough stock.")
        product.save()
        return Response(self.get_serializer(product).data)


class OrderViewSet(viewsets.ModelViewSet[Order]):
    http_method_names = ["get", "post", "head", "options"]
    serializer_class = OrderSerializer
    permission_classes = [permissions.IsAuthenticated]

    def get_queryset(self) -> QuerySet[Order]:
        orders = Order.objects.prefetch_related("items__product")
        return orders if self.request.user.is_staff else orders.filter(customer=self.request.user)

    def perform_create(self, serializer: BaseSerializer[Order]) -> None:
        serializer.save(customer=self.request.user)

    @action(detail=True, methods=["post"])
    def pay(self, request: Request, pk: str) -> Response:
        return self._change_status(Order.Status.PAID, {Order.Status.PENDING})

    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: str) -> Response:
        return self._change_status(Order.Status.CANCELLED, {Order.Status.PENDING, Order.Status.PAID})

    @action(detail=True, methods=["post"], permission_classes=[permissions.IsAdminUser])
    def ship(self, request: Request, pk: str) -> Response:
        return self._change_status(Order.Status.SHIPPED, {Order.Status.PAID})

    def _change_status(self, new: Order.Status, allowed: set[Order.Status]) -> Response:
        order = self.get_object()
        if order.status not in allowed:
            return Response({"detail": f"The order is {order.status}."}, status=status.HTTP_409_CONFLICT)
        order.status = new
        order.save()
        if new == Order.Status.CANCELLED:
            for item in order.items.all():
                item.product.stock += item.quantity
                item.product.save()
        return Response(self.get_serializer(order).data)


@api_view(["GET"])
def health(request: Request) -> Response:
    return Response({"status": "ok"})
