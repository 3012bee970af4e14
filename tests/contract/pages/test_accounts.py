"""The pages for accounts and orders: register, sign in, order, my orders."""

import re
from collections.abc import Callable

import httpx
import pytest
from psycopg2.extensions import connection as Connection  # noqa: N812 - a class with a lower-case name

from tests.contract.client import Account, Client, Json
from tests.contract.document import SETTINGS
from tests.contract.pages.test_products import NEXT, error_of
from tests.contract.pages.visitor import Visitor
from tests.contract.shop import PASSWORD, new_account, new_order, new_product, stock_of, unique_email

REGISTRATION = {"full_name": "Ada Lovelace", "email": "Ada@Example.com", "password": "long enough"}
WRONG = "The e-mail address or the password is wrong."


def location(response: httpx.Response) -> str:
    """Return where a redirect leads."""
    assert (response.status_code, response.content) == (303, b""), response.text
    return response.headers["location"]


def test_registered_user_signs_in_and_orders(visitor: Visitor, product: Json, anonymous: Client) -> None:
    path = f"/products/{product['slug']}"
    assert location(visitor.order(product["slug"])) == f"/login?next={path.replace('/', '%2F')}"
    assert f'<a href="/register?next={path}">' in visitor.get(f"/login?next={path}").text

    login = location(visitor.submit(f"/register?next={path}", **REGISTRATION))
    assert (
        '<p class="notice" role="status">Your account was created. You can sign in now.</p>' in visitor.get(login).text
    )
    assert "notice" not in visitor.get(login).text
    assert location(visitor.submit(login, username="ada@example.com", password="long enough")) == path

    assert location(visitor.order(product["slug"], "3")) == "/orders"
    orders = visitor.get("/orders").text
    assert '<p class="notice" role="status">Thank you for your order.</p>' in orders
    assert f"<li>3 &times; {product['name']}: 59.97</li>" in orders
    assert "notice" not in visitor.get("/orders").text
    assert stock_of(anonymous, product) == 7

    assert location(visitor.submit("/orders", "/logout")) == "/"
    assert not visitor.is_signed_in()


@pytest.mark.parametrize(
    ("quantity", "status", "message"),
    [
        ("", 422, "This field is required."),
        ("0", 422, "This must be at least 1."),
        ("-1", 422, "This must be at least 1."),
        ("10001", 422, "This must be at most 10000."),
        ("1.5", 422, "This must be an integer."),
        ("two", 422, "This must be an integer."),
        ("9" * 5000, 422, "This must be at most 10000."),
        ("11", 409, "There are not enough pieces in stock."),
    ],
)
def test_order_that_is_not_possible_shows_the_page_with_the_error(
    customer: Visitor, product: Json, anonymous: Client, quantity: str, status: int, message: str
) -> None:
    page = customer.order(product["slug"], quantity)

    assert (page.status_code, error_of(page, "quantity")) == (status, message)
    assert f"<h1>{product['name']}</h1>" in page.text
    assert f'value="{quantity}"' in page.text
    assert stock_of(anonymous, product) == 10


def test_product_that_is_no_longer_sold_cannot_be_ordered(customer: Visitor, product: Json, staff: Client) -> None:
    path = f"/products/{product['slug']}"
    fields = customer.hidden_fields(path, f"{path}/order")
    staff.patch(f"/api{path}", {"is_active": False})
    page = customer.http.post(f"{path}/order", data={**fields, "quantity": "1"})

    assert page.status_code == 404
    assert "<h1>Not found</h1>" in page.text


def test_orders_are_those_of_the_user_alone(
    new_visitor: Callable[[], Visitor], sql: Connection, staff: Client, product: Json
) -> None:
    account = new_account(sql, is_staff=True)
    new_order(staff, product)
    visitor = new_visitor()
    visitor.sign_in(account.email)

    assert "There are no orders yet." in visitor.get("/orders").text


def test_pages_of_orders(customer: Visitor, account: Account, anonymous: Client, staff: Client, category: Json) -> None:
    product = new_product(staff, category, stock=1000)
    for quantity in range(1, 23):
        new_order(anonymous.as_(account), product, quantity=quantity)
    first = customer.get("/orders").text
    second = customer.get(NEXT.findall(first)[0]).text

    assert [*map(int, re.findall(r"<li>(\d+) &times;", first + second))] == [*range(22, 0, -1)]
    assert NEXT.findall(second) == []


def test_invalid_cursor_of_the_orders_is_an_error_page(customer: Visitor) -> None:
    page = customer.get("/orders?cursor=nonsense")

    assert page.status_code == 422
    assert "<h1>Invalid request</h1>" in page.text


@pytest.mark.parametrize(
    ("changes", "name", "message"),
    [
        ({"full_name": ""}, "full_name", "This field is required."),
        ({"full_name": " \t"}, "full_name", "This must have at least 1 characters."),
        ({"email": "ada"}, "email", "This must be an e-mail address."),
        ({"password": "short"}, "password", "This must have at least 8 characters."),
        ({"email": "taken@example.com"}, "email", "This is already taken."),
    ],
)
def test_invalid_registration_shows_the_form_with_the_error(
    visitor: Visitor, sql: Connection, changes: dict[str, str], name: str, message: str
) -> None:
    with sql.cursor() as cursor:
        cursor.execute(
            "INSERT INTO users (email, password, full_name, is_active, is_staff, is_superuser)"
            " VALUES ('taken@example.com', '', '', true, false, false)"
        )
    page = visitor.submit("/register?next=/orders", **{**REGISTRATION, **changes})

    assert (page.status_code, error_of(page, name)) == (422, message)
    assert page.text.count('class="error"') == 1
    assert 'name="next" value="/orders"' in page.text
    assert "long enough" not in page.text


def test_wrong_password_unknown_address_and_inactive_user_look_the_same(visitor: Visitor, sql: Connection) -> None:
    account, inactive = new_account(sql), new_account(sql, is_active=False)
    tries = [(account.email, "wrong"), (unique_email(), PASSWORD), (inactive.email, PASSWORD)]
    pages = [visitor.sign_in(email, password) for email, password in tries]
    texts = {
        re.sub('(csrfmiddlewaretoken" value)="[^"]*"', "", page.text).replace(email, "EMAIL")
        for page, (email, _) in zip(pages, tries, strict=True)
    }

    assert [page.status_code for page in pages] == [422] * 3
    assert len(texts) == 1
    assert f'<p class="notice" role="alert">{WRONG}</p>' in texts.pop()


def test_sign_in_without_fields_shows_their_errors(visitor: Visitor) -> None:
    page = visitor.submit("/login")

    assert page.status_code == 422
    assert (error_of(page, "username"), error_of(page, "password")) == ("This field is required.",) * 2


def test_sign_ins_are_limited_together_with_those_of_the_api(
    visitor: Visitor, anonymous: Client, account: Account
) -> None:
    limit = SETTINGS["throttles"]["login_account"]["requests"]
    for _ in range(limit):
        anonymous.post("/api/auth/login", data={"username": account.email, "password": "wrong"})
    page = visitor.sign_in(account.email.upper())

    assert page.status_code == 429
    seconds = page.headers["retry-after"]
    assert 0 < int(seconds) <= 60
    assert f'<p class="notice" role="alert">Too many requests. Try again in {seconds} seconds.</p>' in page.text
    assert not visitor.is_signed_in()


@pytest.mark.parametrize("path", ["/orders", "/?search=a&ordering=name", "/products/a-1", "/a//b"])
def test_next_leads_to_a_path_of_this_server(visitor: Visitor, account: Account, path: str) -> None:
    login = str(httpx.URL("/login", params={"next": path}))

    assert location(visitor.submit(login, username=account.email, password=PASSWORD)) == path


@pytest.mark.parametrize(
    "path",
    [
        *("", "orders", "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example", "/\\/evil.example"),
        *(
            "https://evil.example",
            "https:evil.example",
            "http:///evil.example",
            "javascript:alert(1)",
            " //evil.example",
        ),
        *("/\t/evil.example", "/\n/evil.example", "\t//evil.example", "/\r\nSet-Cookie: a=b", "/é", "/a b", "/\x00"),
    ],
)
def test_next_leads_nowhere_else(visitor: Visitor, account: Account, path: str) -> None:
    login = str(httpx.URL("/login", params={"next": path}))
    fields = {"username": account.email, "password": PASSWORD}

    assert visitor.hidden_fields(login, "/login")["next"] == "/"
    assert location(visitor.submit("/login", **fields, next=path)) == "/"
