"""Which requests contain a form: the type of the body, the place of the token, the origin, and the encoding."""

from collections.abc import Iterator
from urllib.parse import urlencode

import httpx
import pytest
from psycopg2.extensions import connection as Connection  # noqa: N812 - a class with a lower-case name

from harness.servers.server import Implementation, serve
from tests.contract.client import Account, status_and_code
from tests.contract.document import SETTINGS
from tests.contract.observed import IMPLEMENTATIONS
from tests.contract.pages.visitor import TOKEN, Visitor, visit
from tests.contract.shop import PASSWORD, new_account

MAX_BYTES = SETTINGS["bodies"]["max_bytes"]
URL_ENCODED = "application/x-www-form-urlencoded"
FORMS = [URL_ENCODED, "Application/X-WWW-Form-URLEncoded", f"{URL_ENCODED}; charset=UTF-8", f"{URL_ENCODED}; a=b"]
OTHERS = [
    None,
    "",
    "text/plain",
    "application/json",
    "multipart/form-data; boundary=x",
    "*/*",
    "application/*",
    f"{URL_ENCODED}x",
    f"{URL_ENCODED}; charset=latin-1",
]


@pytest.fixture
def fields(visitor: Visitor, account: Account) -> dict[str, str]:
    """Return the fields of a valid form for signing in."""
    return {**visitor.hidden_fields("/login", "/login"), "username": account.email, "password": PASSWORD}


def send(
    visitor: Visitor, body: bytes | str | Iterator[bytes], content_type: str | None = URL_ENCODED, **headers: str
) -> httpx.Response:
    """Send a body to the sign-in."""
    if content_type is not None:
        headers["Content-Type"] = content_type
    return visitor.http.post("/login", content=body, headers=headers)


def assert_is_refused(response: httpx.Response) -> None:
    """Fail unless the response is the page for a form without a valid token."""
    assert response.status_code == 403
    assert "<h1>Permission denied</h1>" in response.text


@pytest.mark.parametrize("content_type", FORMS)
def test_url_encoded_body_is_a_form(visitor: Visitor, fields: dict[str, str], content_type: str) -> None:
    assert send(visitor, urlencode(fields), content_type).status_code == 303


@pytest.mark.parametrize("content_type", OTHERS)
def test_body_of_another_type_is_no_form(visitor: Visitor, fields: dict[str, str], content_type: str | None) -> None:
    assert_is_refused(send(visitor, urlencode(fields), content_type))
    assert not visitor.is_signed_in()


def test_multipart_body_is_no_form(visitor: Visitor, fields: dict[str, str]) -> None:
    files = {name: (None, value) for name, value in fields.items()}

    assert_is_refused(visitor.http.post("/login", files=files))


def test_chunked_form_is_a_form(visitor: Visitor, fields: dict[str, str]) -> None:
    assert send(visitor, iter([urlencode(fields).encode()])).status_code == 303


def test_token_in_a_header_does_not_count(visitor: Visitor, fields: dict[str, str]) -> None:
    token = fields.pop(TOKEN)
    tokens = {"X-CSRFToken": token, "X-CSRF-Token": token, "X-XSRF-Token": token}

    assert_is_refused(send(visitor, urlencode(fields), **tokens))
    assert_is_refused(send(visitor, urlencode({**fields, TOKEN: ""}), **tokens))
    assert send(visitor, urlencode({**fields, TOKEN: token}), **{"X-CSRFToken": "x"}).status_code == 303


@pytest.mark.parametrize(
    "origin",
    [
        *("", "null", "http://evil.example", "{scheme_and_host}:1", "https://{host}:{port}", "{origin}/", "{origin}.a"),
        *("{host}:{port}", "//{host}:{port}", "http://user@{host}:{port}", "{origin} {origin}", "HTTP://{host}:{port}"),
    ],
)
def test_form_of_another_origin_is_refused(visitor: Visitor, fields: dict[str, str], origin: str) -> None:
    url = visitor.http.base_url
    own = f"http://{url.host}:{url.port}"
    text = origin.format(scheme_and_host=f"http://{url.host}", host=url.host, port=url.port, origin=own)

    assert_is_refused(send(visitor, urlencode(fields), Origin=text))
    assert send(visitor, urlencode(fields), Origin=own).status_code == 303


def test_origin_is_compared_with_the_host_of_the_request(visitor: Visitor, fields: dict[str, str]) -> None:
    port = visitor.http.base_url.port
    headers = {"Host": f"localhost:{port}", "Origin": f"http://127.0.0.1:{port}"}

    assert_is_refused(send(visitor, urlencode(fields), **headers))
    assert send(visitor, urlencode(fields), **{**headers, "Origin": f"http://localhost:{port}"}).status_code == 303


@pytest.mark.parametrize(
    ("secure", "origin", "status"),
    [
        ("true", "https://127.0.0.1", 303),
        ("true", "https://127.0.0.1:8443", 403),
        ("true", "http://127.0.0.1", 403),
        ("false", "https://127.0.0.1", 403),
    ],
)
@pytest.mark.parametrize("name", IMPLEMENTATIONS)
def test_hosts_are_trusted_with_https_if_cookies_are_secure(
    name: Implementation, secure: str, origin: str, status: int, database_url: str, sql: Connection
) -> None:
    account = new_account(sql)
    with serve(name, database_url, environment={"SECURE_COOKIES": secure}) as running, visit(running) as visitor:
        fields = {**visitor.hidden_fields("/login", "/login"), "username": account.email, "password": PASSWORD}
        cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in visitor.http.cookies.jar)
        response = send(visitor, urlencode(fields), Origin=origin, Cookie=cookies)

    assert response.status_code == status


@pytest.mark.parametrize("content_type", [*FORMS, *OTHERS])
def test_body_that_is_too_large_is_a_problem_without_vary(visitor: Visitor, content_type: str | None) -> None:
    token = visitor.hidden_fields("/login", "/login")[TOKEN]
    for body in (urlencode({TOKEN: token, "username": "a" * MAX_BYTES}), "a" * (MAX_BYTES + 1)):
        for headers in ({}, {"Origin": "null"}, {"Cookie": ""}):
            response = send(visitor, body, content_type, **headers)
            assert status_and_code(response) == (413, "content_too_large")
            assert "vary" not in response.headers
            assert "set-cookie" not in response.headers


def test_largest_form(visitor: Visitor) -> None:
    form = urlencode({**visitor.hidden_fields("/login", "/login"), "username": ""})

    assert send(visitor, form.ljust(MAX_BYTES, "a")).status_code == 422
    assert status_and_code(send(visitor, form.ljust(MAX_BYTES + 1, "a"))) == (413, "content_too_large")


def test_bytes_that_are_not_utf8_are_shown_as_replacement_characters(visitor: Visitor) -> None:
    form = urlencode(visitor.hidden_fields("/login", "/login")).encode()
    for sent in (b"\xe9@x.com", b"%E9@x.com"):
        page = send(visitor, form + b"&username=" + sent)
        assert page.status_code == 422
        assert 'value="\N{REPLACEMENT CHARACTER}@x.com"' in page.text
