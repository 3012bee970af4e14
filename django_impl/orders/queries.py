from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Prefetch

from django_impl.common.validation.values import UUID

if TYPE_CHECKING:
    from django_impl.orders.models import Order  # noqa: F401 - named in a string below
    from django_impl.users.models import User


class OrderQuerySet(models.QuerySet["Order"]):
    """Queries for orders."""

    def by_id(self, order_id: str) -> Self:
        """Return the order with this id; none if the text is not a UUID in canonical form."""
        return self.filter(id=order_id) if UUID.fullmatch(order_id) else self.none()

    def visible_to(self, user: "User") -> Self:
        """Return the orders of the user; all orders for staff."""
        return self if user.is_staff else self.filter(customer=user)

    def with_items(self) -> Self:
        """Fetch the items of all orders with one more statement, as the list `prefetched_items` of each order."""
        return self.prefetch_related(Prefetch("items", to_attr="prefetched_items"))

    def by_idempotency_key(self, key: str, *, by: "User") -> Self:
        """Return the order that the customer placed with this idempotency key, if there is one."""
        return self.filter(customer=by, idempotency_key=key)

    def locked(self) -> Self:
        """Lock the rows against changes until the transaction ends (FOR NO KEY UPDATE)."""
        return self.select_for_update(no_key=True)
