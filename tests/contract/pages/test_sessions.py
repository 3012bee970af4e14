"""Sessions: cookies, what ends a session, and forged forms."""

from collections.abc import Callable

import httpx
import pytest
from psycopg2.extensions import connection as Connection  # noqa: N812 - a class with a lower-case name

from harness.servers.server import Implementation, serve
from tests.contract.client import Account, Client, Json, status_and_code
from tests.contract.document import SETTINGS
from tests.contract.observed import IMPLEMENTATIONS
from tests.contract.pages.visitor import SESSION_COOKIES, TOKEN, Visitor, visit
from tests.contract.shop import PASSWORD, new_account, stock_of

ENDINGS = {
    "deactivated": "UPDATE users SET is_active = false WHERE id = %s",
    "another password": "UPDATE users SET password = password || 'x' WHERE id = %s",
    "deleted": "DELETE FROM users WHERE id = %s",
}
REGISTRATION = ("full_name", "email", "password")
COOKIES = [
    f"{name}={value}" for name in ("sessionid", "session", "csrftoken", "messages") for value in ("", "x", "a" * 32)
]


def attributes(cookie: str) -> set[str]:
    """Return the attributes of a `Set-Cookie`, in lower case, without `Expires`."""
    return {part.strip().lower() for part in cookie.split(";")[1:] if not part.strip().lower().startswith("expires")}


def cookies(response: httpx.Response) -> dict[str, str]:
    """Return the cookies that a response sets, by name."""
    return {cookie.partition("=")[0]: cookie for cookie in response.headers.get_list("set-cookie")}


@pytest.mark.parametrize(("secure", "flag"), [("true", {"secure"}), ("false", set())])
@pytest.mark.parametrize("name", IMPLEMENTATIONS)
def test_cookies_have_all_flags(
    name: Implementation, secure: str, flag: set[str], database_url: str, sql: Connection
) -> None:
    account = new_account(sql)
    with serve(name, database_url, environment={"SECURE_COOKIES": secure}) as running, visit(running) as visitor:
        form = visitor.get("/login")
        token = form.text.partition(f'name="{TOKEN}" value="')[2].partition('"')[0]
        sent = {"Cookie": "; ".join(cookie.partition(";")[0] for cookie in cookies(form).values())}
        fields = {TOKEN: token, "username": account.email, "password": PASSWORD}
        signed_in = visitor.http.post("/login", data=fields, headers=sent)

    assert signed_in.status_code == 303
    found = {**cookies(form), **cookies(signed_in)}
    assert SESSION_COOKIES[name] in found
    assert set(found) <= {SESSION_COOKIES[name], "csrftoken"}
    for cookie in found.values():
        assert attributes(cookie) >= {"httponly", "samesite=lax", "path=/"} | flag
        assert ("secure" in attributes(cookie)) == (secure == "true")
    max_age = SETTINGS["sessions"]["max_age_seconds"]
    assert f"max-age={max_age}" in attributes(found[SESSION_COOKIES[name]])


def test_pages_without_forms_set_no_cookie(visitor: Visitor) -> None:
    for path in ("/", "/about", "/orders", "/products/none"):
        assert cookies(visitor.get(path)) == {}


def test_session_changes_when_a_user_signs_in(visitor: Visitor, account: Account) -> None:
    visitor.get("/login")
    before = dict(visitor.http.cookies)
    visitor.sign_in(account.email)
    after = dict(visitor.http.cookies)

    assert visitor.session_cookie not in {*before.values(), None}
    assert [name for name in before if before[name] == after[name]] == []
    visitor.http.cookies = httpx.Cookies(before)
    assert not visitor.is_signed_in()


def test_session_changes_when_another_user_signs_in(customer: Visitor, sql: Connection) -> None:
    before = customer.session_cookie
    customer.sign_in(new_account(sql).email)

    assert customer.session_cookie not in {before, None}
    assert customer.is_signed_in()


def test_form_of_before_the_sign_in_is_not_valid_after_it(visitor: Visitor, account: Account, product: Json) -> None:
    path = f"/products/{product['slug']}"
    fields = visitor.hidden_fields(path, f"{path}/order")
    visitor.sign_in(account.email)

    assert visitor.http.post(f"{path}/order", data={**fields, "quantity": "1"}).status_code == 403


def test_signing_out_ends_the_session(customer: Visitor) -> None:
    before = customer.session_cookie
    response = customer.submit("/orders", "/logout")

    assert SESSION_COOKIES[customer.implementation] in cookies(response)
    assert customer.session_cookie != before
    assert not customer.is_signed_in()


@pytest.mark.parametrize("statement", ENDINGS.values(), ids=ENDINGS)
def test_session_ends_with_the_account(customer: Visitor, account: Account, sql: Connection, statement: str) -> None:
    assert customer.is_signed_in()
    with sql.cursor() as cursor:
        cursor.execute(statement, [account.id])

    assert not customer.is_signed_in()
    assert "Sign out" not in customer.get("/").text


def test_session_stays_ended_when_user_is_active_again(customer: Visitor, account: Account, sql: Connection) -> None:
    for is_active in (False, True):
        with sql.cursor() as cursor:
            cursor.execute("UPDATE users SET is_active = %s WHERE id = %s", [is_active, account.id])
        assert "Sign out" not in customer.get("/").text

    assert not customer.is_signed_in()


def test_tampered_cookie_is_no_session(customer: Visitor) -> None:
    name, value = SESSION_COOKIES[customer.implementation], customer.session_cookie or ""
    for tampered in (
        value[:-1] + ("Q" if value[-1] == "A" else "A"),  # "B" can stand for the same bytes as "A"
        ("y" if value[0] == "x" else "x") + value[1:],
        value[:-5],
        value + "x",
        '"' + value,
    ):
        customer.http.cookies = httpx.Cookies({name: tampered})
        assert not customer.is_signed_in(), tampered


def test_session_is_not_valid_in_the_api(customer: Visitor) -> None:
    for path in ("/api/orders", "/api/auth/me"):
        assert status_and_code(customer.get(path)) == (401, "not_authenticated")
    assert status_and_code(customer.http.post("/api/products", json={})) == (401, "not_authenticated")


@pytest.mark.parametrize(
    "path", ["/api/products", "/api/nothing", "/api", "/healthz", "/readyz", "/docs", "/openapi.json"]
)
def test_other_responses_have_no_cookie(customer: Visitor, path: str) -> None:
    signed_in = customer.get(path)
    malformed = [httpx.get(customer.http.base_url.join(path), headers={"Cookie": text}) for text in COOKIES]

    for response in (signed_in, *malformed):
        assert "set-cookie" not in response.headers
        assert "vary" not in response.headers


@pytest.mark.parametrize("path", ["/products/{slug}/order", "/register", "/login", "/logout"])
def test_forged_form_is_refused(
    customer: Visitor, new_visitor: Callable[[], Visitor], anonymous: Client, product: Json, path: str
) -> None:
    path = path.format(slug=product["slug"])
    other = new_visitor()
    fields = {"quantity": "1", "full_name": "A", "email": "a@example.com", "password": PASSWORD, "username": "a"}
    valid = customer.hidden_fields("/login", "/login")[TOKEN]
    tokens = [None, "", valid[:-1], valid + "a", valid[::-1], other.hidden_fields("/login", "/login")[TOKEN], "é"]
    for token in tokens:
        response = customer.http.post(path, data=fields if token is None else {**fields, TOKEN: token})
        assert response.status_code == 403, token
        assert "<h1>Permission denied</h1>" in response.text
    assert customer.http.post(path, json={**fields, TOKEN: valid}).status_code == 403
    assert customer.http.post(f"{path}?{TOKEN}={valid}").status_code == 403

    assert customer.is_signed_in()
    assert stock_of(anonymous, product) == 10
    assert anonymous.post("/api/auth/register", {name: fields[name] for name in REGISTRATION}).status_code == 201


def test_form_without_any_cookie_is_refused(visitor: Visitor, account: Account) -> None:
    token = visitor.hidden_fields("/login", "/login")[TOKEN]
    for fields in ({TOKEN: token}, {TOKEN: ""}, {}):
        visitor.http.cookies.clear()
        response = visitor.http.post("/login", data={**fields, "username": account.email, "password": PASSWORD})
        assert response.status_code == 403
        assert visitor.session_cookie is None
