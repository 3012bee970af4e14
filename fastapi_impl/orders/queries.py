import re
from typing import Any
from uuid import UUID

from sqlalchemy import Uuid, any_, bindparam, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import selectinload

from fastapi_impl.common.database.statements import Statement, cached_statement
from fastapi_impl.common.exceptions import NotFound
from fastapi_impl.common.validation.fields import ID
from fastapi_impl.orders.models import Order, OrderItem
from fastapi_impl.users.queries import AuthenticatedUser


@cached_statement
def orders() -> Statement:
    """What an answer shows of orders but for their lines."""
    return select(Order.id, Order.status, Order.total, Order.created_at, Order.updated_at)


@cached_statement
def lines() -> Statement:
    """What an answer shows of the lines of the orders whose ids are the value `orders`."""
    shown = (OrderItem.product_slug, OrderItem.product_name, OrderItem.unit_price, OrderItem.quantity)
    rows = select(OrderItem.order_id, *shown, OrderItem.line_total.label("line_total"))
    return rows.where(OrderItem.order_id == any_(bindparam("orders", type_=ARRAY(Uuid)))).order_by(OrderItem.position)


@cached_statement
def orders_with_lines() -> Statement:
    """Orders as objects, with their lines, which come in one statement for all."""
    return select(Order).options(selectinload(Order.items))


def visible_to(rows: Statement, user: AuthenticatedUser) -> Statement:
    """One's own orders, by the value `customer_id`; staff see all."""
    return rows if user.is_staff else of_customer(rows)


@cached_statement
def of_customer(rows: Statement) -> Statement:
    """Those of the customer `customer_id`."""
    return rows.where(Order.customer_id == bindparam("customer_id"))


def with_id(rows: Statement, order_id: str, *, by: AuthenticatedUser) -> tuple[Statement, dict[str, Any]]:
    """The one of this id, and the values to ask with; raises NotFound for what is not a UUID in canonical form."""
    if not re.fullmatch(ID, order_id):
        raise NotFound
    return where_id(rows), {"customer_id": by.id, "order_id": UUID(order_id)}


@cached_statement
def where_id(rows: Statement) -> Statement:
    """The one of the value `order_id`."""
    return rows.where(Order.id == bindparam("order_id"))


@cached_statement
def with_idempotency_key() -> Statement:
    """The order that the customer `customer_id` placed with the idempotency key `key`."""
    return of_customer(orders_with_lines()).where(Order.idempotency_key == bindparam("key"))


@cached_statement
def locked(rows: Statement) -> Statement:
    """Keep others from changing the rows until the transaction ends."""
    return rows.with_for_update(key_share=True)
