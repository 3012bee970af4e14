"""Where passwords are hashed; what a hash looks like is the contract suite's."""

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


def test_no_more_threads_hash_than_there_are_processors(monkeypatch: pytest.MonkeyPatch) -> None:
    hashed_in: set[int] = set()
    encode = Argon2PasswordHasher.encode

    def noted(hasher: Argon2PasswordHasher, password: str, salt: str) -> str:
        hashed_in.add(threading.get_ident())
        return encode(hasher, password, salt)

    monkeypatch.setattr(Argon2PasswordHasher, "encode", noted)
    with ThreadPoolExecutor(PROCESSORS + 2) as server:
        stored = [*server.map(make_password, [PASSWORD] * 3 * (PROCESSORS + 2))]
        checked = [*server.map(check_password, [PASSWORD] * len(stored), stored)]

    assert 1 <= len(hashed_in) <= PROCESSORS
    assert all(checked)


def test_what_goes_wrong_in_a_thread_goes_wrong_for_who_asked() -> None:
    with pytest.raises(HashingError, match="Salt is too short"):
        make_password(PASSWORD, salt="salt")


@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")
def test_a_forked_process_hashes_in_threads_of_its_own() -> None:
    make_password(PASSWORD)  # here the threads run already

    child = get_context("fork").Process(target=make_password, args=[PASSWORD])
    child.start()
    child.join(60)
    child.kill()

    assert child.exitcode == 0


@pytest.mark.parametrize("email", [EMAIL, "unknown@example.com"], ids=["wrong password", "unknown address"])
def test_a_refused_sign_in_costs_one_hash_whether_the_address_is_known_or_not(
    email: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = User(email=EMAIL, password=make_password(PASSWORD))
    hashes: list[str] = []

    def found(_manager: object, wanted: str) -> User:
        if wanted != EMAIL:
            raise User.DoesNotExist
        return user

    def noted(name: str) -> None:
        method = getattr(Argon2PasswordHasher, name)

        def call(*arguments: object) -> object:
            hashes.append(name)
            return method(*arguments)

        monkeypatch.setattr(Argon2PasswordHasher, name, call)

    monkeypatch.setattr(type(User.objects), "get_by_natural_key", found)
    noted("encode")
    noted("verify")
    with pytest.raises(InvalidCredentials):
        sign_in(email=email, password="wrong")

    assert len(hashes) == 1
