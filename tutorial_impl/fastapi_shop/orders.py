"""Orders and their transitions."""

import uuid
from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query
from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from tutorial_impl.fastapi_shop.catalogue import get_product
from tutorial_impl.fastapi_shop.database import Order, OrderItem, SessionDep, User
from tutorial_impl.fastapi_shop.schemas import OrderCreate, OrderPublic
from tutorial_impl.fastapi_shop.security import CurrentStaff, CurrentUser

router = APIRouter(prefix="/api/orders")


def get_order(session: Session, order_id: uuid.UUID, user: User) -> Order:
    order = session.get(Order, order_id)
    if not order or (order.customer_id != user.id and not user.is_staff):
        raise HTTPException(status_code=404, detail="Order not found")
    return order


@router.get("", response_model=list[OrderPublic])
def read_orders(
    session: SessionDep, user: CurrentUser, offset: int = 0, limit: Annotated[int, Query(le=100)] = 20
) -> Sequence[Order]:
    orders = select(Order).options(selectinload(Order.items))
    if not user.is_staff:
        orders = orders.where(Order.customer_id == user.id)
    return session.scalars(orders.order_by(Order.created_at.desc()).offset(offset).limit(limit)).all()


@router.post("", response_model=OrderPublic, status_code=201)
def create_order(order: OrderCreate, session: SessionDep, user: CurrentUser) -> Order:
    items = []
    for position, line in enumerate(order.items, 1):
        # Without the user, so that staff cannot order an inactive product either.
        product = get_product(session, line.product)
        if product.stock < line.quantity:
            raise HTTPException(status_code=400, detail="Not enough stock")
        product.stock -= line.quantity
        items.append(
            OrderItem(
                position=position,
                product=product,
                product_slug=product.slug,
                product_name=product.name,
                unit_price=product.price,
                quantity=line.quantity,
            )
        )
    db_order = Order(customer_id=user.id, total=sum(item.line_total for item in items), items=items)
    session.add(db_order)
    session.commit()
    session.refresh(db_order)
    return db_order


@router.get("/{order_id}", response_model=OrderPublic)
def read_order(order_id: uuid.UUID, session: SessionDep, user: CurrentUser) -> Order:
    return get_order(session, order_id, user)


@router.post("/{order_id}/pay", response_model=OrderPublic)
def pay_order(order_id: uuid.UUID, session: SessionDep, user: CurrentUser) -> Order:
    return change_status(session, get_order(session, order_id, user), "paid", {"pending"})


@router.post("/{order_id}/cancel", response_model=OrderPublic)
def cancel_order(order_id: uuid.UUID, session: SessionDep, user: CurrentUser) -> Order:
    order = get_order(session, order_id, user)
    if order.status in {"pending", "paid"}:
        for item in order.items:
            item.product.stock += item.quantity
    return change_status(session, order, "cancelled", {"pending", "paid"})


@router.post("/{order_id}/ship", response_model=OrderPublic)
def ship_order(order_id: uuid.UUID, session: SessionDep, staff: CurrentStaff) -> Order:
    return change_status(session, get_order(session, order_id, staff), "shipped", {"paid"})


def change_status(session: Session, order: Order, new: str, allowed: set[str]) -> Order:
    if order.status not in allowed:
        raise HTTPException(status_code=409, detail=f"The order is {order.status}")
    order.status = new
    session.commit()
    session.refresh(order)
    return order
