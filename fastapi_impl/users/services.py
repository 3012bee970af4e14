from collections.abc import Collection, Mapping
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from fastapi_impl.common.database.constraints import unique_violation_as_invalid_request
from fastapi_impl.common.database.reader import Reader
from fastapi_impl.common.database.rows import get_or_not_found
from fastapi_impl.common.exceptions import InvalidCredentials, PermissionDenied
from fastapi_impl.users import queries
from fastapi_impl.users.models import User
from fastapi_impl.users.passwords import hash_password, verify_password
from fastapi_impl.users.queries import AuthenticatedUser, CredentialsRow, RoleRow


async def register(session: AsyncSession, *, email: str, password: str, full_name: str) -> User:
    """Store a new user with a hashed password.

    Raises: InvalidRequest (`not_unique`).
    """
    user = User(email=email, password=await hash_password(password), full_name=full_name)
    session.add(user)
    with unique_violation_as_invalid_request("users_email_key", "/email"):
        await session.flush()
    return user


# --8<-- [start:sign-in]
async def sign_in(reader: Reader, *, email: str, password: str) -> CredentialsRow:
    """Return the active user with these credentials. An unknown address takes as long as a wrong password.

    Raises: InvalidCredentials.
    """
    found = await reader.fetch_one_or_none(CredentialsRow, queries.CREDENTIALS, {"email": email.lower()})
    stored = found.password if found else None
    if not await verify_password(password, stored) or found is None:
        raise InvalidCredentials
    return found
    # --8<-- [end:sign-in]


# --8<-- [start:update]
async def update_user(
    session: AsyncSession, *, user_id: UUID, changes: Mapping[str, bool], by: AuthenticatedUser
) -> User:
    """Change whether a user is active or staff. Users cannot change their own account, so one of the staff remains.

    Raises: NotFound, PermissionDenied.
    """
    user = await get_or_not_found(session, queries.LOCKED, {"id": user_id})
    if user.id == by.id:
        raise PermissionDenied
    for name, value in changes.items():
        setattr(user, name, value)
    await session.flush()
    return user
    # --8<-- [end:update]


async def get_roles(reader: Reader, *, user_ids: Collection[UUID]) -> dict[UUID, bool]:
    """Return whether each of these users is staff. Users who were deleted or deactivated are left out."""
    rows = await reader.fetch_all(RoleRow, queries.ROLES, {"ids": list(user_ids)})
    return {row.id: row.is_staff for row in rows}
