from django_impl.common.validation.fields import ID, Choice, Integer, Money, Slug, Text, Time
from django_impl.common.validation.filters import ListParameters
from django_impl.common.validation.read_only_serializers import Output
from django_impl.common.validation.serializers import Body, Items
from django_impl.orders.models import OrderStatus


class NewOrderItem(Body):
    product = Slug(220)
    quantity = Integer(1, 10_000)


class NewOrder(Body):
    items = Items(1, 100, child=NewOrderItem())


class OrderItemOut(Output):
    """Name and price as they were when the order was placed."""

    product = Slug(220, source="product_slug")
    product_name = Text(1, 200)
    unit_price = Money()
    quantity = Integer(1, 1_000_000)
    line_total = Money(digits=14)


class OrderOut(Output):
    id = ID()
    status = Choice(*OrderStatus.values)
    total = Money(digits=14)
    items = Items(1, 100, child=OrderItemOut(), source="lines")
    created_at = Time()
    updated_at = Time()


class OrderParameters(ListParameters):
    """Orders are listed newest first."""
