from celery import shared_task
from django.conf import settings

from django_impl.common.mail import send_mail
from django_impl.notifications.effects import perform
from django_impl.notifications.models import Event


@shared_task(name="mail_new_product")
def mail_new_product(event_id: str, attempt: int) -> None:
    """Mail the staff that a product was created."""
    perform(_mail_new_product, event_id, attempt)


def _mail_new_product(event: Event) -> None:
    send_mail(
        message_id=event.id,
        date=event.created_at,
        to=settings.STAFF_EMAIL,
        subject=f"New product: {event.data['name']}",
        template="products/new_product.txt",
        context=event.data,
    )
