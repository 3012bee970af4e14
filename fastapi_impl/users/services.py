from sqlalchemy.ext.asyncio import AsyncSession

from fastapi_impl.common.database.constraints import unique_violation_as_422
from fastapi_impl.common.database.rows import fetch_all
from fastapi_impl.common.exceptions import InvalidCredentials
from fastapi_impl.users import queries
from fastapi_impl.users.models import User
from fastapi_impl.users.passwords import hash_password, verify_password
from fastapi_impl.users.queries import AuthenticatedUser


async def register(session: AsyncSession, *, email: str, password: str, full_name: str) -> User:
    """Store a new user with a hashed password.

    Raises: InvalidRequest (`not_unique`).
    """
    user = User(email=email, password=await hash_password(password), full_name=full_name)
    session.add(user)
    with unique_violation_as_422("users_email_key", "/email"):
        await session.flush()
    return user


# --8<-- [start:sign-in]
async def sign_in(*, email: str, password: str) -> AuthenticatedUser:
    """Return the active user with these credentials; an unknown address costs the same time as a wrong password.

    Raises: InvalidCredentials.
    """
    rows = await fetch_all(queries.CREDENTIALS, {"email": email.lower()})
    user, stored = (AuthenticatedUser(*rows[0][:-1]), rows[0].password) if rows else (None, None)
    if not await verify_password(password, stored) or user is None:
        raise InvalidCredentials
    return user
    # --8<-- [end:sign-in]
