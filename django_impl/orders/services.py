from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from django_impl.common.database.locks import advisory_lock
from django_impl.common.database.rows import get_or_not_found
from django_impl.common.exceptions import FieldError, InvalidRequest, PermissionDenied
from django_impl.orders.models import Order, OrderItem, OrderStatus
from django_impl.products.models import Product
from django_impl.products.services import lock_for_sale, return_stock, take_stock
from django_impl.users.models import User


class Line(NamedTuple):
    """One line of an order: the slug of a product, and the number of pieces."""

    product: str
    quantity: int


# --8<-- [start:place-order]
def place_order(*, customer: User, lines: Sequence[Line], key: str | None) -> Order:
    """Subtract the lines from the stock and store the order. The same key returns the same order again.

    Raises: InvalidRequest (`unknown_product`, `key_reused`), OutOfStock.
    """
    quantities = _merged(lines)
    if key is not None:
        advisory_lock(f"{customer.id}:{key}")
        if earlier := Order.objects.with_idempotency_key(key, by=customer).with_lines().first():
            return _replayed(earlier, quantities)
    products = lock_for_sale(slugs=quantities)
    _refuse_unknown(lines, products)
    take_stock(products=products.values(), quantities=quantities)
    total = sum((products[slug].price * quantity for slug, quantity in quantities.items()), Decimal())
    order = Order(customer=customer, total=total, idempotency_key=key)
    order.save()
    order.lines = OrderItem.objects.bulk_create(_items(order, quantities, products))
    return order
    # --8<-- [end:place-order]


def pay_order(*, order_id: str, by: User) -> Order:
    """Let the customer pay a pending order.

    Raises: NotFound, PermissionDenied, WrongStatus.
    """
    order = _locked_order(order_id, by)
    if order.customer_id != by.id:
        raise PermissionDenied
    order.advance(OrderStatus.PAID)
    return order


def cancel_order(*, order_id: str, by: User) -> Order:
    """Let the customer or staff cancel an order that is not shipped, and return its stock.

    Raises: NotFound, WrongStatus, StockLimitExceeded.
    """
    order = _locked_order(order_id, by)
    order.advance(OrderStatus.CANCELLED)
    return_stock(quantities={line.product_slug: line.quantity for line in order.lines})
    return order


def ship_order(*, order_id: str, by: User) -> Order:
    """Let staff ship a paid order.

    Raises: NotFound, WrongStatus.
    """
    order = _locked_order(order_id, by)
    order.advance(OrderStatus.SHIPPED)
    return order


def _merged(lines: Iterable[Line]) -> dict[str, int]:
    """Return the quantity of each product, in the order in which the products first appear."""
    quantities: dict[str, int] = {}
    for line in lines:
        quantities[line.product] = quantities.get(line.product, 0) + line.quantity
    return quantities


def _locked_order(order_id: str, user: User) -> Order:
    return get_or_not_found(Order.objects.with_id(order_id).visible_to(user).with_lines().locked())


# --8<-- [start:replay]
def _replayed(earlier: Order, quantities: Mapping[str, int]) -> Order:
    """Return the earlier order as it was placed. Raises InvalidRequest (`key_reused`) for another order."""
    if {line.product_slug: line.quantity for line in earlier.lines} != quantities:
        raise InvalidRequest([FieldError("header", "/Idempotency-Key", "key_reused")])
    return earlier.initial_state()
    # --8<-- [end:replay]


def _refuse_unknown(lines: Iterable[Line], products: Mapping[str, Product]) -> None:
    errors = [
        FieldError("body", f"/items/{number}/product", "unknown_product")
        for number, line in enumerate(lines)
        if line.product not in products
    ]
    if errors:
        raise InvalidRequest(errors)


def _items(order: Order, quantities: Mapping[str, int], products: Mapping[str, Product]) -> list[OrderItem]:
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
