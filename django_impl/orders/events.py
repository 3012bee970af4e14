from django_impl.notifications.models import EventType
from django_impl.notifications.services import record_event
from django_impl.orders.models import Order


def record_order_created(order: Order) -> None:
    """Record that an order was placed."""
    data = {"id": str(order.id), "status": order.status, "total": f"{order.total:.2f}"}
    record_event(event_type=EventType.ORDER_CREATED, data=data, is_public=False, customer_id=order.customer_id)


def record_order_status(order: Order) -> None:
    """Record that the status of an order has changed."""
    data = {"id": str(order.id), "status": order.status}
    record_event(event_type=EventType.ORDER_STATUS, data=data, is_public=False, customer_id=order.customer_id)
