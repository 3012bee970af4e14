from typing import Annotated, Any, Literal, TypedDict

from fastapi import Path, UploadFile
from pydantic import AfterValidator, BeforeValidator, Field, with_config
from pydantic_core import PydanticCustomError
from starlette.datastructures import UploadFile as StarletteUploadFile

from fastapi_impl.categories.schemas import CategoryNameOut, CategorySlug, CategorySlugOut
from fastapi_impl.common.slugs import SLUG
from fastapi_impl.common.validation.cursors import Position
from fastapi_impl.common.validation.fields import (
    MULTI_LINE,
    SINGLE_LINE,
    CountOut,
    DateTimeOut,
    FloatAsInt,
    IDOut,
    Money,
    NullNotInSchema,
    Price,
    PriceOut,
    QueryBoolean,
    int32,
    json_schema,
)
from fastapi_impl.common.validation.pagination import DEFAULT_LIMIT, Cursor, Limit, Page
from fastapi_impl.common.validation.schemas import STRICT, Input, Output
from fastapi_impl.contract import IMAGES, MAX_INT32, MIN_INT32
from fastapi_impl.products.queries import FEATURED_LIMIT

type ProductOrdering = Literal["-created_at", "created_at", "price", "-price", "name", "-name"]

ProductName = Annotated[str, Field(min_length=1, max_length=200), SINGLE_LINE]
ProductDescription = Annotated[str, Field(min_length=10, max_length=5000), MULTI_LINE]
ProductSlug = Annotated[str, Field(min_length=1, max_length=220, json_schema_extra={"pattern": SLUG}), SINGLE_LINE]
Stock = Annotated[int, int32(0, MAX_INT32), FloatAsInt]

SearchText = Annotated[
    str,
    Field(
        min_length=1,
        max_length=100,
        description="Each word must be the beginning of a word in the name or the description, in any case.",
    ),
    SINGLE_LINE,
]
CategoryText = Annotated[str, Field(min_length=1, max_length=120, description="Slug of the category."), SINGLE_LINE]

ProductSlugPath = Annotated[
    str, Path(description="Slug of the product."), json_schema(minLength=1, maxLength=220, pattern=SLUG)
]

ProductNameOut = Annotated[str, json_schema(minLength=1, maxLength=200, pattern=SINGLE_LINE.pattern)]
ProductDescriptionOut = Annotated[str, json_schema(minLength=10, maxLength=5000, pattern=MULTI_LINE.pattern)]
ProductSlugOut = Annotated[str, json_schema(minLength=1, maxLength=220, pattern=SLUG)]


def image_path(name: str) -> str:
    """Return the path of the image with this name. It needs no escaping."""
    return f"/media/{name}"


ImageOut = Annotated[str, AfterValidator(image_path), json_schema(minLength=1, maxLength=300, pattern="^/media/")]


def reject_zero(number: int) -> int:
    """Return the number, which may not be 0."""
    if number == 0:
        raise PydanticCustomError("zero_not_allowed", "zero")
    return number


class NewProduct(Input):
    name: ProductName
    description: ProductDescription
    price: Annotated[Price, Field(description="At least 0.01.")]
    stock: Stock = 0
    category: CategorySlug
    is_active: bool = True


# A TypedDict has no defaults. The fields of a model would need defaults, although none of these fields has one.
@with_config(STRICT)
class ProductChanges(TypedDict, total=False):
    """Fields that are not sent do not change."""

    name: ProductName
    description: ProductDescription
    price: Annotated[Price, Field(description="At least 0.01.")]
    stock: Stock
    category: CategorySlug
    is_active: bool


class StockAdjustment(Input):
    quantity: Annotated[
        int,
        int32(MIN_INT32, MAX_INT32),
        FloatAsInt,
        AfterValidator(reject_zero),
        Field(description="Pieces to add, or to remove where negative.", json_schema_extra={"not": {"const": 0}}),
    ]


# --8<-- [start:image]
def require_file(value: Any) -> Any:
    """Return the file; reject a field without a file name."""
    if not isinstance(value, StarletteUploadFile):
        raise PydanticCustomError("not_a_file", "not a file")
    return value


class NewProductImage(Input):
    image: Annotated[
        UploadFile,
        BeforeValidator(require_file),
        json_schema(format="binary", maxLength=IMAGES["max_bytes"]),
        Field(description="The file."),
    ]
    # --8<-- [end:image]


class ProductOut(Output):
    id: IDOut
    name: ProductNameOut
    slug: ProductSlugOut
    description: ProductDescriptionOut
    price: PriceOut
    stock: CountOut
    category: Annotated[CategorySlugOut, Field(validation_alias="category_slug")]
    category_name: CategoryNameOut
    image: Annotated[ImageOut | None, Field(description="Path of the image, or null where there is none.")]
    is_active: bool
    is_in_stock: bool
    created_at: DateTimeOut
    updated_at: DateTimeOut


class ProductPage(Page[ProductOut]):
    pass


class FeaturedProducts(Output):
    items: Annotated[list[ProductOut], Field(max_length=FEATURED_LIMIT)]


# --8<-- [start:query]
class ProductParameters(Input):
    search: Annotated[SearchText | None, NullNotInSchema()] = None
    category: Annotated[CategoryText | None, NullNotInSchema()] = None
    min_price: Annotated[Money | None, Field(description="The lowest price, inclusive."), NullNotInSchema()] = None
    max_price: Annotated[Money | None, Field(description="The highest price, inclusive."), NullNotInSchema()] = None
    in_stock: Annotated[
        QueryBoolean | None, Field(description="Whether at least one piece is in stock."), NullNotInSchema()
    ] = None
    is_active: Annotated[QueryBoolean | None, Field(description="For staff only."), NullNotInSchema()] = None
    ordering: Annotated[
        ProductOrdering, Field(description="The column that orders the list; a minus sign means descending.")
    ] = "-created_at"
    limit: Limit = DEFAULT_LIMIT
    cursor: Annotated[Position | None, Cursor()] = None
    # --8<-- [end:query]
