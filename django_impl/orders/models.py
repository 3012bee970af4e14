from decimal import Decimal
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import UUID7, Now

from django_impl.common.exceptions import WrongStatus
from django_impl.orders.queries import OrderQuerySet
from django_impl.products.models import Product


class OrderStatus(models.TextChoices):
    """The states of an order: pending, paid, shipped; a pending or paid order can be cancelled."""

    PENDING = "pending"
    PAID = "paid"
    SHIPPED = "shipped"
    CANCELLED = "cancelled"


# For each status, those from which an order may change to it.
ALLOWED_FROM = {
    OrderStatus.PAID: {OrderStatus.PENDING},
    OrderStatus.SHIPPED: {OrderStatus.PAID},
    OrderStatus.CANCELLED: {OrderStatus.PENDING, OrderStatus.PAID},
}


class Order(models.Model):
    """The products that a customer ordered, at the prices of that moment."""

    id = models.UUIDField(primary_key=True, db_default=UUID7(), editable=False)
    # DO_NOTHING, because the foreign key in the database rejects the delete.
    customer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.DO_NOTHING, related_name="orders", db_index=False
    )
    status = models.CharField(max_length=10, choices=OrderStatus, default=OrderStatus.PENDING)
    total = models.DecimalField(max_digits=16, decimal_places=2)
    idempotency_key = models.CharField(max_length=255, null=True, blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    updated_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = OrderQuerySet.as_manager()
    prefetched_items: "list[OrderItem]"  # set by `with_items`

    class Meta:
        db_table = "orders"
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "idempotency_key"], name="orders_customer_id_idempotency_key_key"
            ),
            models.CheckConstraint(condition=Q(status__in=OrderStatus.values), name="orders_status_check"),
            models.CheckConstraint(condition=Q(total__gt=0), name="orders_total_check"),
        ]
        indexes = [
            models.Index(fields=["created_at", "id"], name="orders_created_at_id_idx"),
            models.Index(fields=["customer", "created_at", "id"], name="orders_customer_created_idx"),
        ]

    def __str__(self) -> str:
        return f"Order {self.id}"

    def change_status(self, status: OrderStatus) -> None:
        """Change the status of the locked order. Raises WrongStatus if that is not allowed from its current status."""
        if self.status not in ALLOWED_FROM[status]:
            raise WrongStatus
        self.status = status
        self.updated_at = Now()
        self.save(update_fields=["status", "updated_at"])

    def restore_initial_state(self) -> Self:
        """Return the order with the status and times that it had when it was placed. Must not be saved."""
        self.status, self.updated_at = OrderStatus.PENDING, self.created_at
        return self


class OrderItem(models.Model):
    """One product of an order, with the name and price that it had when the order was placed."""

    id = models.UUIDField(primary_key=True, db_default=UUID7(), editable=False)
    # DO_NOTHING, because the foreign keys in the database reject the delete.
    order = models.ForeignKey(Order, on_delete=models.DO_NOTHING, related_name="items", db_index=False)
    position = models.SmallIntegerField()
    product = models.ForeignKey(Product, on_delete=models.DO_NOTHING, related_name="order_items", db_index=False)
    product_slug = models.SlugField(max_length=220, db_index=False)
    product_name = models.CharField(max_length=200)
    unit_price = models.DecimalField(max_digits=10, decimal_places=2)
    # Not a PositiveIntegerField: its CHECK, quantity >= 0, would get the name of the stricter one below.
    quantity = models.IntegerField()

    class Meta:
        db_table = "order_items"
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["order", "position"], name="order_items_order_id_position_key"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="order_items_quantity_check"),
        ]
        indexes = [models.Index(fields=["product"], name="order_items_product_id_idx")]

    def __str__(self) -> str:
        return f"{self.quantity} x {self.product_name}"

    @property
    def line_total(self) -> Decimal:
        """Return the price of all pieces."""
        return self.unit_price * self.quantity
