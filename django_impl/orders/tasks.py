from celery import shared_task

from django_impl.common.mail import send_mail
from django_impl.notifications.effects import perform
from django_impl.notifications.models import Event
from django_impl.orders.models import Order


# --8<-- [start:task]
@shared_task(name="mail_order_confirmation")
def mail_order_confirmation(event_id: str, attempt: int) -> None:
    """Mail the customer what was ordered."""
    perform(_mail_order_confirmation, event_id, attempt)


def _mail_order_confirmation(event: Event) -> None:
    order = Order.objects.select_related("customer").with_items().get(id=event.data["id"])
    send_mail(
        message_id=event.id,
        date=event.created_at,
        to=order.customer.email,
        subject=f"Your order {order.id}",
        template="orders/confirmation.txt",
        context={"order": order, "items": order.prefetched_items},
    )
    # --8<-- [end:task]
