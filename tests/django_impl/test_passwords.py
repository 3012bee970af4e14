"""Password hashing in threads; the contract tests check the format of the hash."""

import threading
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import get_context

import pytest
from argon2.exceptions import HashingError
from django.contrib.auth.hashers import Argon2PasswordHasher, check_password, make_password

from django_impl.common.exceptions import InvalidCredentials
from django_impl.common.hashers import PROCESSORS
from django_impl.users.models import User
from django_impl.users.services import sign_in

PASSWORD = "correct horse"
EMAIL = "ada@example.com"


def test_hashing_threads_are_limited_to_processor_count(monkeypatch: pytest.MonkeyPatch) -> None:
    thread_ids: set[int] = set()
    encode = Argon2PasswordHasher.encode

    def recording_encode(hasher: Argon2PasswordHasher, password: str, salt: str) -> str:
        thread_ids.add(threading.get_ident())
        return encode(hasher, password, salt)

    monkeypatch.setattr(Argon2PasswordHasher, "encode", recording_encode)
    with ThreadPoolExecutor(PROCESSORS + 2) as executor:
        hashes = [*executor.map(make_password, [PASSWORD] * 3 * (PROCESSORS + 2))]
        checked = [*executor.map(check_password, [PASSWORD] * len(hashes), hashes)]

    assert 1 <= len(thread_ids) <= PROCESSORS
    assert all(checked)


def test_exception_in_thread_is_raised_to_caller() -> None:
    with pytest.raises(HashingError, match="Salt is too short"):
        make_password(PASSWORD, salt="salt")


@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")
def test_forked_process_starts_new_hashing_threads() -> None:
    make_password(PASSWORD)  # starts the threads in the parent process

    child = get_context("fork").Process(target=make_password, args=[PASSWORD])
    child.start()
    child.join(60)
    child.kill()

    assert child.exitcode == 0


@pytest.mark.parametrize("email", [EMAIL, "unknown@example.com"], ids=["wrong password", "unknown address"])
def test_failed_sign_in_computes_one_hash(email: str, monkeypatch: pytest.MonkeyPatch) -> None:
    user = User(email=EMAIL, password=make_password(PASSWORD))
    calls: list[str] = []

    def get_by_natural_key(_manager: object, address: str) -> User:
        if address != EMAIL:
            raise User.DoesNotExist
        return user

    def record_calls(name: str) -> None:
        method = getattr(Argon2PasswordHasher, name)

        def call(*arguments: object) -> object:
            calls.append(name)
            return method(*arguments)

        monkeypatch.setattr(Argon2PasswordHasher, name, call)

    monkeypatch.setattr(type(User.objects), "get_by_natural_key", get_by_natural_key)
    record_calls("encode")
    record_calls("verify")
    with pytest.raises(InvalidCredentials):
        sign_in(email=email, password="wrong")

    assert len(calls) == 1
