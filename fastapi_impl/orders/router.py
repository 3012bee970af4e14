from typing import Annotated

from fastapi import APIRouter, Header, Path, Query, Response

from fastapi_impl.common.dependencies import ReadSession, WriteSession
from fastapi_impl.common.pagination import Slice, read_page
from fastapi_impl.common.routes import ContractRoute
from fastapi_impl.common.rows import found
from fastapi_impl.orders import queries, services
from fastapi_impl.orders.models import Order
from fastapi_impl.orders.schemas import IdempotencyKey, NewOrder, OrderOut, OrderPage, OrderParameters
from fastapi_impl.orders.services import Line
from fastapi_impl.users.dependencies import CurrentUser, Staff

router = APIRouter(prefix="/api/orders", tags=["orders"], route_class=ContractRoute)

OrderID = Annotated[str, Path(alias="id")]


@router.get("", response_model=OrderPage)
async def list_orders(
    query: Annotated[OrderParameters, Query()], user: CurrentUser, session: ReadSession
) -> Slice[Order]:
    """List orders, newest first"""
    rows = queries.visible_to(user)
    return await read_page(session, rows, ordering="-created_at", after=query.cursor, limit=query.limit)


@router.get("/{id}", response_model=OrderOut)
async def get_order(order_id: OrderID, user: CurrentUser, session: ReadSession) -> Order:
    """Show an order"""
    return await found(session, queries.numbered(queries.visible_to(user), order_id))


@router.post("", status_code=201, response_model=OrderOut)
async def place_order(
    body: NewOrder,
    user: CurrentUser,
    response: Response,
    session: WriteSession,
    key: Annotated[IdempotencyKey | None, Header(alias="Idempotency-Key")] = None,
) -> Order:
    """Place an order"""
    lines = [Line(item.product, item.quantity) for item in body.items]
    order = await services.place_order(session, customer=user, lines=lines, key=key)
    response.headers["Location"] = router.url_path_for("get_order", id=order.id)
    return order


@router.post("/{id}/pay", response_model=OrderOut)
async def pay_order(order_id: OrderID, user: CurrentUser, session: WriteSession) -> Order:
    """Pay an order"""
    return await services.pay_order(session, order_id=order_id, by=user)


@router.post("/{id}/cancel", response_model=OrderOut)
async def cancel_order(order_id: OrderID, user: CurrentUser, session: WriteSession) -> Order:
    """Cancel an order"""
    return await services.cancel_order(session, order_id=order_id, by=user)


@router.post("/{id}/ship", response_model=OrderOut)
async def ship_order(order_id: OrderID, user: Staff, session: WriteSession) -> Order:
    """Ship an order"""
    return await services.ship_order(session, order_id=order_id, by=user)
