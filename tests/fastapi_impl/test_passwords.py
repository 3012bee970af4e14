"""Passwords are stored in Django's form, and checked without blocking the event loop."""

from fastapi_impl.users.passwords import hash_password, is_password


async def test_a_password_is_stored_in_djangos_form_and_never_twice_alike() -> None:
    first, second = await hash_password("correct horse"), await hash_password("correct horse")

    assert first.startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")
    assert first != second
    assert await is_password("correct horse", first)


async def test_only_the_password_itself_is_right() -> None:
    stored = await hash_password("correct horse")

    assert not await is_password("Correct horse", stored)
    assert not await is_password("correct horse", None)
    assert not await is_password("", None)
    assert not await is_password("correct horse", "!unusable")
