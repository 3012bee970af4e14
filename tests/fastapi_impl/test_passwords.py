"""Password hashes have Django's format, and sign-in always computes one hash."""

from uuid import uuid4

import pytest
from argon2 import PasswordHasher
from httpx import AsyncClient

from fastapi_impl.users.passwords import hash_password, verify_password


async def test_password_hash_has_django_format_and_random_salt() -> None:
    first, second = await hash_password("correct horse"), await hash_password("correct horse")

    assert first.startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")
    assert first != second
    assert await verify_password("correct horse", first)


async def test_wrong_password_is_not_verified() -> None:
    stored = await hash_password("correct horse")

    assert not await verify_password("Correct horse", stored)
    assert not await verify_password("correct horse", None)
    assert not await verify_password("", None)
    assert not await verify_password("correct horse", "!unusable")


@pytest.mark.parametrize("is_known", [True, False], ids=["wrong password", "unknown address"])
async def test_failed_sign_in_computes_one_hash(
    client: AsyncClient, is_known: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = {"email": f"{uuid4().hex}@example.com", "password": "correct horse", "full_name": "Ada Lovelace"}
    if is_known:
        assert (await client.post("/api/auth/register", json=account)).status_code == 201
    calls: list[str] = []

    def record_calls(name: str) -> None:
        method = getattr(PasswordHasher, name)

        def call(*arguments: object) -> object:
            calls.append(name)
            return method(*arguments)

        monkeypatch.setattr(PasswordHasher, name, call)

    record_calls("hash")
    record_calls("verify")
    response = await client.post("/api/auth/login", data={"username": account["email"], "password": "wrong"})

    assert response.status_code == 401
    assert len(calls) == 1
