from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from fastapi_impl.common.constraints import not_unique
from fastapi_impl.common.errors import InvalidCredentials, InvalidToken
from fastapi_impl.users import queries
from fastapi_impl.users.models import User
from fastapi_impl.users.passwords import hash_password, is_password
from fastapi_impl.users.tokens import read_refresh_token


async def register(session: AsyncSession, *, email: str, password: str, full_name: str) -> User:
    """Create a customer.

    Raises: InvalidRequest where the e-mail address is taken.
    """
    user = User(email=email, password=await hash_password(password), full_name=full_name)
    session.add(user)
    try:
        await session.flush()
    except IntegrityError as error:
        raise not_unique(error, users_email_key="/email") from error
    return user


async def sign_in(session: AsyncSession, *, email: str, password: str) -> User:
    """Return the user whose password it is; an address that nobody has costs as much time as a wrong password.

    Raises: InvalidCredentials.
    """
    user = await session.scalar(queries.active_with_email(email))
    await session.close()  # others may have the connection while the password is hashed
    if not await is_password(password, user.password if user else None) or user is None:
        raise InvalidCredentials
    return user


async def refresh(session: AsyncSession, *, token: str) -> User:
    """Return the user whom a refresh token names.

    Raises: InvalidToken.
    """
    user = await session.scalar(queries.active_with_id(read_refresh_token(token)))
    if user is None:
        raise InvalidToken
    return user
