"""Who is calling. These come before everything that is read of the request but its address."""

from typing import Annotated

from fastapi import Depends
from fastapi.requests import HTTPConnection
from fastapi.security import OAuth2PasswordBearer

from fastapi_impl.common.errors import InvalidToken, NotAuthenticated, PermissionDenied
from fastapi_impl.config.database import read_sessions
from fastapi_impl.users import queries
from fastapi_impl.users.models import User
from fastapi_impl.users.tokens import read_access_token


class BearerToken(OAuth2PasswordBearer):
    """Reads the token as strictly as the contract says: FastAPI's own takes `Bearer` without a token for none sent."""

    async def __call__(self, request: HTTPConnection) -> str | None:
        """Return the token; None where there is none or the scheme is another. Raises InvalidToken."""
        scheme, *words = request.headers.get("authorization", "").split() or [""]
        if scheme.lower() != "bearer":
            return None
        if len(words) != 1:
            raise InvalidToken
        return words[0]


bearer = BearerToken(
    tokenUrl="/api/auth/login",
    scheme_name="bearer",
    description="An access token from `/api/auth/login`, sent as `Authorization: Bearer`.",
)


async def optional_user(token: Annotated[str | None, Depends(bearer)]) -> User | None:
    """Return the user whom the token names, or None without a token.

    The session ends here, so that a request holds one connection at a time, whatever it does next.
    """
    if token is None:
        return None
    user_id = read_access_token(token)
    async with read_sessions() as session:
        user = await session.scalar(queries.active_with_id(user_id))
    if user is None:
        raise InvalidToken
    return user


OptionalUser = Annotated[User | None, Depends(optional_user)]


async def current_user(user: OptionalUser) -> User:
    """Return the user who is signed in."""
    if user is None:
        raise NotAuthenticated
    return user


CurrentUser = Annotated[User, Depends(current_user)]


async def staff_only(user: CurrentUser) -> None:
    """Refuse those who do not run the shop."""
    if not user.is_staff:
        raise PermissionDenied


StaffOnly = Depends(staff_only)
