"""Passwords are stored in Django's form, and checked without blocking the event loop."""

from uuid import uuid4

import pytest
from argon2 import PasswordHasher
from httpx import AsyncClient

from fastapi_impl.users.passwords import hash_password, verify_password


async def test_a_password_is_stored_in_djangos_form_and_never_twice_alike() -> None:
    first, second = await hash_password("correct horse"), await hash_password("correct horse")

    assert first.startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")
    assert first != second
    assert await verify_password("correct horse", first)


async def test_only_the_password_itself_is_right() -> None:
    stored = await hash_password("correct horse")

    assert not await verify_password("Correct horse", stored)
    assert not await verify_password("correct horse", None)
    assert not await verify_password("", None)
    assert not await verify_password("correct horse", "!unusable")


@pytest.mark.parametrize("is_known", [True, False], ids=["wrong password", "unknown address"])
async def test_a_refused_sign_in_costs_one_hash_whether_the_address_is_known_or_not(
    client: AsyncClient, is_known: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = {"email": f"{uuid4().hex}@example.com", "password": "correct horse", "full_name": "Ada Lovelace"}
    if is_known:
        assert (await client.post("/api/auth/register", json=account)).status_code == 201
    hashes: list[str] = []

    def noted(name: str) -> None:
        method = getattr(PasswordHasher, name)

        def call(*arguments: object) -> object:
            hashes.append(name)
            return method(*arguments)

        monkeypatch.setattr(PasswordHasher, name, call)

    noted("hash")
    noted("verify")
    answer = await client.post("/api/auth/login", data={"username": account["email"], "password": "wrong"})

    assert answer.status_code == 401
    assert len(hashes) == 1
