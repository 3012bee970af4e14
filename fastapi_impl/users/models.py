from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from fastapi_impl.common.database.base import Base, CreatedAt, UUIDPrimaryKey


class Throttle(Base):
    """The number of requests in one window. `key` is the UUID of a limit and of what it limits."""

    __tablename__ = "throttles"
    __table_args__ = (Index(None, "expires_at"), {"prefixes": ["UNLOGGED"]})

    key: Mapped[UUID] = mapped_column(primary_key=True)
    count: Mapped[int]
    expires_at: Mapped[datetime]


class User(Base):
    """A user, who signs in with an e-mail address. Staff manage the shop, other users are customers."""

    __tablename__ = "users"
    __table_args__ = (UniqueConstraint("email"), CheckConstraint("email = lower(email)", name="email"))

    id: Mapped[UUIDPrimaryKey]
    email: Mapped[str] = mapped_column(String(254))
    password: Mapped[str] = mapped_column(String(128))
    full_name: Mapped[str] = mapped_column(String(150))
    is_active: Mapped[bool] = mapped_column(default=True)
    is_staff: Mapped[bool] = mapped_column(default=False)
    is_superuser: Mapped[bool] = mapped_column(default=False)
    last_login: Mapped[datetime | None]
    created_at: Mapped[CreatedAt]
