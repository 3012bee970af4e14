from uuid import UUID

from sqlalchemy import Select, select

from fastapi_impl.users.models import User


def active() -> Select[User]:
    """Those who may sign in."""
    return select(User).where(User.is_active)


def active_with_id(user_id: UUID) -> Select[User]:
    """The user whom a token names."""
    return active().where(User.id == user_id)


def active_with_email(email: str) -> Select[User]:
    """The user who signs in; addresses are kept in lower case."""
    return active().where(User.email == email)
