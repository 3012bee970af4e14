"""`next`, the path to which a form leads: its length, and the path of a product whose slug has unusual characters."""

import httpx
import pytest

from tests.contract.client import Account
from tests.contract.pages.test_accounts import location
from tests.contract.pages.visitor import TOKEN, Visitor
from tests.contract.shop import PASSWORD

MAX_LENGTH = 2048
PATHS = {
    "a%20b": "%2Fproducts%2Fa%2520b",
    "%C3%A9": "%2Fproducts%2F%25C3%25A9",
    "%0A": "%2Fproducts%2F%250A",
    "%00": "%2Fproducts%2F%2500",
    "%25": "%2Fproducts%2F%2525",
    "a%3Fb%26": "%2Fproducts%2Fa%253Fb%26",
    "%3Cb%3E": "%2Fproducts%2F%253Cb%253E",
    "%FF": "%2Fproducts%2F%25EF%25BF%25BD",
    "!$&'()*+,;=:@~-._": "%2Fproducts%2F%21%24%26%27%28%29%2A%2B%2C%3B%3D%3A%40~-._",
    "%23%5B%5D%22%5C%5E%60%7B%7C%7D": "%2Fproducts%2F%2523%255B%255D%2522%255C%255E%2560%257B%257C%257D",
}


@pytest.mark.parametrize(("length", "expected"), [(MAX_LENGTH, "/".ljust(MAX_LENGTH, "a")), (MAX_LENGTH + 1, "/")])
def test_next_is_limited(visitor: Visitor, account: Account, length: int, expected: str) -> None:
    path = "/".ljust(length, "a")
    fields = {"username": account.email, "password": PASSWORD}

    assert visitor.hidden_fields(f"/login?next={path}", "/login")["next"] == expected
    assert visitor.hidden_fields(f"/register?next={path}", "/register")["next"] == expected
    assert location(visitor.submit("/login", **fields, next=path)) == expected


@pytest.mark.parametrize(("slug", "expected"), PATHS.items())
def test_path_of_the_product_is_escaped(visitor: Visitor, slug: str, expected: str) -> None:
    token = visitor.hidden_fields("/login", "/login")[TOKEN]
    login = location(visitor.http.post(f"/products/{slug}/order", data={TOKEN: token}))

    assert login == f"/login?next={expected}"
    assert visitor.hidden_fields(login, "/login")["next"] == httpx.QueryParams(login.partition("?")[2])["next"]
