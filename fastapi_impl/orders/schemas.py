from typing import Annotated, TypedDict

from fastapi import Header, Path
from pydantic import Field, with_config

from fastapi_impl.common.validation.cursors import Position
from fastapi_impl.common.validation.fields import (
    ID,
    UNTRIMMED,
    VISIBLE_ASCII,
    AmountOut,
    DateTimeOut,
    FloatAsInt,
    IDOut,
    NullNotInSchema,
    PriceOut,
    int32,
    json_schema,
)
from fastapi_impl.common.validation.pagination import DEFAULT_LIMIT, Cursor, Limit, Page
from fastapi_impl.common.validation.schemas import STRICT, Input, Output
from fastapi_impl.orders.models import OrderStatus
from fastapi_impl.products.schemas import ProductNameOut, ProductSlug, ProductSlugOut

IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        description="At most 255 visible ASCII characters.",
        min_length=1,
        max_length=255,
        pattern=VISIBLE_ASCII,
    ),
    UNTRIMMED,
    NullNotInSchema(),
]
OrderIDPath = Annotated[
    str,
    Path(alias="id", description="Id of the order, lower case with hyphens."),
    json_schema(format="uuid", minLength=36, maxLength=36, pattern=ID),
]


class NewOrderItem(Input):
    product: ProductSlug
    quantity: Annotated[int, int32(1, 10_000), FloatAsInt]


class NewOrder(Input):
    items: Annotated[list[NewOrderItem], Field(min_length=1, max_length=100)]


# A TypedDict has no defaults. The field of a model would need a default, although it has none.
@with_config(STRICT)
class OrderChanges(TypedDict, total=False):
    """What staff change in the admin."""

    status: Annotated[OrderStatus, Field(strict=False)]


class OrderItemOut(Output):
    """The name and price are those at the time of the order."""

    product: Annotated[ProductSlugOut, Field(validation_alias="product_slug")]
    product_name: ProductNameOut
    unit_price: PriceOut
    quantity: Annotated[int, int32(1, 1_000_000)]
    line_total: AmountOut


class OrderOut(Output):
    id: IDOut
    status: OrderStatus
    total: AmountOut
    items: Annotated[list[OrderItemOut], Field(min_length=1, max_length=100)]
    created_at: DateTimeOut
    updated_at: DateTimeOut


class OrderPage(Page[OrderOut]):
    pass


class OrderParameters(Input):
    limit: Limit = DEFAULT_LIMIT
    cursor: Annotated[Position | None, Cursor("-created_at")] = None
