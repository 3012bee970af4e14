from django_impl.common.validation.fields import (
    CharField,
    ChoiceField,
    DecimalField,
    IntegerField,
    ListField,
    SlugField,
)
from django_impl.common.validation.filters import ListQuery
from django_impl.common.validation.output_fields import DateTimeField, UUIDField
from django_impl.common.validation.serializers import InputSerializer, PartialInput, ReadOnlySerializer
from django_impl.common.validation.validators import PatternValidator
from django_impl.orders.models import OrderStatus

IDEMPOTENCY_KEY = CharField(
    min_length=1,
    max_length=255,
    trim_whitespace=False,
    validators=[PatternValidator("[!-~]+", "invalid_characters")],
)


class NewOrderItem(InputSerializer):
    product = SlugField(max_length=220)
    quantity = IntegerField(min_value=1, max_value=10_000)


class NewOrder(InputSerializer):
    items = ListField(min_length=1, max_length=100, child=NewOrderItem())


class OrderChanges(PartialInput):
    """What staff change in the admin."""

    status = ChoiceField([*OrderStatus.values])


class OrderItemOut(ReadOnlySerializer):
    """The name and price are those at the time of the order."""

    product = SlugField(max_length=220, source="product_slug")
    product_name = CharField(min_length=1, max_length=200)
    unit_price = DecimalField()
    quantity = IntegerField(min_value=1, max_value=1_000_000)
    line_total = DecimalField(max_digits=16)


class OrderOut(ReadOnlySerializer):
    id = UUIDField()
    status = ChoiceField([*OrderStatus.values])
    total = DecimalField(max_digits=16)
    items = ListField(min_length=1, max_length=100, child=OrderItemOut(), source="prefetched_items")
    created_at = DateTimeField()
    updated_at = DateTimeField()


class OrderParameters(ListQuery):
    """The parameters of the list of orders, newest first."""
