from sqlalchemy import Select, select

from fastapi_impl.users.models import User


def with_access() -> Select[User]:
    """Those who may sign in."""
    return select(User).where(User.is_active)
