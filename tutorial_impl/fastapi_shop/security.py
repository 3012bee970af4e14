"""OAuth2 with password and bearer JWTs, as in the section of the tutorial with that name."""

import os
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import jwt
from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from fastapi import Depends, HTTPException, status
from fastapi.security import OAuth2PasswordBearer
from jwt.exceptions import InvalidTokenError
from sqlalchemy import select
from sqlalchemy.orm import Session

from tutorial_impl.fastapi_shop.database import SessionDep, User

SECRET_KEY = os.environ["SECRET_KEY"]
ALGORITHM = "HS256"
ACCESS_TOKEN_EXPIRE_MINUTES = 30
# The shop stores this prefix before each password hash.
PREFIX = "argon2"

hasher = PasswordHasher()
oauth2_scheme = OAuth2PasswordBearer(tokenUrl="/api/auth/login")
optional_oauth2_scheme = OAuth2PasswordBearer(tokenUrl="/api/auth/login", auto_error=False)


def get_password_hash(password: str) -> str:
    return PREFIX + hasher.hash(password)


def verify_password(plain_password: str, hashed_password: str) -> bool:
    try:
        return hasher.verify(hashed_password.removeprefix(PREFIX), plain_password)
    except VerifyMismatchError:
        return False


def get_user(session: Session, email: str) -> User | None:
    return session.scalars(select(User).where(User.email == email)).first()


def authenticate_user(session: Session, email: str, password: str) -> User | None:
    user = get_user(session, email)
    if not user or not verify_password(password, user.password):
        return None
    return user


def create_access_token(data: dict[str, Any], expires_delta: timedelta) -> str:
    to_encode = {**data, "exp": datetime.now(UTC) + expires_delta}
    return jwt.encode(to_encode, SECRET_KEY, algorithm=ALGORITHM)


def get_current_user(session: SessionDep, token: Annotated[str, Depends(oauth2_scheme)]) -> User:
    credentials_exception = HTTPException(
        status_code=status.HTTP_401_UNAUTHORIZED,
        detail="Could not validate credentials",
        headers={"WWW-Authenticate": "Bearer"},
    )
    try:
        payload = jwt.decode(token, SECRET_KEY, algorithms=[ALGORITHM])
        email = payload.get("sub")
        if email is None:
            raise credentials_exception
    except InvalidTokenError:
        raise credentials_exception from None
    user = get_user(session, email)
    if user is None:
        raise credentials_exception
    return user


def get_current_active_user(current_user: Annotated[User, Depends(get_current_user)]) -> User:
    if not current_user.is_active:
        raise HTTPException(status_code=400, detail="Inactive user")
    return current_user


CurrentUser = Annotated[User, Depends(get_current_active_user)]


def get_optional_user(
    session: SessionDep, token: Annotated[str | None, Depends(optional_oauth2_scheme)]
) -> User | None:
    return get_current_active_user(get_current_user(session, token)) if token else None


OptionalUser = Annotated[User | None, Depends(get_optional_user)]


def get_current_staff(current_user: CurrentUser) -> User:
    if not current_user.is_staff:
        raise HTTPException(status_code=403, detail="Not enough permissions")
    return current_user


CurrentStaff = Annotated[User, Depends(get_current_staff)]
