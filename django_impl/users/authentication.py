"""Who sends a request: the user whom its bearer token names."""

from uuid import UUID

from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from django_impl.common.exceptions import InvalidToken, NotAuthenticated
from django_impl.users.models import User
from django_impl.users.tokens import read_access_token


# --8<-- [start:caller]
class BearerAuthentication(BaseAuthentication):
    """Checks a bearer token wherever one is sent; another scheme counts as none."""

    def authenticate(self, request: Request) -> tuple[User, str] | None:
        """Return the user and the token, or nothing where no token is sent."""
        scheme, _, token = request.META.get("HTTP_AUTHORIZATION", "").strip().partition(" ")
        if scheme.lower() != "bearer":
            return None
        return account(read_access_token(token.strip())), token

    def authenticate_header(self, request: Request) -> str:
        """Return the scheme to sign in with."""
        return "Bearer"


def authenticated_user(request: Request) -> User:
    """Return the user of a request that only signed-in users may make."""
    if not isinstance(request.user, User):
        raise NotAuthenticated
    return request.user


def account(user_id: UUID) -> User:
    """Return the user of a valid token, or raise InvalidToken when the user is gone or inactive."""
    user: User | None = next(iter(User.objects.active_with_id(user_id)), None)
    if user is None:
        raise InvalidToken
    return user
    # --8<-- [end:caller]
