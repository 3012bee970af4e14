from collections.abc import Collection
from typing import TYPE_CHECKING, Self
from uuid import UUID

from django.contrib.auth.base_user import BaseUserManager
from django.db import models

if TYPE_CHECKING:
    from django_impl.users.models import User


class UserQuerySet(models.QuerySet["User"]):
    """Queries for users."""

    def active_by_id(self, user_id: UUID) -> Self:
        """Return the user with this id, if there is one who is active."""
        return self.filter(id=user_id, is_active=True)

    def active_among(self, user_ids: Collection[UUID]) -> Self:
        """Return those of the users who are active."""
        return self.filter(id__in=user_ids, is_active=True)

    def locked(self) -> Self:
        """Lock the rows against changes until the transaction ends (FOR NO KEY UPDATE)."""
        return self.select_for_update(no_key=True)


# --8<-- [start:manager]
class UserManager(BaseUserManager["User"].from_queryset(UserQuerySet)):  # type: ignore[misc] # the base class is created at run time
    """Creates users, and has the queries of UserQuerySet. `createsuperuser` calls `create_superuser`."""

    def create_user(self, email: str, password: str, full_name: str, **roles: bool) -> "User":
        """Store a user with a hashed password and the e-mail address in lower case."""
        user: User = self.model(email=email.lower(), full_name=full_name, **roles)
        user.set_password(password)
        user.save()
        return user

    def get_by_natural_key(self, email: str | None) -> "User":
        """Return the user with this address, in any case. `createsuperuser` looks for an existing one."""
        user: User = self.get(email=(email or "").lower())
        return user

    def create_superuser(self, email: str, password: str, full_name: str) -> "User":
        """Store a user who is staff and has all permissions."""
        return self.create_user(email, password, full_name, is_staff=True, is_superuser=True)

    # --8<-- [end:manager]
