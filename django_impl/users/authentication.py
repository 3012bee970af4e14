"""Authentication with bearer tokens."""

from uuid import UUID

from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from django_impl.common.activity import record_user
from django_impl.common.exceptions import InvalidToken, NotAuthenticated
from django_impl.users.models import User
from django_impl.users.tokens import read_access_token


# --8<-- [start:caller]
class BearerAuthentication(BaseAuthentication):
    """Authenticates a request by its bearer token. Another scheme counts as no token."""

    def authenticate(self, request: Request) -> tuple[User, str] | None:
        """Return the user and the token, or None without a token. Raises InvalidToken."""
        scheme, _, token = request.META.get("HTTP_AUTHORIZATION", "").strip(" \t").partition(" ")
        if scheme.lower() != "bearer":
            return None
        return get_active_user(read_access_token(token.strip(" \t")).user_id), token

    def authenticate_header(self, request: Request) -> str:
        """Return the value of WWW-Authenticate, with which DRF answers 401 and not 403."""
        return "Bearer"


def authenticated_user(request: Request) -> User:
    """Return `request.user` as a User, for views whose permissions require a user.

    Raises NotAuthenticated otherwise.
    """
    if not isinstance(request.user, User):
        raise NotAuthenticated
    return request.user


def get_active_user(user_id: UUID) -> User:
    """Return the user of a valid token. Raises InvalidToken if the user was deleted or is not active."""
    user: User | None = next(iter(User.objects.active_by_id(user_id)), None)
    if user is None:
        raise InvalidToken
    record_user(user.pk)
    return user
    # --8<-- [end:caller]
