"""Accounts: the two that people sign in with by hand, and any number of customers."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import yaml
from argon2.low_level import Type, hash_secret

from harness.dataset.identity import DAY, SECOND, key, moment, numbers, timestamp
from harness.dataset.vocabulary import FIRST_NAMES, LAST_NAMES
from harness.paths import ROOT

COLUMNS = ("id", "email", "password", "full_name", "is_active", "is_staff", "is_superuser", "created_at")
_SINCE = moment(2024, 12, 1)
# 22 characters, as Django makes them; a shorter salt would be replaced at the first sign-in, by a write.
_SALT = b"TheSameOnEveryMachine0"


@dataclass(frozen=True)
class Account:
    """An account that people know the password of."""

    email: str
    password: str
    full_name: str
    is_staff: bool = False


ADMIN = Account("admin@example.com", "admin-demo-password", "Ada Admin", is_staff=True)
SHOPPER = Account("shopper@example.com", "shopper-demo-password", "Sam Shopper")
CUSTOMER_PASSWORD = "customer-demo-password"  # noqa: S105 - of seeded accounts, and documented


def customer(number: int) -> Account:
    """The seeded customer of that number, counted from 1."""
    first, last = numbers(1, "name", number)[:2]
    name = f"{FIRST_NAMES[first % len(FIRST_NAMES)]} {LAST_NAMES[last % len(LAST_NAMES)]}"
    return Account(f"customer-{number}@example.com", CUSTOMER_PASSWORD, name)


def account(number: int) -> Account:
    """The account in that place: the admin, the shopper, then the customers."""
    return (ADMIN, SHOPPER)[number] if number < 2 else customer(number - 1)


def user_key(seed: int, number: int) -> str:
    """Key of the account in that place."""
    first, second = numbers(seed, "user", number)[:2]
    return key(_created(number), first, second)


def user_rows(seed: int, start: int, stop: int) -> Iterator[str]:
    """Lines for COPY."""
    for number in range(start, stop):
        each = account(number)
        staff = "tf"[not each.is_staff]
        fields = (user_key(seed, number), each.email, password_hash(each.password), each.full_name, "t", staff, staff)
        yield "\t".join((*fields, timestamp(_created(number)))) + "\n"


@cache
def password_hash(password: str) -> str:
    """The argon2id hash in Django's form, with a fixed salt: it only guards demo data."""
    costs = yaml.safe_load((ROOT / "shared_contract" / "settings.yaml").read_text(encoding="utf-8"))["passwords"]
    encoded = hash_secret(
        password.encode(),
        _SALT,
        time_cost=costs["time_cost"],
        memory_cost=costs["memory_cost_kib"],
        parallelism=costs["parallelism"],
        hash_len=32,
        type=Type.ID,
    )
    return "argon2" + encoded.decode()


def _created(number: int) -> int:
    return _SINCE + number * 97 * SECOND % (28 * DAY)
