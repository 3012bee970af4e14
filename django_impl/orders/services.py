from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from django_impl.common.database.locks import advisory_lock
from django_impl.common.database.rows import get_or_not_found
from django_impl.common.exceptions import FieldError, InvalidRequest, PermissionDenied
from django_impl.orders.events import record_order_created, record_order_status
from django_impl.orders.models import Order, OrderItem, OrderStatus
from django_impl.products.models import Product
from django_impl.products.services import lock_for_sale, return_stock, take_stock
from django_impl.users.models import User


class RequestedItem(NamedTuple):
    """One item of a requested order: the slug of a product, and the number of pieces."""

    product: str
    quantity: int


# --8<-- [start:place-order]
def place_order(*, customer: User, items: Sequence[RequestedItem], key: str | None) -> Order:
    """Subtract the items from the stock and store the order. The same key returns the same order again.

    Raises: InvalidRequest (`unknown_product`, `key_reused`), OutOfStock.
    """
    quantities = _merge_quantities(items)
    if key is not None:
        advisory_lock(f"{customer.id}:{key}")
        if earlier := Order.objects.by_idempotency_key(key, by=customer).with_items().first():
            return _replay_order(earlier, quantities)
    products = lock_for_sale(slugs=quantities)
    _reject_unknown_products(items, products)
    take_stock(products=products.values(), quantities=quantities)
    total = sum((products[slug].price * quantity for slug, quantity in quantities.items()), Decimal())
    order = Order(customer=customer, total=total, idempotency_key=key)
    order.save()
    order.prefetched_items = OrderItem.objects.bulk_create(_build_items(order, quantities, products))
    record_order_created(order)
    return order
    # --8<-- [end:place-order]


def pay_order(*, order_id: str, by: User) -> Order:
    """Let the customer pay a pending order.

    Raises: NotFound, PermissionDenied, WrongStatus.
    """
    order = _get_locked_order(order_id, by)
    if order.customer_id != by.id:
        raise PermissionDenied
    order.change_status(OrderStatus.PAID)
    record_order_status(order)
    return order


def cancel_order(*, order_id: str, by: User) -> Order:
    """Let the customer or staff cancel an order that is not shipped, and return its stock.

    Raises: NotFound, WrongStatus, StockLimitExceeded.
    """
    order = _get_locked_order(order_id, by)
    order.change_status(OrderStatus.CANCELLED)
    record_order_status(order)
    return_stock(quantities={item.product_slug: item.quantity for item in order.prefetched_items})
    return order


def ship_order(*, order_id: str, by: User) -> Order:
    """Let staff ship a paid order.

    Raises: NotFound, WrongStatus.
    """
    order = _get_locked_order(order_id, by)
    order.change_status(OrderStatus.SHIPPED)
    record_order_status(order)
    return order


def _merge_quantities(items: Iterable[RequestedItem]) -> dict[str, int]:
    """Return the quantity of each product, in the order in which the products first appear."""
    quantities: dict[str, int] = {}
    for item in items:
        quantities[item.product] = quantities.get(item.product, 0) + item.quantity
    return quantities


def _get_locked_order(order_id: str, user: User) -> Order:
    return get_or_not_found(Order.objects.by_id(order_id).visible_to(user).with_items().locked())


# --8<-- [start:replay]
def _replay_order(earlier: Order, quantities: Mapping[str, int]) -> Order:
    """Return the earlier order as it was placed. Raises InvalidRequest (`key_reused`) for another order."""
    if {item.product_slug: item.quantity for item in earlier.prefetched_items} != quantities:
        raise InvalidRequest([FieldError("header", "/Idempotency-Key", "key_reused")])
    return earlier.restore_initial_state()
    # --8<-- [end:replay]


def _reject_unknown_products(items: Iterable[RequestedItem], products: Mapping[str, Product]) -> None:
    errors = [
        FieldError("body", f"/items/{number}/product", "unknown_product")
        for number, item in enumerate(items)
        if item.product not in products
    ]
    if errors:
        raise InvalidRequest(errors)


def _build_items(order: Order, quantities: Mapping[str, int], products: Mapping[str, Product]) -> list[OrderItem]:
    return [
        OrderItem(
            order=order,
            position=position,
            product=products[slug],
            product_slug=slug,
            product_name=products[slug].name,
            unit_price=products[slug].price,
            quantity=quantity,
        )
        for position, (slug, quantity) in enumerate(quantities.items(), start=1)
    ]
