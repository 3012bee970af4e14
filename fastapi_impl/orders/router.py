from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Response

from fastapi_impl.common.database.dependencies import ReaderDep, WriteSessionDep
from fastapi_impl.common.database.reader import Reader
from fastapi_impl.common.http.responses import error_responses
from fastapi_impl.common.http.routes import ContractRoute
from fastapi_impl.common.validation.lookups import id_or_not_found
from fastapi_impl.common.validation.pagination import PageRows, fetch_page
from fastapi_impl.orders import queries, services
from fastapi_impl.orders.models import Order
from fastapi_impl.orders.queries import ItemRow, OrderRow
from fastapi_impl.orders.schemas import IdempotencyKey, NewOrder, OrderIDPath, OrderOut, OrderPage, OrderParameters
from fastapi_impl.orders.services import RequestedItem
from fastapi_impl.users.dependencies import CurrentUser, StaffUser

router = APIRouter(
    prefix="/api/orders", tags=["orders"], route_class=ContractRoute, responses=error_responses(401, 429, 503)
)


@router.get("", response_model=OrderPage, summary="List orders, newest first")
async def list_orders(
    query: Annotated[OrderParameters, Query()], user: CurrentUser, reader: ReaderDep
) -> PageRows[dict[str, Any]]:
    """Customers see their own orders, staff see all orders."""
    rows, parameters = queries.visible_to(queries.ORDERS, user), {"customer_id": user.id}
    page = await fetch_page(
        reader, OrderRow, rows, parameters, ordering="-created_at", after=query.cursor, limit=query.limit
    )
    return PageRows(await with_items(reader, page.items), page.next)


@router.get("/{id}", response_model=OrderOut, summary="Show an order", responses=error_responses(404))
async def get_order(order_id: OrderIDPath, user: CurrentUser, reader: ReaderDep) -> dict[str, Any]:
    """Customers see their own orders, staff see all orders. An order of another customer is 404."""
    parameters = {"order_id": id_or_not_found(order_id), "customer_id": user.id}
    order = await reader.fetch_one_or_not_found(OrderRow, queries.visible_to(queries.ORDER, user), parameters)
    return (await with_items(reader, [order]))[0]


@router.post(
    "",
    status_code=201,
    response_model=OrderOut,
    summary="Place an order",
    responses=error_responses(conflicts=("out_of_stock",)),
)
async def place_order(
    body: NewOrder,
    user: CurrentUser,
    response: Response,
    session: WriteSessionDep,
    key: IdempotencyKey = None,
) -> Order:
    """Reduces the stock and copies names and prices in one transaction.

    Lines of the same product are merged, in the order of their first line. With an `Idempotency-Key` the request can
    be repeated safely: the same key and body return the same response, and the same key with another body is
    rejected. Keys belong to the user. A rejected order changes nothing, so its key can be used again.
    """
    items = [RequestedItem(item.product, item.quantity) for item in body.items]
    order = await services.place_order(session, customer=user, items=items, key=key)
    response.headers["Location"] = router.url_path_for("get_order", id=order.id)
    return order


@router.post(
    "/{id}/pay",
    response_model=OrderOut,
    summary="Pay an order",
    responses=error_responses(403, 404, conflicts=("wrong_status",)),
)
async def pay_order(order_id: OrderIDPath, user: CurrentUser, session: WriteSessionDep) -> Order:
    """For the owner; staff who do not own the order get 403. A pending order becomes paid."""
    return await services.pay_order(session, order_id=order_id, by=user)


@router.post(
    "/{id}/cancel",
    response_model=OrderOut,
    summary="Cancel an order",
    responses=error_responses(404, conflicts=("wrong_status", "stock_limit_exceeded")),
)
async def cancel_order(order_id: OrderIDPath, user: CurrentUser, session: WriteSessionDep) -> Order:
    """For the owner and for staff. A pending or paid order becomes cancelled, and its pieces are added to the stock."""
    return await services.cancel_order(session, order_id=order_id, by=user)


@router.post(
    "/{id}/ship",
    response_model=OrderOut,
    summary="Ship an order",
    responses=error_responses(403, 404, conflicts=("wrong_status",)),
)
async def ship_order(order_id: OrderIDPath, user: StaffUser, session: WriteSessionDep) -> Order:
    """For staff. A paid order becomes shipped."""
    return await services.ship_order(session, order_id=order_id, by=user)


async def with_items(reader: Reader, orders: Sequence[OrderRow]) -> list[dict[str, Any]]:
    """Return the orders with their items, which one statement fetches for all orders."""
    items: dict[UUID, list[ItemRow]] = {order.id: [] for order in orders}
    for item in await reader.fetch_all(ItemRow, queries.ITEMS, {"orders": list(items)}) if orders else ():
        items[item.order_id].append(item)
    return [{**order._asdict(), "items": items[order.id]} for order in orders]
