from sqlalchemy.ext.asyncio import AsyncSession

from fastapi_impl.notifications.models import EventType
from fastapi_impl.notifications.services import record_event
from fastapi_impl.orders.models import Order


async def record_order_created(session: AsyncSession, order: Order) -> None:
    """Record that an order was placed."""
    data = {"id": str(order.id), "status": order.status, "total": f"{order.total:.2f}"}
    await record_event(
        session, event_type=EventType.ORDER_CREATED, data=data, is_public=False, customer_id=order.customer_id
    )


async def record_order_status(session: AsyncSession, order: Order) -> None:
    """Record that the status of an order has changed."""
    data = {"id": str(order.id), "status": order.status}
    await record_event(
        session, event_type=EventType.ORDER_STATUS, data=data, is_public=False, customer_id=order.customer_id
    )
