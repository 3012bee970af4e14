import re
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import selectinload

from fastapi_impl.common.errors import NotFound
from fastapi_impl.common.fields import ID
from fastapi_impl.orders.models import Order
from fastapi_impl.users.models import User


def orders() -> Select[Order]:
    """Orders with their lines, which come in one statement for all."""
    return select(Order).options(selectinload(Order.items))


def visible_to(user: User) -> Select[Order]:
    """One's own orders; staff see all."""
    return orders() if user.is_staff else orders().where(Order.customer_id == user.id)


def numbered(rows: Select[Order], order_id: str) -> Select[Order]:
    """The one of this id; raises NotFound for what is not a UUID in canonical form."""
    if not re.fullmatch(ID, order_id):
        raise NotFound
    return rows.where(Order.id == UUID(order_id))


def placed_with(key: str, *, by: User) -> Select[Order]:
    """The order that a customer placed with an idempotency key."""
    return orders().where(Order.customer_id == by.id, Order.idempotency_key == key)


def kept(rows: Select[Order]) -> Select[Order]:
    """Keep others from changing the rows until the transaction ends."""
    return rows.with_for_update(key_share=True)
