from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, select

from fastapi_impl.common.database.statements import Statement, cached_statement
from fastapi_impl.users.models import User


class AuthenticatedUser(NamedTuple):
    """What the shop has to know of who is calling."""

    id: UUID
    email: str
    full_name: str
    is_staff: bool
    created_at: datetime


@cached_statement
def active_users() -> Statement:
    """Those who may sign in."""
    return select(User.id, User.email, User.full_name, User.is_staff, User.created_at).where(User.is_active)


@cached_statement
def with_id() -> Statement:
    """The one of the value `id`."""
    return active_users().where(User.id == bindparam("id"))


@cached_statement
def credentials() -> Statement:
    """The one of the value `email`, and the password that is stored."""
    return active_users().add_columns(User.password).where(User.email == bindparam("email"))
