from collections.abc import Collection, Mapping
from uuid import UUID

from django.contrib.auth import authenticate

from django_impl.common.database.constraints import unique_violation_as_invalid_request
from django_impl.common.database.rows import get_or_not_found
from django_impl.common.exceptions import InvalidCredentials, PermissionDenied
from django_impl.users.models import User


def register(*, email: str, password: str, full_name: str) -> User:
    """Store a new user with a hashed password.

    Raises: InvalidRequest (`not_unique`).
    """
    with unique_violation_as_invalid_request("users_email_key", "/email"):
        return User.objects.create_user(email, password, full_name)


# --8<-- [start:sign-in]
def sign_in(*, email: str, password: str) -> User:
    """Return the active user with these credentials. An unknown address takes as long as a wrong password.

    Raises: InvalidCredentials.
    """
    user = authenticate(username=email.lower(), password=password)
    if not isinstance(user, User):
        raise InvalidCredentials
    return user
    # --8<-- [end:sign-in]


# --8<-- [start:update]
def update_user(*, user_id: UUID, changes: Mapping[str, bool], by: User) -> User:
    """Change whether a user is active or staff. Users cannot change their own account, so one of the staff remains.

    Raises: NotFound, PermissionDenied.
    """
    user: User = get_or_not_found(User.objects.filter(id=user_id).locked())
    if user.id == by.id:
        raise PermissionDenied
    for name, value in changes.items():
        setattr(user, name, value)
    if changes:
        user.save(update_fields=list(changes))
    return user
    # --8<-- [end:update]


def get_roles(*, user_ids: Collection[UUID]) -> dict[UUID, bool]:
    """Return whether each of these users is staff. Users who were deleted or deactivated are left out."""
    return dict(User.objects.active_among(user_ids).values_list("id", "is_staff"))
