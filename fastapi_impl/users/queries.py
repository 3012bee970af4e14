from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, select

from fastapi_impl.common.database.statements import Statement
from fastapi_impl.users.models import User


class AuthenticatedUser(NamedTuple):
    """What the shop has to know of who is calling."""

    id: UUID
    email: str
    full_name: str
    is_staff: bool
    created_at: datetime


COLUMNS = (User.id, User.email, User.full_name, User.is_staff, User.created_at)
# Those who may sign in.
ACTIVE_USERS: Statement = select(*COLUMNS).where(User.is_active)
# The one of the value `id`.
ACTIVE_USER_WITH_ID = ACTIVE_USERS.where(User.id == bindparam("id"))
# The one of the value `email`, and the password that is stored.
CREDENTIALS = ACTIVE_USERS.add_columns(User.password).where(User.email == bindparam("email"))
