"""The user who sends a request, as dependencies of routes."""

from secrets import compare_digest
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends
from fastapi.requests import HTTPConnection
from fastapi.security import OAuth2PasswordBearer

from fastapi_impl.common.activity import record_user
from fastapi_impl.common.database.dependencies import ReaderDep
from fastapi_impl.common.database.reader import Reader
from fastapi_impl.common.exceptions import InvalidToken, NotAuthenticated, PermissionDenied
from fastapi_impl.users import queries
from fastapi_impl.users.passwords import keyed_hash
from fastapi_impl.users.queries import AuthenticatedUser, CredentialsRow
from fastapi_impl.users.throttling import throttle_user
from fastapi_impl.users.tokens import read_access_token


# --8<-- [start:caller]
class BearerAuthentication(OAuth2PasswordBearer):
    """Returns the user of the access token, not the token as FastAPI's class does.

    A nested dependency for the token costs 5% more CPU (decision 25: One FastAPI dependency for token and user).
    """

    def __init__(self, *, auto_error: bool) -> None:
        super().__init__(
            tokenUrl="/api/auth/login",
            scheme_name="bearer",
            description="An access token from `/api/auth/login`, sent as `Authorization: Bearer`.",
            auto_error=auto_error,
        )

    async def __call__(  # type: ignore[override] # it takes a reader, and returns the user
        self, request: HTTPConnection, reader: ReaderDep
    ) -> AuthenticatedUser | None:
        """Return the user; without a token None, or with `auto_error` raise NotAuthenticated.

        Counts the request of the user, and raises TooManyRequests above the limit.
        Another scheme counts as no token, but `Bearer` without a token is an invalid one.
        """
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            user = await get_active_user(reader, read_access_token(token.strip(" \t")).user_id)
            await throttle_user(reader, user.id)
            return user
        if self.auto_error:
            raise NotAuthenticated
        return None


async def get_active_user(reader: Reader, user_id: UUID) -> AuthenticatedUser:
    """Return the user of a valid token, or raise InvalidToken where the user is deleted or inactive."""
    user = await reader.fetch_one_or_none(AuthenticatedUser, queries.ACTIVE_USER, {"id": user_id})
    if user is None:
        raise InvalidToken
    record_user(user.id)
    return user


get_current_user = BearerAuthentication(auto_error=True)
get_optional_user = BearerAuthentication(auto_error=False)

CurrentUser = Annotated[AuthenticatedUser, Depends(get_current_user)]
OptionalUser = Annotated[AuthenticatedUser | None, Depends(get_optional_user)]
# --8<-- [end:caller]


# --8<-- [start:session]
def store_in_session(session: dict[str, Any], found: CredentialsRow) -> None:
    """Begin a session of the user. Nothing of the previous session stays."""
    session.clear()
    session.update({"user_id": str(found.id), "password_hash": keyed_hash(found.password)})


def remove_from_session(session: dict[str, Any]) -> None:
    """End the session of the user. The token of forms stays, so that forms of open pages can still be sent."""
    for name in ("user_id", "password_hash"):
        session.pop(name, None)


async def get_user_of_session(session: dict[str, Any], reader: Reader) -> AuthenticatedUser | None:
    """Return the user of the session, if they are active and have not changed their password."""
    if "user_id" not in session:
        return None
    parameters = {"id": UUID(session["user_id"])}
    found = await reader.fetch_one_or_none(CredentialsRow, queries.ACTIVE_USER_WITH_PASSWORD, parameters)
    if found is None or not compare_digest(keyed_hash(found.password), session["password_hash"]):
        return None
    record_user(found.user.id)
    return found.user
    # --8<-- [end:session]


# --8<-- [start:staff]
async def require_staff(user: CurrentUser) -> AuthenticatedUser:
    """Return the user, or raise PermissionDenied where they are not staff."""
    if not user.is_staff:
        raise PermissionDenied
    return user


StaffUser = Annotated[AuthenticatedUser, Depends(require_staff)]
StaffOnly = Depends(require_staff)
ValidateToken = Depends(get_optional_user)  # for routes that need no user; a token that is sent must be valid
# --8<-- [end:staff]
