from django_impl.common.validation.fields import ID, Choice, Integer, Money, Slug, Text, Time
from django_impl.common.validation.filters import ListQuery
from django_impl.common.validation.read_only_serializers import ReadOnlySerializer
from django_impl.common.validation.serializers import InputSerializer, ListField
from django_impl.orders.models import OrderStatus


class NewOrderItem(InputSerializer):
    product = Slug(220)
    quantity = Integer(1, 10_000)


class NewOrder(InputSerializer):
    items = ListField(1, 100, child=NewOrderItem())


class OrderItemOut(ReadOnlySerializer):
    """Name and price as they were when the order was placed."""

    product = Slug(220, source="product_slug")
    product_name = Text(1, 200)
    unit_price = Money()
    quantity = Integer(1, 1_000_000)
    line_total = Money(digits=14)


class OrderOut(ReadOnlySerializer):
    id = ID()
    status = Choice(*OrderStatus.values)
    total = Money(digits=14)
    items = ListField(1, 100, child=OrderItemOut(), source="lines")
    created_at = Time()
    updated_at = Time()


class OrderParameters(ListQuery):
    """Orders are listed newest first."""
