"""Who sends a request. These dependencies come before everything that is read of it but its address."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends
from fastapi.requests import HTTPConnection
from fastapi.security import OAuth2PasswordBearer

from fastapi_impl.common.database.rows import fetch_all
from fastapi_impl.common.exceptions import InvalidToken, NotAuthenticated, PermissionDenied
from fastapi_impl.users import queries
from fastapi_impl.users.queries import AuthenticatedUser
from fastapi_impl.users.tokens import read_access_token


class BearerToken(OAuth2PasswordBearer):
    """Tells a `Bearer` without a token, which is invalid, from no token; FastAPI's own does not."""

    async def __call__(self, request: HTTPConnection) -> str | None:
        """Return the token, or None where none is sent; another scheme counts as none."""
        scheme, _, token = request.headers.get("authorization", "").strip().partition(" ")
        return token.strip() if scheme.lower() == "bearer" else None


bearer = BearerToken(
    tokenUrl="/api/auth/login",
    scheme_name="bearer",
    description="An access token from `/api/auth/login`, sent as `Authorization: Bearer`.",
)


# --8<-- [start:caller]
async def get_active_user(user_id: UUID) -> AuthenticatedUser:
    """Return the user of a valid token, or raise InvalidToken when the user is gone or inactive.

    The connection is given back at once, so that a request never holds one while it waits for another.
    """
    for row in await fetch_all(queries.ACTIVE_USER_WITH_ID, {"id": user_id}):
        return AuthenticatedUser(*row)
    raise InvalidToken


async def get_optional_user(token: Annotated[str | None, Depends(bearer)]) -> AuthenticatedUser | None:
    """Return the user whom the token names, or None without a token."""
    return None if token is None else await get_active_user(read_access_token(token))


OptionalUser = Annotated[AuthenticatedUser | None, Depends(get_optional_user)]


async def get_current_user(user: OptionalUser) -> AuthenticatedUser:
    """Return the user who is signed in."""
    if user is None:
        raise NotAuthenticated
    return user


CurrentUser = Annotated[AuthenticatedUser, Depends(get_current_user)]
# --8<-- [end:caller]


# --8<-- [start:staff]
async def require_staff(user: CurrentUser) -> AuthenticatedUser:
    """Return the user, who runs the shop."""
    if not user.is_staff:
        raise PermissionDenied
    return user


StaffUser = Annotated[AuthenticatedUser, Depends(require_staff)]
StaffOnly = Depends(require_staff)
ValidateToken = Depends(get_optional_user)  # a token that is sent is checked, also where none is needed
# --8<-- [end:staff]
