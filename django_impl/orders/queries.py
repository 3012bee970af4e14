from typing import TYPE_CHECKING, Self

from django.apps import apps
from django.db import models
from django.db.models import Prefetch

from django_impl.common.validation.values import UUID

if TYPE_CHECKING:
    from django_impl.orders.models import Order  # noqa: F401 - named in a string below
    from django_impl.users.models import User


class OrderQuerySet(models.QuerySet["Order"]):
    """Finds orders."""

    def with_id(self, order_id: str) -> Self:
        """The one of this id; what is not a UUID in canonical form finds nothing."""
        return self.filter(id=order_id) if UUID.fullmatch(order_id) else self.none()

    def visible_to(self, user: "User") -> Self:
        """One's own orders; staff see all."""
        return self if user.is_staff else self.filter(customer=user)

    def with_lines(self) -> Self:
        """Add the lines of each order, in one statement for all."""
        items = apps.get_model("orders.OrderItem").objects.order_by("position")
        return self.prefetch_related(Prefetch("items", items, to_attr="lines"))

    def with_idempotency_key(self, key: str, *, by: "User") -> Self:
        """The order that a customer placed with an idempotency key."""
        return self.filter(customer=by, idempotency_key=key)

    def locked(self) -> Self:
        """Keep others from changing the rows until the transaction ends."""
        return self.select_for_update(no_key=True)
