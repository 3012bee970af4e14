"""Statements for users. Values are passed as bind parameters, for example `email`."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Uuid, any_, bindparam, select
from sqlalchemy.dialects.postgresql import ARRAY

from fastapi_impl.users.models import User


class AuthenticatedUser(NamedTuple):
    """The columns of `ACTIVE_USERS`: the user who sends a request."""

    id: UUID
    email: str
    full_name: str
    is_staff: bool
    created_at: datetime


class CredentialsRow(NamedTuple):
    """The columns of `CREDENTIALS` and `ACTIVE_USER_WITH_PASSWORD`: an active user, and the hash of the password."""

    id: UUID
    email: str
    full_name: str
    is_staff: bool
    created_at: datetime
    password: str

    @property
    def user(self) -> AuthenticatedUser:
        """The user, without the hash."""
        return AuthenticatedUser(*self[:-1])


class RoleRow(NamedTuple):
    """The columns of `ROLES`: an active user."""

    id: UUID
    is_staff: bool


ACTIVE_USERS = select(User.id, User.email, User.full_name, User.is_staff, User.created_at).where(User.is_active)
ACTIVE_USER = ACTIVE_USERS.where(User.id == bindparam("id"))
ACTIVE_USER_WITH_PASSWORD = ACTIVE_USER.add_columns(User.password)
# Until the transaction ends, other transactions cannot change the row.
LOCKED = select(User).where(User.id == bindparam("id")).with_for_update(key_share=True)
CREDENTIALS = ACTIVE_USERS.add_columns(User.password).where(User.email == bindparam("email"))
ROLES = select(User.id, User.is_staff).where(User.is_active, User.id == any_(bindparam("ids", type_=ARRAY(Uuid))))
