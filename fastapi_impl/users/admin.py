from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette_admin.fields import BooleanField

from fastapi_impl.common.admin import ServiceModelView, key_field, panel, text_field, time_field
from fastapi_impl.users import services
from fastapi_impl.users.models import User
from fastapi_impl.users.schemas import UserChanges


class UserView(ServiceModelView):
    """Users. They register themselves, and are deactivated and never deleted. No page shows a password or its hash."""

    changes = TypeAdapter(UserChanges)
    error_field = "is_active"
    icon = "fa fa-users"
    fields = (
        key_field(),
        text_field("email"),
        text_field("full_name"),
        BooleanField("is_active"),
        BooleanField("is_staff"),
        time_field("created_at"),
    )
    form_layout = (
        *("email", "full_name"),
        panel("Access", "is_active", "is_staff"),
        panel("History", "created_at"),
    )
    searchable_fields = ("email", "full_name", "is_active", "is_staff", "created_at")
    fields_default_sort = (("created_at", True),)
    actions = ()
    row_actions = ("view", "edit")

    def __init__(self) -> None:
        super().__init__(User)

    async def update_row(self, session: AsyncSession, user: Any, row: User, changes: Mapping[str, Any]) -> None:
        """Change what a user may do."""
        await services.update_user(session, user_id=row.id, changes=changes, by=user)

    async def repr(self, obj: Any, request: Request) -> str:
        """Return the e-mail address."""
        return str(obj.email)

    def can_create(self, request: Request) -> bool:
        """Return False: users register themselves."""
        return False

    def can_delete(self, request: Request) -> bool:
        """Return False: a user can be deactivated."""
        return False
