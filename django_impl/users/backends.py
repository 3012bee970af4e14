"""What users may do in Django's admin."""

from typing import Any

from django.contrib.auth.backends import ModelBackend

from django_impl.users.models import User


# --8<-- [start:backend]
class StaffBackend(ModelBackend):
    """Django's backend for e-mail address and password. Staff have all permissions, as in the API."""

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        """Return whether the user is active and staff."""
        return _is_staff(user_obj)

    def has_module_perms(self, user_obj: Any, app_label: str) -> bool:
        """Return whether the user is active and staff."""
        return _is_staff(user_obj)


def _is_staff(user: Any) -> bool:
    return isinstance(user, User) and user.is_active and user.is_staff
    # --8<-- [end:backend]
