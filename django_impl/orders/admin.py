from collections.abc import Mapping
from decimal import Decimal
from typing import Any, ClassVar, cast

from django import forms
from django.contrib import admin
from django.http import HttpRequest

from django_impl.common.admin import ServiceForm, ServiceModelAdmin
from django_impl.common.exceptions import WrongStatus
from django_impl.orders import services
from django_impl.orders.models import ALLOWED_FROM, Order, OrderItem, OrderStatus
from django_impl.orders.serializers import OrderChanges
from django_impl.users.models import User

TRANSITIONS = {
    OrderStatus.PAID: services.pay_order,
    OrderStatus.SHIPPED: services.ship_order,
    OrderStatus.CANCELLED: services.cancel_order,
}


class OrderForm(ServiceForm):
    serializer_class = OrderChanges
    error_field = "status"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        possible = [status for status in OrderStatus if self.is_possible(status)]
        cast("forms.ChoiceField", self.fields["status"]).choices = [(status, status.label) for status in possible]

    def is_possible(self, status: OrderStatus) -> bool:
        """Return whether the order has the status, or staff can change it to that. Only its customer pays an order."""
        current = OrderStatus(self.instance.status)
        if status == OrderStatus.PAID and self.instance.customer_id != self.user.pk:
            return current == status
        return current in {status, *ALLOWED_FROM.get(status, ())}


class OrderItemInline(admin.TabularInline):  # type: ignore[type-arg] # Django's class has no parameters at run time
    """The items of an order, which never change."""

    model = OrderItem
    fields = readonly_fields = ("product_name", "product_slug", "unit_price", "quantity", "line_total")
    extra = 0
    can_delete = False

    @admin.display
    def line_total(self, item: OrderItem) -> Decimal | None:
        """Return the price of all pieces. A forged form can have rows for items that do not exist."""
        return None if item.quantity is None else item.line_total

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return False."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return False."""
        return False


# --8<-- [start:admin]
@admin.register(Order)
class OrderAdmin(ServiceModelAdmin):
    """Orders. Only their status changes, with the services for paying, shipping and cancelling."""

    form = OrderForm
    list_display = ("id", "customer", "status", "total", "created_at")
    list_filter = ("status", "created_at")
    list_select_related = ("customer",)
    search_fields = ("customer__email",)
    ordering = ("-created_at", "-id")
    readonly_fields = ("id", "customer", "total", "created_at", "updated_at")
    inlines = (OrderItemInline,)
    fieldsets: ClassVar[Any] = (
        (None, {"fields": ("id", "customer", "status", "total")}),
        ("History", {"fields": ("created_at", "updated_at")}),
    )

    def update_row(self, request: HttpRequest, row: Order, changes: Mapping[str, Any]) -> None:
        """Call the service for the new status."""
        if status := changes.get("status"):
            change_status = TRANSITIONS.get(status)
            if change_status is None:
                raise WrongStatus  # no order becomes pending again
            change_status(order_id=str(row.pk), by=cast("User", request.user))

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Return False: customers place orders."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return False: an order can be cancelled."""
        return False

    # --8<-- [end:admin]
