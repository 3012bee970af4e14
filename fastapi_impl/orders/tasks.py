from uuid import UUID

from celery import shared_task
from sqlalchemy.ext.asyncio import AsyncSession

from fastapi_impl.common.mail import send_mail
from fastapi_impl.notifications.effects import perform
from fastapi_impl.notifications.models import Event
from fastapi_impl.orders import queries


# --8<-- [start:task]
@shared_task(name="mail_order_confirmation")
def mail_order_confirmation(event_id: str, attempt: int) -> None:
    """Mail the customer what was ordered."""
    perform(_mail_order_confirmation, event_id, attempt)


async def _mail_order_confirmation(session: AsyncSession, event: Event) -> None:
    order = (await session.scalars(queries.WITH_CUSTOMER, {"order_id": UUID(event.data["id"])})).one()
    await send_mail(
        message_id=event.id,
        date=event.created_at,
        to=order.customer.email,
        subject=f"Your order {order.id}",
        template="order_confirmation.txt",
        context={"order": order, "items": order.items},
    )
    # --8<-- [end:task]
