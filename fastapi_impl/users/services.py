from sqlalchemy.ext.asyncio import AsyncSession

from fastapi_impl.common.constraints import unique
from fastapi_impl.common.errors import InvalidCredentials
from fastapi_impl.users import queries
from fastapi_impl.users.models import User
from fastapi_impl.users.passwords import hash_password, is_password


async def register(session: AsyncSession, *, email: str, password: str, full_name: str) -> User:
    """Store a new user with a hashed password.

    Raises: InvalidRequest (`not_unique`).
    """
    user = User(email=email, password=await hash_password(password), full_name=full_name)
    session.add(user)
    with unique("users_email_key", "/email"):
        await session.flush()
    return user


# --8<-- [start:sign-in]
async def sign_in(session: AsyncSession, *, email: str, password: str) -> User:
    """Return the active user with these credentials; an unknown address costs the same time as a wrong password.

    Raises: InvalidCredentials.
    """
    user = await session.scalar(queries.with_access().where(User.email == email.lower()))
    await session.close()  # others may have the connection while the password is hashed
    if not await is_password(password, user.password if user else None) or user is None:
        raise InvalidCredentials
    return user
    # --8<-- [end:sign-in]
