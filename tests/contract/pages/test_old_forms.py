"""Forms that were loaded before the session ended: the token stays valid until a user signs in."""

import httpx
import pytest
from psycopg2.extensions import connection as Connection  # noqa: N812 - a class with a lower-case name

from tests.contract.client import Account, Client, Json
from tests.contract.pages.test_accounts import location
from tests.contract.pages.visitor import TOKEN, Visitor
from tests.contract.shop import PASSWORD, new_account, stock_of


@pytest.fixture
def token(customer: Visitor) -> str:
    """Return the token of a form that was loaded while the user was signed in."""
    return customer.hidden_fields("/orders", "/logout")[TOKEN]


@pytest.fixture
def deactivated(token: str, account: Account, sql: Connection) -> str:
    """Deactivate the user, and return the token of a form that was loaded before."""
    with sql.cursor() as cursor:
        cursor.execute("UPDATE users SET is_active = false WHERE id = %s", [account.id])
    return token


def assert_leads_to_sign_in(response: httpx.Response, product: Json) -> None:
    """Fail unless the response leads to the sign-in, and from there to the product."""
    assert location(response) == f"/login?next=%2Fproducts%2F{product['slug']}"


def order(visitor: Visitor, product: Json, token: str) -> httpx.Response:
    """Send the form of a product with this token."""
    return visitor.http.post(f"/products/{product['slug']}/order", data={TOKEN: token, "quantity": "1"})


def test_order_after_signing_out_leads_to_the_sign_in(
    customer: Visitor, token: str, product: Json, anonymous: Client
) -> None:
    assert location(customer.submit("/orders", "/logout")) == "/"

    assert_leads_to_sign_in(order(customer, product, token), product)
    assert stock_of(anonymous, product) == 10


def test_order_of_a_deactivated_user_leads_to_the_sign_in(
    customer: Visitor, deactivated: str, product: Json, anonymous: Client
) -> None:
    for _ in range(2):
        assert_leads_to_sign_in(order(customer, product, deactivated), product)
    assert stock_of(anonymous, product) == 10


def test_deactivated_user_signs_out(customer: Visitor, deactivated: str) -> None:
    assert location(customer.http.post("/logout", data={TOKEN: deactivated})) == "/"


def test_another_user_signs_in_after_a_deactivated_one(customer: Visitor, deactivated: str, sql: Connection) -> None:
    fields = {TOKEN: deactivated, "username": new_account(sql).email, "password": PASSWORD}

    assert location(customer.http.post("/login", data=fields)) == "/"
    assert customer.is_signed_in()


def test_sign_in_after_signing_out_shows_its_errors(customer: Visitor, token: str) -> None:
    customer.submit("/orders", "/logout")
    page = customer.http.post("/login", data={TOKEN: token})

    assert (page.status_code, page.text.count('class="error"')) == (422, 2)


def test_token_changes_at_the_next_sign_in(
    customer: Visitor, token: str, account: Account, product: Json, anonymous: Client
) -> None:
    customer.submit("/orders", "/logout")
    customer.sign_in(account.email)

    assert order(customer, product, token).status_code == 403
    assert stock_of(anonymous, product) == 10
