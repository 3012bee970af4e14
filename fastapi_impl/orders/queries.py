"""Statements for orders. Values are passed as bind parameters, for example `order_id`."""

from datetime import datetime
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Uuid, any_, bindparam, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import joinedload, selectinload

from fastapi_impl.common.database.statements import Statement, cached_statement
from fastapi_impl.orders.models import Order, OrderItem, OrderStatus
from fastapi_impl.users.queries import AuthenticatedUser


class OrderRow(NamedTuple):
    """The columns of `ORDERS`: the order in a response, without its items."""

    id: UUID
    status: OrderStatus
    total: Decimal
    created_at: datetime
    updated_at: datetime


class ItemRow(NamedTuple):
    """The columns of `ITEMS`: the item in a response, and the id of its order."""

    order_id: UUID
    product_slug: str
    product_name: str
    unit_price: Decimal
    quantity: int
    line_total: Decimal


ORDERS = select(Order.id, Order.status, Order.total, Order.created_at, Order.updated_at)
ORDER = ORDERS.where(Order.id == bindparam("order_id"))
# The items of several orders, whose ids are the parameter `orders`.
ITEMS = (
    select(
        OrderItem.order_id,
        OrderItem.product_slug,
        OrderItem.product_name,
        OrderItem.unit_price,
        OrderItem.quantity,
        OrderItem.line_total.label("line_total"),
    )
    .where(OrderItem.order_id == any_(bindparam("orders", type_=ARRAY(Uuid))))
    .order_by(OrderItem.position)
)

WITH_ITEMS = select(Order).options(selectinload(Order.items))
BY_IDEMPOTENCY_KEY = WITH_ITEMS.where(
    Order.customer_id == bindparam("customer_id"), Order.idempotency_key == bindparam("idempotency_key")
)
WITH_CUSTOMER = WITH_ITEMS.where(Order.id == bindparam("order_id")).options(joinedload(Order.customer))
# Until the transaction ends, other transactions cannot change the row.
LOCKED = WITH_ITEMS.where(Order.id == bindparam("order_id")).with_for_update(key_share=True)


def visible_to[S: Statement](orders: S, user: AuthenticatedUser) -> S:
    """Return the statement for the orders that the user may see: staff all, customers those of `customer_id`."""
    return orders if user.is_staff else of_customer(orders)


@cached_statement
def of_customer[S: Statement](orders: S) -> S:
    """Return the statement for the orders of the customer `customer_id`."""
    return orders.where(Order.customer_id == bindparam("customer_id"))
