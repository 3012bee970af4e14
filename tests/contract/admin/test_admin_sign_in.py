"""Signing in to the admins and out of them: for staff only, with the limits of the API, asked at each request."""

import re
from urllib.parse import urlencode

import httpx
import pytest
from psycopg2.extensions import connection as Connection  # noqa: N812 - a class with a lower-case name

from harness.servers.server import Implementation, serve
from tests.contract.admin.client import FEATURES, SIGNED_IN, Admin, open_admin
from tests.contract.admin.forms import form_with
from tests.contract.client import Account, Client, in_chunks
from tests.contract.document import SETTINGS
from tests.contract.observed import IMPLEMENTATIONS
from tests.contract.shop import new_account, product_body, unique_email
from tests.contract.users.test_throttling import count_of, set_count

LIMITS = SETTINGS["throttles"]


def message(page: httpx.Response) -> str:
    """Return the error on the page of the sign-in."""
    found = re.search(r'class="(?:errornote|alert-description)">(.*?)</(?:p|div)>', page.text, re.DOTALL)
    assert found, page.text
    return found[1].strip()


def update_user(sql: Connection, account: Account, column: str) -> None:
    """Set a flag of the user to false."""
    with sql.cursor() as cursor:
        cursor.execute(f"UPDATE users SET {column} = false WHERE id = %s", [account.id])


def test_staff_sees_all_lists(staff_admin: Admin) -> None:
    assert [staff_admin.get(staff_admin.path(model)).status_code for model in FEATURES] == [200] * len(FEATURES)


@pytest.mark.parametrize("model", FEATURES)
def test_without_sign_in_every_list_is_the_sign_in(admin: Admin, model: str) -> None:
    assert "login" in admin.get(admin.path(model)).url.path


def test_shopper_wrong_password_and_unknown_address_get_the_same_message(
    admin: Admin, sql: Connection, staff_account: Account
) -> None:
    tries = [
        admin.sign_in(new_account(sql).email),
        admin.sign_in(staff_account.email, "wrong"),
        admin.sign_in(unique_email()),
        admin.sign_in(new_account(sql, is_staff=True, is_active=False).email),
    ]

    assert len({(page.status_code, message(page)) for page in tries}) == 1
    assert not admin.is_signed_in()


@pytest.mark.parametrize("column", ["is_active", "is_staff"])
def test_staff_who_lose_their_role_lose_access_at_once(
    staff_admin: Admin, staff_account: Account, sql: Connection, column: str
) -> None:
    assert staff_admin.is_signed_in()
    update_user(sql, staff_account, column)

    assert not staff_admin.is_signed_in()


def test_changed_password_ends_the_session(staff_admin: Admin, staff_account: Account, sql: Connection) -> None:
    assert staff_admin.is_signed_in()
    with sql.cursor() as cursor:
        cursor.execute("UPDATE users SET password = password || 'x' WHERE id = %s", [staff_account.id])

    assert not staff_admin.is_signed_in()


@pytest.mark.parametrize("limit", ["login_address", "login_account"])
def test_sign_in_above_the_limit_is_429_even_with_the_right_password(
    admin: Admin, staff_account: Account, sql: Connection, limit: str
) -> None:
    value = {"login_address": "127.0.0.1", "login_account": staff_account.email}[limit]
    set_count(sql, limit, value, LIMITS[limit]["requests"], seconds_left=30)

    page = admin.sign_in(staff_account.email.upper())

    assert page.status_code == 429
    assert 0 < int(page.headers["Retry-After"]) <= 30
    assert message(page).startswith("There were too many requests")
    assert not admin.is_signed_in()


def test_sign_in_counts_for_its_address_and_its_account(admin: Admin, staff_account: Account, sql: Connection) -> None:
    admin.sign_in(staff_account.email.upper(), "wrong")

    assert count_of(sql, "login_address", "127.0.0.1") == 1
    assert count_of(sql, "login_account", staff_account.email) == 1


def test_sign_out_is_a_post(staff_admin: Admin) -> None:
    staff_admin.http.follow_redirects = False
    assert staff_admin.sign_out("GET").status_code == 405
    assert staff_admin.is_signed_in()

    assert staff_admin.sign_out().status_code in {200, 302, 303}
    assert not staff_admin.is_signed_in()


def test_forged_sign_in_and_sign_out_are_403(admin: Admin, staff_account: Account) -> None:
    login = admin.get("/admin/").url
    forged = admin.http.post(login, data={"username": staff_account.email, "password": staff_account.password})
    assert forged.status_code == 403

    admin.sign_in(staff_account.email)
    assert admin.http.post("/admin/logout/" if admin.is_django else "/admin/logout").status_code == 403
    assert admin.is_signed_in()


def test_body_above_the_size_limit_is_rejected(admin: Admin) -> None:
    login = admin.get("/admin/").url
    body = b"username=" + b"x" * SETTINGS["bodies"]["max_bytes"]

    response = admin.http.post(login, content=body, headers={"Content-Type": "application/x-www-form-urlencoded"})

    assert response.status_code in {403, 413}  # Django finds no token in a body that it cannot read


@pytest.mark.parametrize(("extra_bytes", "status"), [(0, 200), (SETTINGS["bodies"]["max_bytes"], 413)])
def test_sign_in_in_chunks_has_the_limit_of_others(
    admin: Admin, staff_account: Account, extra_bytes: int, status: int
) -> None:
    page = admin.get("/admin/")
    credentials = {"username": staff_account.email, "password": staff_account.password}
    body = urlencode({**form_with(page.text, "password").fields, **credentials, "extra": "x" * extra_bytes})
    headers = {"Content-Type": "application/x-www-form-urlencoded"}

    response = admin.http.post(page.url, content=in_chunks(body.encode()), headers=headers)

    assert response.status_code == status
    assert admin.is_signed_in() == (status == 200)


def test_session_is_no_token_of_the_api(staff_admin: Admin, category: dict[str, str]) -> None:
    response = staff_admin.http.post("/api/products", json=product_body(category))

    assert response.status_code == 401
    assert "set-cookie" not in response.headers


def test_api_sets_no_cookie(anonymous: Client) -> None:
    response = anonymous.get("/api/products")

    assert "set-cookie" not in response.headers
    assert "vary" not in response.headers


def cookies_of_sign_in(admin: Admin, staff: Account) -> list[str]:
    """Return what the sign-in sets as cookies: that of the form, and that of the session."""
    admin.http.follow_redirects = False
    page = admin.http.get("/admin/login/" if admin.is_django else "/admin/login")
    form = form_with(page.text, "password").fields | {"username": staff.email, "password": staff.password}
    first = page.headers["set-cookie"]
    # The client does not send a secure cookie to a server without TLS.
    signed_in = admin.http.post(page.url, data=form, headers={"Cookie": first.partition(";")[0]})
    cookies = signed_in.headers.get_list("set-cookie")
    return [first, next(each for each in cookies if each.startswith(SIGNED_IN[admin.implementation]))]


def test_cookies_are_for_one_site_and_that_of_the_session_for_http_only(admin: Admin, staff_account: Account) -> None:
    token, session = cookies_of_sign_in(admin, staff_account)

    assert "; samesite=lax" in token.lower()
    assert {"httponly", "samesite=lax"} <= set(session.lower().split("; "))
    assert "secure" not in (token + session).lower()


@pytest.mark.parametrize("implementation", IMPLEMENTATIONS)
def test_cookies_are_secure_in_production(implementation: Implementation, database_url: str, sql: Connection) -> None:
    staff = new_account(sql, is_staff=True)
    with (
        serve(implementation, database_url, environment={"SECURE_COOKIES": "true"}) as running,
        open_admin(running) as admin,
    ):
        cookies = cookies_of_sign_in(admin, staff)

    assert ["secure" in cookie.lower().split("; ") for cookie in cookies] == [True, True]


def test_pages_have_a_policy_and_load_nothing_from_another_host(staff_admin: Admin) -> None:
    for model in FEATURES:
        page = staff_admin.get(staff_admin.path(model))
        policy = page.headers["content-security-policy"]

        assert "default-src 'self'" in policy
        assert not re.search(r"script-src[^;]*'unsafe", policy)
        assert re.findall(r"""(?:src|href|url\(|@import)[='"( ]+(https?://(?!127\.0\.0\.1)[^'" )]+)""", page.text) == []
        assert page.headers["x-frame-options"] == "DENY"
        assert page.headers["x-content-type-options"] == "nosniff"
        assert "no-store" in page.headers["cache-control"]
