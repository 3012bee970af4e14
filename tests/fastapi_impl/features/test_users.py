from uuid import uuid4

import pytest
from httpx import AsyncClient
from psycopg2.extensions import connection as Connection  # noqa: N812 - a class with a lower-case name
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from fastapi_impl.common.exceptions import NotFound, PermissionDenied
from fastapi_impl.config.settings import get_settings
from fastapi_impl.users.models import User
from fastapi_impl.users.queries import AuthenticatedUser
from fastapi_impl.users.services import update_user
from fastapi_impl.users.throttling import key_of
from fastapi_impl.users.tokens import issue_access_token


async def test_registration_stores_a_hash(client: AsyncClient, sql: Connection) -> None:
    body = {"email": "New@tests.example", "password": "a password of the tests", "full_name": "New"}

    response = await client.post("/api/auth/register", json=body)

    assert response.status_code == 201
    with sql.cursor() as cursor:
        cursor.execute("SELECT password FROM users WHERE email = 'new@tests.example'")
        (stored,) = cursor.fetchone() or ("",)
    assert stored.startswith("argon2$argon2id$")


async def test_token_authentication_executes_one_statement(
    client: AsyncClient, shopper: AuthenticatedUser, statements: list[str]
) -> None:
    headers = {"Authorization": f"Bearer {issue_access_token(shopper)}"}

    response = await client.get("/api/auth/me", headers=headers)

    assert response.json()["email"] == "shopper@tests.example"
    assert len([statement for statement in statements if statement.startswith("SELECT")]) == 1


async def test_staff_change_what_another_user_may_do(
    session: AsyncSession, staff: AuthenticatedUser, shopper: AuthenticatedUser
) -> None:
    user = await update_user(session, user_id=shopper.id, changes={"is_active": False, "is_staff": True}, by=staff)
    await session.commit()

    await session.refresh(user)
    assert (user.is_active, user.is_staff) == (False, True)


async def test_own_account_and_unknown_users_are_not_changed(session: AsyncSession, staff: AuthenticatedUser) -> None:
    for user_id, error in ((staff.id, PermissionDenied), (uuid4(), NotFound)):
        with pytest.raises(error):
            await update_user(session, user_id=user_id, changes={"is_active": False}, by=staff)

    assert await session.scalar(select(User.is_active).where(User.id == staff.id))


async def test_limit_of_sign_ins_is_checked_before_the_password(
    environment: pytest.MonkeyPatch, client: AsyncClient, sql: Connection
) -> None:
    async def verify_password(*_values: str) -> bool:
        raise AssertionError("a password was verified")

    environment.setenv("THROTTLING", "true")
    get_settings.cache_clear()
    environment.setattr("fastapi_impl.users.services.verify_password", verify_password)
    with sql.cursor() as cursor:
        cursor.execute(
            "INSERT INTO throttles (key, count, expires_at) VALUES (%s, 1000, now() + interval '30 seconds')",
            [str(key_of("login_account", "shopper@tests.example"))],
        )

    form = {"username": "Shopper@tests.example", "password": "anything"}
    response = await client.post("/api/auth/login", data=form)

    assert response.status_code == 429


async def test_missing_token_returns_401(client: AsyncClient) -> None:
    response = await client.get("/api/auth/me")

    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"] == "Bearer"
