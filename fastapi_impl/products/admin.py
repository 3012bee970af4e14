from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import ColumnElement, Select, literal, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload
from starlette.requests import Request
from starlette_admin.fields import BooleanField, HasOne, StringField

from fastapi_impl.categories.admin import category_slug
from fastapi_impl.common.admin import (
    READ_ONLY,
    AmountField,
    CountField,
    MultilineField,
    ServiceModelView,
    key_field,
    panel,
    text_field,
    time_field,
)
from fastapi_impl.products import queries, services
from fastapi_impl.products.models import Product
from fastapi_impl.products.schemas import ProductChanges, image_path


def author_of(_request: Request, product: Product) -> str | None:
    """Return the e-mail address of the user who created the product."""
    return product.created_by.email if product.created_by else None


# --8<-- [start:view]
class ProductView(ServiceModelView):
    """Products. The service makes the slug from the name, and the API sets the image."""

    changes = TypeAdapter(ProductChanges)
    error_field = "name"
    icon = "fa fa-box"
    fields = (
        key_field(),
        StringField("name", required=True),
        text_field("slug", exclude_from_list=True),
        MultilineField("description", required=True, exclude_from_list=True),
        HasOne("category", key="category", required=True),
        AmountField("price", required=True),
        CountField("stock", default=0),
        BooleanField("is_active", default=True),
        StringField("image", **READ_ONLY | {"form_template": "image.html"}, exclude_from_list=True),
        text_field("created_by", getter=author_of, exclude_from_list=True),
        time_field("created_at"),
        time_field("updated_at", exclude_from_list=True),
    )
    form_layout = (
        *("name", "slug", "description", "category", "image"),
        panel("Sale", ("price", "stock"), "is_active"),
        panel("History", "created_by", ("created_at", "updated_at")),
    )
    inline_editable_fields = ("price", "stock", "is_active")
    searchable_fields = ("name", "category", "price", "stock", "is_active", "created_at")
    fields_default_sort = (("created_at", True),)

    def __init__(self) -> None:
        super().__init__(Product)

    async def create_row(self, session: AsyncSession, user: Any, data: Mapping[str, Any]) -> Any:
        """Store a product of the signed-in user."""
        return await services.create_product(session, created_by=user, **data)

    async def update_row(self, session: AsyncSession, user: Any, row: Product, changes: Mapping[str, Any]) -> None:
        """Change a product."""
        await services.update_product(session, slug=row.slug, changes=changes)

    async def delete_row(self, session: AsyncSession, row: Product) -> None:
        """Delete a product."""
        await services.delete_product(session, slug=row.slug)

    # --8<-- [end:view]

    async def to_input(self, request: Request, data: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the values with the slug of the category. Raises InvalidRequest."""
        if "category" not in data:
            return data
        return {**data, "category": await category_slug(request, data["category"], "/category")}

    async def repr(self, obj: Any, request: Request) -> str:
        """Return the name."""
        return str(obj.name)

    def get_detail_query(self, request: Request) -> Select[Product]:
        """Return the statement for one product, with its author."""
        return select(Product).options(joinedload(Product.created_by))

    def get_search_query(self, request: Request, term: str) -> ColumnElement[bool]:
        """Return the condition for the products that the API finds, with its index."""
        words = queries.words_that_start_with(literal(term.replace("\0", " ")))
        return Product.__table__.c.search_vector.bool_op("@@")(words)

    async def serialize_field_value(self, value: Any, field: Any, request: Request) -> Any:
        """Return the value for a page; of an image its path."""
        if field.name == "image" and value:
            return image_path(value)
        return await super().serialize_field_value(value, field, request)
