from collections.abc import Iterable

from django.db import transaction
from django.urls import reverse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.permissions import IsAdminUser, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from django_impl.common.database.rows import get_or_not_found
from django_impl.common.exceptions import FieldError
from django_impl.common.http.framework_exceptions import field_errors
from django_impl.common.http.viewsets import ShopViewSet
from django_impl.common.validation.output_fields import UUIDField
from django_impl.orders import services
from django_impl.orders.models import Order
from django_impl.orders.queries import OrderQuerySet
from django_impl.orders.serializers import IDEMPOTENCY_KEY, NewOrder, OrderOut, OrderParameters
from django_impl.users.authentication import authenticated_user

IDEMPOTENCY_KEY_HEADER = OpenApiParameter(
    name="Idempotency-Key",
    location=OpenApiParameter.HEADER,
    description="At most 255 visible ASCII characters.",
    type={"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
)


class OrderViewSet(ShopViewSet):
    """Placing, paying, cancelling and shipping orders."""

    lookup_field = "id"
    lookup_schema_field = UUIDField()
    permission_classes = [IsAuthenticated]
    queryset: OrderQuerySet = Order.objects.with_items()
    query_serializer_class = OrderParameters
    serializer_class = OrderOut
    input_serializer_classes = {"create": NewOrder}
    problems = {
        "create": ("out_of_stock",),
        "pay": ("permission_denied", "wrong_status"),
        "cancel": ("wrong_status", "stock_limit_exceeded"),
        "ship": ("wrong_status",),
    }

    def get_queryset(self) -> OrderQuerySet:
        """Return the orders that the user may see."""
        return self.queryset.visible_to(authenticated_user(self.request))

    def header_errors(self, request: Request) -> Iterable[FieldError]:
        """Return what is wrong with the Idempotency-Key, which placing an order reads."""
        if self.action == "create" and (key := request.headers.get("Idempotency-Key")) is not None:
            try:
                IDEMPOTENCY_KEY.run_validation(key)
            except ValidationError as error:
                yield from field_errors({"Idempotency-Key": error.detail}, "header")

    @extend_schema(operation_id="list_orders", summary="List orders, newest first")
    def list(self, request: Request) -> Response:
        """Customers see their own orders, staff see all orders."""
        return self.list_response()

    @extend_schema(operation_id="get_order", summary="Show an order")
    def retrieve(self, request: Request, id: str) -> Response:  # noqa: A002 - the name in the path
        """Customers see their own orders, staff see all orders. An order of another customer is 404."""
        return Response(OrderOut(get_or_not_found(self.get_queryset().by_id(id))).data)

    @extend_schema(operation_id="place_order", summary="Place an order", parameters=[IDEMPOTENCY_KEY_HEADER])
    def create(self, request: Request) -> Response:
        """Reduces the stock and copies names and prices in one transaction.

        Lines of the same product are merged, in the order of their first line. With an `Idempotency-Key` the request
        can be repeated safely: the same key and body return the same response, and the same key with another body is
        rejected. Keys belong to the user. A rejected order changes nothing, so its key can be used again.
        """
        data = self.get_validated_data()
        items = [services.RequestedItem(**item) for item in data["items"]]
        with transaction.atomic():
            order = services.place_order(
                customer=authenticated_user(request), items=items, key=request.headers.get("Idempotency-Key")
            )
        location = reverse("order-detail", args=[order.id])
        return Response(OrderOut(order).data, status=201, headers={"Location": location})

    @extend_schema(operation_id="pay_order", summary="Pay an order")
    @action(detail=True, methods=["post"], query_parameters=())
    def pay(self, request: Request, id: str) -> Response:  # noqa: A002 - the name in the path
        """For the owner; staff who do not own the order get 403. A pending order becomes paid."""
        with transaction.atomic():
            order = services.pay_order(order_id=id, by=authenticated_user(request))
        return Response(OrderOut(order).data)

    @extend_schema(operation_id="cancel_order", summary="Cancel an order")
    @action(detail=True, methods=["post"], query_parameters=())
    def cancel(self, request: Request, id: str) -> Response:  # noqa: A002 - the name in the path
        """For the owner and for staff.

        A pending or paid order becomes cancelled, and its pieces are added to the stock.
        """
        with transaction.atomic():
            order = services.cancel_order(order_id=id, by=authenticated_user(request))
        return Response(OrderOut(order).data)

    @extend_schema(operation_id="ship_order", summary="Ship an order")
    @action(detail=True, methods=["post"], permission_classes=[IsAdminUser], query_parameters=())
    def ship(self, request: Request, id: str) -> Response:  # noqa: A002 - the name in the path
        """For staff. A paid order becomes shipped."""
        with transaction.atomic():
            order = services.ship_order(order_id=id, by=authenticated_user(request))
        return Response(OrderOut(order).data)
