"""Access and refresh tokens: which of them are valid, and for which operations."""

import base64
import json

import httpx
import pytest
from psycopg2.extensions import connection as Connection  # noqa: N812 - a class with a lower-case name

from tests.contract.client import Account, Client, Json, status_and_code
from tests.contract.document import SETTINGS
from tests.contract.shop import PASSWORD, new_account, new_token


@pytest.fixture
def account(sql: Connection) -> Account:
    """Create a customer."""
    return new_account(sql)


def get_me(client: Client, token: str) -> httpx.Response:
    """Request the user of an access token."""
    return client.get("/api/auth/me", headers={"Authorization": f"Bearer {token}"})


def unsigned_copy(token: str) -> str:
    """Return a token with the same claims, `alg: none` and no signature."""
    head = base64.urlsafe_b64encode(json.dumps({"alg": "none", "typ": "JWT"}).encode()).rstrip(b"=").decode()
    return f"{head}.{token.split('.')[1]}."


def test_valid_token_identifies_its_user(anonymous: Client, account: Account) -> None:
    response = get_me(anonymous, new_token(account.id))

    assert (response.status_code, response.json()["email"]) == (200, account.email)


@pytest.mark.parametrize(
    "changes",
    [
        {"token_type": "refresh"},
        {"token_type": None},
        {"token_type": "ACCESS"},
        {"exp": 1_700_000_000},
        {"exp": None},
        {"exp": "soon"},
        {"exp": "99999999999"},
        {"exp": 253_402_300_800},
        {"iat": True},
        {"nbf": -1},
        {"iat": None},
        {"jti": None},
        {"sub": None},
        {"sub": "nobody"},
        {"sub": "019ab0c4-3f60-7c3e-9a55-0f1f6f1c2d3e"},
        {"sub": 7},
        {"iss": "another"},
        {"iss": None},
        {"aud": "another"},
        {"aud": None},
        {"secret": "another secret of thirty-two characters"},
        {"algorithm": "HS512"},
    ],
    ids=str,
)
def test_token_with_an_invalid_claim_is_rejected(anonymous: Client, account: Account, changes: Json) -> None:
    assert status_and_code(get_me(anonymous, new_token(account.id, **changes))) == (401, "invalid_token")


def test_unsigned_token_is_rejected(anonymous: Client, account: Account) -> None:
    assert status_and_code(get_me(anonymous, unsigned_copy(new_token(account.id)))) == (401, "invalid_token")


def test_token_with_an_invalid_signature_is_rejected(anonymous: Client, account: Account) -> None:
    head, claims, signature = new_token(account.id).split(".")
    changed = ("B" if signature[0] == "A" else "A") + signature[1:]

    assert status_and_code(get_me(anonymous, f"{head}.{claims}.{changed}")) == (401, "invalid_token")


def test_token_of_a_deleted_or_inactive_user_is_rejected(anonymous: Client, account: Account, sql: Connection) -> None:
    inactive = new_account(sql, is_active=False)
    with sql.cursor() as cursor:
        cursor.execute("DELETE FROM users WHERE id = %s", (account.id,))

    assert status_and_code(get_me(anonymous, inactive.token)) == (401, "invalid_token")
    assert status_and_code(get_me(anonymous, account.token)) == (401, "invalid_token")
    assert status_and_code(anonymous.as_(account).get("/api/products")) == (401, "invalid_token")


def test_revoked_staff_role_takes_effect_immediately(anonymous: Client, sql: Connection) -> None:
    account = new_account(sql, is_staff=True)
    with sql.cursor() as cursor:
        cursor.execute("UPDATE users SET is_staff = false WHERE id = %s", (account.id,))

    assert status_and_code(anonymous.as_(account).post("/api/categories", {})) == (403, "permission_denied")


def refresh(client: Client, token: str) -> httpx.Response:
    """Request a new access token with a refresh token."""
    return client.post("/api/auth/refresh", {"refresh_token": token})


def test_refresh_token_returns_a_new_access_token(anonymous: Client, account: Account) -> None:
    pair = anonymous.post("/api/auth/login", data={"username": account.email, "password": PASSWORD}).json()
    first, second = (refresh(anonymous, pair["refresh_token"]) for _ in range(2))

    assert (first.status_code, second.status_code) == (200, 200)
    assert first.json()["expires_in"] == SETTINGS["tokens"]["access_lifetime_seconds"]
    assert len({pair["access_token"], first.json()["access_token"], second.json()["access_token"]}) == 3
    assert get_me(anonymous, first.json()["access_token"]).json()["id"] == account.id


@pytest.mark.parametrize(
    "changes",
    [{"token_type": "access"}, {"exp": 1_700_000_000}, {"jti": None}, {"aud": "another"}, {"secret": "x" * 40}],
    ids=str,
)
def test_refresh_rejects_a_token_with_an_invalid_claim(anonymous: Client, account: Account, changes: Json) -> None:
    token = new_token(account.id, **{"token_type": "refresh"} | changes)

    assert status_and_code(refresh(anonymous, token)) == (401, "invalid_token")


@pytest.mark.parametrize("token", ["nonsense", "a.b.c", "ä", "x" * 2000])
def test_refresh_rejects_an_invalid_token(anonymous: Client, token: str) -> None:
    assert status_and_code(refresh(anonymous, token)) == (401, "invalid_token")


def test_refresh_rejects_an_inactive_user(anonymous: Client, sql: Connection) -> None:
    inactive = new_account(sql, is_active=False)

    assert status_and_code(refresh(anonymous, new_token(inactive.id, token_type="refresh"))) == (401, "invalid_token")


def test_me_returns_the_authenticated_user(staff: Client, shopper: Client) -> None:
    assert staff.account
    assert staff.get("/api/auth/me").json()["is_staff"] is True
    assert shopper.get("/api/auth/me").json()["is_staff"] is False
