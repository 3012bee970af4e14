"""Login with the password form, and the tokens that it returns."""

import time
from typing import Any

import httpx
import jwt
import pytest
from argon2 import PasswordHasher, Type
from psycopg2.extensions import connection as Connection  # noqa: N812 - a class with a lower-case name

from harness.servers.command_lines import SECRET_KEY
from tests.contract.client import Account, Client, Json, field_errors, status_and_code
from tests.contract.document import SETTINGS, bound
from tests.contract.shop import PASSWORD, new_account, new_token, unique_email

TOKENS = SETTINGS["tokens"]


def log_in(client: Client, **form: str) -> httpx.Response:
    """Send the login form."""
    return client.post("/api/auth/login", data=form)


@pytest.fixture
def account(sql: Connection) -> Account:
    """Create a customer."""
    return new_account(sql)


def claims_of(token: str) -> Json:
    """Verify signature, issuer and audience of a token, and return its claims."""
    options = {"algorithms": ["HS256"], "issuer": TOKENS["issuer"], "audience": TOKENS["audience"]}
    return jwt.decode(token, SECRET_KEY, **options)


def test_login_returns_access_and_refresh_tokens(anonymous: Client, account: Account) -> None:
    response = log_in(anonymous, username=account.email, password=PASSWORD)

    assert response.status_code == 200
    assert response.json()["token_type"] == "bearer"
    assert response.json()["expires_in"] == TOKENS["access_lifetime_seconds"]


def test_tokens_have_the_claims_of_the_contract(anonymous: Client, account: Account) -> None:
    pair = log_in(anonymous, username=account.email, password=PASSWORD).json()
    access, refresh = claims_of(pair["access_token"]), claims_of(pair["refresh_token"])

    assert set(access) == set(refresh) == {"sub", "iat", "exp", "jti", "iss", "aud", "token_type"}
    assert (access["token_type"], refresh["token_type"]) == ("access", "refresh")
    assert access["sub"] == refresh["sub"] == account.id
    assert access["exp"] - access["iat"] == TOKENS["access_lifetime_seconds"]
    assert refresh["exp"] - refresh["iat"] == TOKENS["refresh_lifetime_seconds"]
    assert access["jti"] != refresh["jti"]
    assert abs(access["iat"] - time.time()) < 60


def test_access_token_authenticates(anonymous: Client, account: Account) -> None:
    token = log_in(anonymous, username=account.email, password=PASSWORD).json()["access_token"]
    me = anonymous.get("/api/auth/me", headers={"Authorization": f"bearer {token}"})

    assert (me.status_code, me.json()["id"]) == (200, account.id)


@pytest.mark.parametrize("change", ["upper", "title"])
def test_email_is_case_insensitive(anonymous: Client, account: Account, change: str) -> None:
    username = f" {getattr(account.email, change)()} "

    assert log_in(anonymous, username=username, password=PASSWORD).status_code == 200


def test_login_rejects_wrong_password_unknown_email_and_inactive_user_alike(
    anonymous: Client, account: Account, sql: Connection
) -> None:
    inactive = new_account(sql, is_active=False)
    responses = [
        log_in(anonymous, username=account.email, password=PASSWORD.upper()),
        log_in(anonymous, username=unique_email(), password=PASSWORD),
        log_in(anonymous, username="not an address", password=PASSWORD),
        log_in(anonymous, username=inactive.email, password=PASSWORD),
    ]

    assert {status_and_code(response) for response in responses} == {(401, "invalid_credentials")}
    assert len({response.content for response in responses}) == 1


SALT_AND_HASH = "c29tZXNhbHRzb21lc2FsdA$" + "A" * 43


@pytest.mark.parametrize(
    "stored",
    [
        "",
        "!",
        "!" + "x" * 40,
        PASSWORD,
        "argon2",
        "argon2$",
        "argon2$argon2id",
        "argon2$argon2id$",
        "argon2$argon2id$v=19$m=abc,t=2,p=1$" + SALT_AND_HASH,
        "argon2$argon2id$v=19$m=19456,t=2$" + SALT_AND_HASH,
        "argon2$argon2id$v=19$m=-1,t=2,p=1$" + SALT_AND_HASH,
        "argon2$argon2id$v=19$m=19456,t=0,p=1$" + SALT_AND_HASH,
        "argon2$argon2id$v=99$m=19456,t=2,p=1$" + SALT_AND_HASH,
        "argon2$argon2id$v=19$m=19456,t=2,p=1$sält$" + "A" * 43,
        "argon2$argon2id$v=19$m=19456,t=2,p=1$!!!$" + "A" * 43,
        "argon2$argon2id$v=19$m=19456,t=2,p=1$$",
        "argon2$argon2id$v=19$m=19456,t=2,p=1$" + SALT_AND_HASH + "$more",
        "argon2$argon2x$v=19$m=19456,t=2,p=1$" + SALT_AND_HASH,
        "ärgon2$argon2id$v=19$m=19456,t=2,p=1$" + SALT_AND_HASH,
        "passwörd",
        "ARGON2$argon2id$v=19$m=19456,t=2,p=1$" + SALT_AND_HASH,
        "pbkdf2_sha256$1000000$salt$hash",
        "bcrypt$$2b$12$" + "a" * 53,
        "md5$salt$hash",
        "5f4dcc3b5aa765d61d8327deb882cf99",
        "$argon2id$v=19$m=19456,t=2,p=1$" + SALT_AND_HASH,
        "argon2argon2$argon2id$v=19$m=19456,t=2,p=1$" + SALT_AND_HASH,
    ],
)
def test_login_rejects_malformed_hash(anonymous: Client, account: Account, sql: Connection, stored: str) -> None:
    with sql.cursor() as cursor:
        cursor.execute("UPDATE users SET password = %s WHERE id = %s", (stored, account.id))

    response = log_in(anonymous, username=account.email, password=PASSWORD)

    assert status_and_code(response) == (401, "invalid_credentials")


def test_login_rejects_hash_without_django_prefix(anonymous: Client, account: Account, sql: Connection) -> None:
    with sql.cursor() as cursor:
        cursor.execute("UPDATE users SET password = substr(password, 7) WHERE id = %s", (account.id,))

    response = log_in(anonymous, username=account.email, password=PASSWORD)

    assert status_and_code(response) == (401, "invalid_credentials")


@pytest.mark.parametrize(
    "costs",
    [{"memory_cost": 131_073, "time_cost": 1}, {"memory_cost": 8, "time_cost": 17}, {"parallelism": 17}],
    ids=str,
)
def test_login_rejects_hash_with_excessive_cost(
    anonymous: Client, account: Account, sql: Connection, costs: dict[str, Any]
) -> None:
    costly = PasswordHasher(**{"memory_cost": 8 * 17, "time_cost": 1, "parallelism": 1} | costs)
    with sql.cursor() as cursor:
        cursor.execute("UPDATE users SET password = %s WHERE id = %s", ("argon2" + costly.hash(PASSWORD), account.id))

    response = log_in(anonymous, username=account.email, password=PASSWORD)

    assert status_and_code(response) == (401, "invalid_credentials")


@pytest.mark.parametrize(
    "costs",
    [
        "m=4294967295,t=2,p=1",
        "m=19456,t=4294967295,p=1",
        "m=99999999999999999999,t=2,p=1",
        "m=134217728,t=2,p=16777215",
    ],
)
def test_login_rejects_hash_with_unbounded_cost(
    anonymous: Client, account: Account, sql: Connection, costs: str
) -> None:
    with sql.cursor() as cursor:
        stored = f"argon2$argon2id$v=19${costs}${SALT_AND_HASH}"
        cursor.execute("UPDATE users SET password = %s WHERE id = %s", (stored, account.id))

    response = log_in(anonymous, username=account.email, password=PASSWORD)

    assert status_and_code(response) == (401, "invalid_credentials")


@pytest.mark.parametrize("costs", [{}, {"memory_cost": 102_400, "parallelism": 8}, {"type": Type.I}], ids=str)
def test_login_accepts_hash_with_other_allowed_cost(
    anonymous: Client, account: Account, sql: Connection, costs: dict[str, Any]
) -> None:
    other = PasswordHasher(**{"memory_cost": 1024, "time_cost": 1, "parallelism": 1} | costs)
    with sql.cursor() as cursor:
        cursor.execute("UPDATE users SET password = %s WHERE id = %s", ("argon2" + other.hash(PASSWORD), account.id))

    assert log_in(anonymous, username=account.email, password=PASSWORD).status_code == 200


@pytest.mark.parametrize("missing", ["username", "password"])
def test_username_and_password_are_required(anonymous: Client, missing: str) -> None:
    form = {"username": "ada@example.com", "password": "x"}
    form.pop(missing)

    assert field_errors(log_in(anonymous, **form)) == [("body", f"/{missing}", "required")]


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("grant_type", "client_credentials", "invalid_choice"),
        ("username", "", "too_short"),
        ("username", "a\x00b", "control_character"),
        ("username", "x" * (bound("Credentials.username", "maxLength") + 1), "too_long"),
        ("password", "", "too_short"),
        ("password", "a\nb", "control_character"),
        ("password", "x" * (bound("Credentials.password", "maxLength") + 1), "too_long"),
        ("scope", "x" * (bound("Credentials.scope", "maxLength") + 1), "too_long"),
        ("client_id", "\x7f", "control_character"),
        ("nonsense", "1", "unknown_field"),
    ],
    ids=lambda value: ascii(value)[:30],
)
def test_form_field_length_is_limited(anonymous: Client, field: str, value: str, code: str) -> None:
    form = {"username": "ada@example.com", "password": "x"} | {field: value}

    assert field_errors(log_in(anonymous, **form)) == [("body", f"/{field}", code)]


def test_repeated_form_field_is_rejected(anonymous: Client) -> None:
    response = anonymous.post("/api/auth/login", data={"username": ["a", "b"], "password": "x"})

    assert field_errors(response) == [("body", "/username", "repeated_field")]


def test_scope_and_client_fields_are_ignored(anonymous: Client, account: Account) -> None:
    extra = {"grant_type": "password", "scope": "", "client_id": "", "client_secret": "x"}

    assert log_in(anonymous, username=account.email, password=PASSWORD, **extra).status_code == 200


def test_login_ignores_an_invalid_token(anonymous: Client, account: Account) -> None:
    form = {"username": account.email, "password": PASSWORD}
    response = anonymous.post("/api/auth/login", data=form, headers={"Authorization": f"Bearer {new_token('x')}"})

    assert response.status_code == 200
