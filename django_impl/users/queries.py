from typing import TYPE_CHECKING

from django.contrib.auth.base_user import BaseUserManager

if TYPE_CHECKING:
    from django_impl.users.models import User


class UserManager(BaseUserManager["User"]):
    """Finds users, and makes them as `createsuperuser` asks."""

    def create_user(self, email: str, password: str, full_name: str, *, is_staff: bool = False) -> "User":
        """Store a user with a hashed password; the address is kept in lower case."""
        user = self.model(email=email.lower(), full_name=full_name, is_staff=is_staff)
        user.set_password(password)
        user.save(force_insert=True)
        return user
