from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, select

from fastapi_impl.common.database.statements import Statement, built_once
from fastapi_impl.users.models import User


class Account(NamedTuple):
    """What the shop has to know of who is calling."""

    id: UUID
    email: str
    full_name: str
    is_staff: bool
    created_at: datetime


@built_once
def with_access() -> Statement:
    """Those who may sign in."""
    return select(User.id, User.email, User.full_name, User.is_staff, User.created_at).where(User.is_active)


@built_once
def numbered() -> Statement:
    """The one of the value `id`."""
    return with_access().where(User.id == bindparam("id"))


@built_once
def credentials() -> Statement:
    """The one of the value `email`, and the password that is stored."""
    return with_access().add_columns(User.password).where(User.email == bindparam("email"))
