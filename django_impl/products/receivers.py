from typing import Any

from django.db.models.signals import post_save
from django.dispatch import receiver

from django_impl.notifications.models import EventType
from django_impl.products.events import record_product_event
from django_impl.products.models import Product


# --8<-- [start:receiver]
@receiver(post_save, sender=Product)
def record_saved_product(instance: Product, *, created: bool, **_details: Any) -> None:
    """Record that a product was created or changed. `QuerySet.update()`, as for an order, sends no signal."""
    record_product_event(EventType.PRODUCT_CREATED if created else EventType.PRODUCT_UPDATED, instance)
    # --8<-- [end:receiver]
