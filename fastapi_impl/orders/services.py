from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from fastapi_impl.common.database.locks import advisory_lock
from fastapi_impl.common.database.rows import get_or_not_found
from fastapi_impl.common.exceptions import FieldError, InvalidRequest, PermissionDenied
from fastapi_impl.common.validation.lookups import id_or_not_found
from fastapi_impl.orders import queries
from fastapi_impl.orders.events import record_order_created, record_order_status
from fastapi_impl.orders.models import Order, OrderItem, OrderStatus
from fastapi_impl.products.queries import StockRow
from fastapi_impl.products.services import lock_for_sale, return_stock, take_stock
from fastapi_impl.users.queries import AuthenticatedUser


class RequestedItem(NamedTuple):
    """One item of a requested order: the slug of a product, and the number of pieces."""

    product: str
    quantity: int


# --8<-- [start:place-order]
async def place_order(
    session: AsyncSession, *, customer: AuthenticatedUser, items: Sequence[RequestedItem], key: str | None
) -> Order:
    """Subtract the items from the stock and store the order. The same key returns the same order again.

    Raises: InvalidRequest (`unknown_product`, `key_reused`), OutOfStock.
    """
    quantities = _merge_quantities(items)
    if key is not None:
        await advisory_lock(session, f"{customer.id}:{key}")
        placed_before = {"customer_id": customer.id, "idempotency_key": key}
        if earlier := await session.scalar(queries.BY_IDEMPOTENCY_KEY, placed_before):
            return _replay_order(session, earlier, quantities)
    products = await lock_for_sale(session, slugs=quantities)
    _reject_unknown_products(items, products)
    await take_stock(session, products=products.values(), quantities=quantities)
    total = sum((products[slug].price * quantity for slug, quantity in quantities.items()), Decimal())
    order = Order(customer_id=customer.id, total=total, idempotency_key=key)
    order.items = _build_items(quantities, products)
    session.add(order)
    await session.flush()
    await record_order_created(session, order)
    return order
    # --8<-- [end:place-order]


async def pay_order(session: AsyncSession, *, order_id: str, by: AuthenticatedUser) -> Order:
    """Let the customer pay a pending order.

    Raises: NotFound, PermissionDenied, WrongStatus.
    """
    order = await _get_locked_order(session, order_id, by)
    if order.customer_id != by.id:
        raise PermissionDenied
    order.change_status(OrderStatus.PAID)
    await session.flush()
    await record_order_status(session, order)
    return order


async def cancel_order(session: AsyncSession, *, order_id: str, by: AuthenticatedUser) -> Order:
    """Let the customer or staff cancel an order that is not shipped, and return its stock.

    Raises: NotFound, WrongStatus, StockLimitExceeded.
    """
    order = await _get_locked_order(session, order_id, by)
    order.change_status(OrderStatus.CANCELLED)
    await session.flush()
    await record_order_status(session, order)
    await return_stock(session, quantities={item.product_slug: item.quantity for item in order.items})
    return order


async def ship_order(session: AsyncSession, *, order_id: str, by: AuthenticatedUser) -> Order:
    """Let staff ship a paid order.

    Raises: NotFound, WrongStatus.
    """
    order = await _get_locked_order(session, order_id, by)
    order.change_status(OrderStatus.SHIPPED)
    await session.flush()
    await record_order_status(session, order)
    return order


def _merge_quantities(items: Iterable[RequestedItem]) -> dict[str, int]:
    """Return the quantity of each product, in the order in which the products first appear."""
    quantities: dict[str, int] = {}
    for item in items:
        quantities[item.product] = quantities.get(item.product, 0) + item.quantity
    return quantities


async def _get_locked_order(session: AsyncSession, order_id: str, user: AuthenticatedUser) -> Order:
    parameters = {"order_id": id_or_not_found(order_id), "customer_id": user.id}
    return await get_or_not_found(session, queries.visible_to(queries.LOCKED, user), parameters)


# --8<-- [start:replay]
def _replay_order(session: AsyncSession, earlier: Order, quantities: Mapping[str, int]) -> Order:
    """Return the earlier order as it was placed. Raises InvalidRequest (`key_reused`) for another order."""
    if {item.product_slug: item.quantity for item in earlier.items} != quantities:
        raise InvalidRequest([FieldError("header", "/Idempotency-Key", "key_reused")])
    session.expunge(earlier)  # so that the session does not save what is changed here
    earlier.status, earlier.updated_at = OrderStatus.PENDING, earlier.created_at
    return earlier
    # --8<-- [end:replay]


def _reject_unknown_products(items: Iterable[RequestedItem], products: Mapping[str, StockRow]) -> None:
    errors = [
        FieldError("body", f"/items/{number}/product", "unknown_product")
        for number, item in enumerate(items)
        if item.product not in products
    ]
    if errors:
        raise InvalidRequest(errors)


def _build_items(quantities: Mapping[str, int], products: Mapping[str, StockRow]) -> list[OrderItem]:
    return [
        OrderItem(
            position=position,
            product_id=products[slug].id,
            product_slug=slug,
            product_name=products[slug].name,
            unit_price=products[slug].price,
            quantity=quantity,
        )
        for position, (slug, quantity) in enumerate(quantities.items(), start=1)
    ]
