from celery import shared_task
from sqlalchemy.ext.asyncio import AsyncSession

from fastapi_impl.common.mail import send_mail
from fastapi_impl.config.settings import get_settings
from fastapi_impl.notifications.effects import perform
from fastapi_impl.notifications.models import Event


@shared_task(name="mail_new_product")
def mail_new_product(event_id: str, attempt: int) -> None:
    """Mail the staff that a product was created."""
    perform(_mail_new_product, event_id, attempt)


async def _mail_new_product(_session: AsyncSession, event: Event) -> None:
    await send_mail(
        message_id=event.id,
        date=event.created_at,
        to=get_settings().staff_email,
        subject=f"New product: {event.data['name']}",
        template="new_product.txt",
        context=event.data,
    )
