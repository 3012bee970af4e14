from collections.abc import Mapping
from typing import Any

from markupsafe import escape
from pydantic import TypeAdapter
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette_admin.fields import HasOne, StringField

from fastapi_impl.categories import services
from fastapi_impl.categories.models import Category
from fastapi_impl.categories.schemas import CategoryChanges
from fastapi_impl.common.admin import (
    MultilineField,
    ServiceModelView,
    is_uuid,
    key_field,
    panel,
    text_field,
    time_field,
)
from fastapi_impl.common.exceptions import FieldError, InvalidRequest


class CategoryView(ServiceModelView):
    """Categories. The service makes the slug from the name."""

    changes = TypeAdapter(CategoryChanges)
    error_field = "name"
    icon = "fa fa-folder-tree"
    menu_label = "Categories"
    fields = (
        key_field(),
        StringField("name", required=True),
        text_field("slug"),
        MultilineField("description", exclude_from_list=True),
        HasOne("parent", key="category"),
        time_field("created_at"),
    )
    form_layout = ("name", "slug", "description", "parent", panel("History", "created_at"))
    searchable_fields = ("name", "slug", "parent", "created_at")
    fields_default_sort = ("name",)

    def __init__(self) -> None:
        super().__init__(Category)

    async def repr(self, obj: Any, request: Request) -> str:
        """Return the name."""
        return str(obj.name)

    async def select2_result(self, obj: Any, request: Request) -> str:
        """Return the HTML of the category in a choice of categories."""
        return f"<span>{escape(obj.name)}</span>"

    async def to_input(self, request: Request, data: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the values with the slug of the parent. Raises InvalidRequest."""
        parent = await category_slug(request, data["parent"], "/parent") if data.get("parent") else None
        return {**data, "parent": parent, "description": data.get("description") or ""}

    async def create_row(self, session: AsyncSession, user: Any, data: Mapping[str, Any]) -> Any:
        """Store a category."""
        return await services.create_category(session, **data)

    async def update_row(self, session: AsyncSession, user: Any, row: Category, changes: Mapping[str, Any]) -> None:
        """Change a category."""
        await services.update_category(session, slug=row.slug, changes=changes)

    async def delete_row(self, session: AsyncSession, row: Category) -> None:
        """Delete a category."""
        await services.delete_category(session, slug=row.slug)


async def category_slug(request: Request, key: str, pointer: str) -> str:
    """Return the slug of the category with this key. Raises InvalidRequest (`unknown_category` at `pointer`)."""
    session: AsyncSession = request.state.session
    slug = await session.scalar(select(Category.slug).where(Category.id == key)) if is_uuid(key) else None
    if slug is None:
        raise InvalidRequest([FieldError("body", pointer, "unknown_category")])
    return slug
