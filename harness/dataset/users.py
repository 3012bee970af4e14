"""Generate accounts: an admin and a shopper with documented passwords, and any number of customers."""

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
# 22 characters, like Django's salts. Django would replace a shorter salt at the first login, which is a write.
_SALT = b"TheSameOnEveryMachine0"


@dataclass(frozen=True)
class Account:
    """An account and its password."""

    email: str
    password: str
    full_name: str
    is_staff: bool = False


ADMIN = Account("admin@example.com", "admin-demo-password", "Ada Admin", is_staff=True)
SHOPPER = Account("shopper@example.com", "shopper-demo-password", "Sam Shopper")
CUSTOMER_PASSWORD = "customer-demo-password"  # noqa: S105 - a documented password of demo data


def customer(number: int) -> Account:
    """Return the customer with that number, counted from 1."""
    first, last = numbers(1, "name", number)[:2]
    name = f"{FIRST_NAMES[first % len(FIRST_NAMES)]} {LAST_NAMES[last % len(LAST_NAMES)]}"
    return Account(f"customer-{number}@example.com", CUSTOMER_PASSWORD, name)


def account(number: int) -> Account:
    """Return the account with that number: 0 is the admin, 1 the shopper, and the others are customers."""
    return (ADMIN, SHOPPER)[number] if number < 2 else customer(number - 1)


def user_key(seed: int, number: int) -> str:
    """Return the primary key of the account with that number."""
    first, second = numbers(seed, "user", number)[:2]
    return key(_created(number), first, second)


def user_rows(seed: int, start: int, stop: int) -> Iterator[str]:
    """Yield the rows in the text format of COPY."""
    for number in range(start, stop):
        each = account(number)
        staff = "tf"[not each.is_staff]
        fields = (user_key(seed, number), each.email, password_hash(each.password), each.full_name, "t", staff, staff)
        yield "\t".join((*fields, timestamp(_created(number)))) + "\n"


@cache
def password_hash(password: str) -> str:
    """Return the argon2id hash in Django's format. The salt is fixed, because it only protects demo data."""
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
