"""Methods, headers and errors of the pages."""

from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from psycopg2.extensions import connection as Connection  # noqa: N812 - a class with a lower-case name

from harness.servers.server import Implementation, serve
from tests.contract.client import Account, Client, Json, in_chunks, status_and_code
from tests.contract.document import SETTINGS
from tests.contract.observed import IMPLEMENTATIONS
from tests.contract.pages.visitor import Visitor, visit

POLICY = "; ".join(f"{name} {value}" for name, value in SETTINGS["content_security_policy"].items())
READ, FORM, WRITE = "GET, HEAD, OPTIONS", "GET, HEAD, POST, OPTIONS", "POST, OPTIONS"
ALLOWED = {
    "/": READ,
    "/products/cup": READ,
    "/products/cup/order": WRITE,
    "/register": FORM,
    "/login": FORM,
    "/logout": WRITE,
    "/orders": READ,
    "/about": READ,
    "/admin": READ,
}


@pytest.mark.parametrize("path", ALLOWED)
def test_methods(visitor: Visitor, path: str) -> None:
    options = visitor.http.options(path)

    assert (options.status_code, options.headers["allow"], options.content) == (204, ALLOWED[path], b"")
    for method in {"GET", "POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"} - set(ALLOWED[path].split(", ")):
        response = visitor.http.request(method, path)
        assert status_and_code(response) == (405, "method_not_allowed"), method
        assert response.headers["allow"] == ALLOWED[path]
    if "HEAD" in ALLOWED[path]:
        head, get = visitor.http.head(path), visitor.get(path)
        assert (head.status_code, head.content) == (get.status_code, b"")
        assert head.headers.get("content-type") == get.headers.get("content-type")


def test_path_of_the_admin_without_a_slash_leads_to_it(visitor: Visitor) -> None:
    response = visitor.get("/admin")
    assert (response.status_code, response.headers["location"]) == (303, "/admin/")


def test_policy_is_strict() -> None:
    assert POLICY == (
        "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; connect-src 'self'; "
        "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    )


def test_headers_of_pages(customer: Visitor, product: Json) -> None:
    slug = product["slug"]
    pages = [
        *(customer.get(path) for path in ("/", "/?min_price=x", f"/products/{slug}", "/products/none", "/orders")),
        *(customer.get(path) for path in ("/register", "/login", "/about", "/orders?cursor=x")),
        *(customer.order(slug, quantity) for quantity in ("x", "100")),
        *(customer.http.post(path) for path in ("/login", "/logout", "/register", f"/products/{slug}/order")),
    ]

    for page in pages:
        assert page.headers["content-type"] == "text/html; charset=utf-8"
        assert page.headers["content-security-policy"] == POLICY
        assert page.headers["cache-control"] == "no-store"
        assert page.headers["vary"] == "Cookie"
        assert page.headers["x-frame-options"] == "DENY"
        assert "<script" not in page.text
        assert "style=" not in page.text
        assert page.text.count("<h1>") == 1


def test_pages_ignore_accept_and_authorization(visitor: Visitor) -> None:
    page = visitor.http.get("/", headers={"Accept": "image/png", "Authorization": "Bearer nonsense"})

    assert page.status_code == 200


@pytest.mark.parametrize(
    "path", ["/nothing", "/products", "/products/", "/products/a/b", "/login/", "/orders/1", "/LOGIN"]
)
def test_other_paths_are_problems(visitor: Visitor, path: str) -> None:
    for method in ("GET", "POST"):
        assert status_and_code(visitor.http.request(method, path)) == (404, "not_found")


def test_form_that_is_too_large_is_a_problem(visitor: Visitor) -> None:
    fields = visitor.hidden_fields("/login", "/login")
    response = visitor.http.post("/login", data={**fields, "username": "a" * SETTINGS["bodies"]["max_bytes"]})

    assert status_and_code(response) == (413, "content_too_large")


@pytest.mark.parametrize("extra_bytes", [0, SETTINGS["bodies"]["max_bytes"], SETTINGS["images"]["max_form_bytes"]])
def test_form_in_chunks_has_the_limit_of_other_forms(visitor: Visitor, account: Account, extra_bytes: int) -> None:
    fields = visitor.hidden_fields("/login", "/login") | {"username": account.email, "password": account.password}
    body = urlencode({**fields, "extra": "a" * extra_bytes}).encode()
    headers = {"Content-Type": "application/x-www-form-urlencoded"}

    response = visitor.http.post("/login", content=in_chunks(body), headers=headers)

    if extra_bytes:
        assert status_and_code(response) == (413, "content_too_large")
    else:
        assert (response.status_code, response.headers["location"]) == (303, "/")


def test_form_in_chunks_can_be_as_long_as_the_limit(visitor: Visitor, account: Account) -> None:
    fields = visitor.hidden_fields("/login", "/login") | {"username": account.email, "password": account.password}
    body = urlencode({**fields, "extra": ""}).encode().ljust(SETTINGS["bodies"]["max_bytes"], b"a")
    headers = {"Content-Type": "application/x-www-form-urlencoded"}

    statuses = [
        visitor.http.post("/login", content=in_chunks(content), headers=headers).status_code
        for content in (body + b"a", body)
    ]

    assert statuses == [413, 303]


@pytest.mark.parametrize("implementation", IMPLEMENTATIONS)
def test_form_that_is_too_large_is_a_problem_in_development(implementation: Implementation, database_url: str) -> None:
    with (
        serve(implementation, database_url, environment={"ENVIRONMENT": "development"}) as running,
        visit(running) as visitor,
    ):
        response = visitor.submit("/login", username="a" * SETTINGS["bodies"]["max_bytes"])

    assert status_and_code(response) == (413, "content_too_large")
    assert "Traceback" not in response.text


@pytest.fixture
def broken_database(sql: Connection) -> Iterator[None]:
    """Rename a column of the products."""
    with sql.cursor() as cursor:
        cursor.execute("ALTER TABLE products RENAME COLUMN price TO cost")
        yield
        cursor.execute("ALTER TABLE products RENAME COLUMN cost TO price")


@pytest.mark.usefixtures("broken_database")
def test_unexpected_error_is_a_page(visitor: Visitor) -> None:
    for path in ("/", "/products/cup"):
        page = visitor.get(path)
        assert (page.status_code, page.headers["content-security-policy"]) == (500, POLICY)
        assert "<h1>Internal error</h1>" in page.text
        assert "cost" not in page.text


def test_stylesheets_icon_and_script_are_served(visitor: Visitor) -> None:
    types = {"base.min.css": "text/css", "shop.css": "text/css", "icon.svg": "image/svg+xml"}
    for name, media_type in {**types, "orders.js": "text/javascript"}.items():
        response = visitor.get(f"/static/pages/{name}")
        assert (response.status_code, response.headers["content-type"].partition(";")[0]) == (200, media_type)
    for name in types:
        assert f'"/static/pages/{name}"' in visitor.get("/").text


def test_malformed_query_is_not_an_error(visitor: Visitor, anonymous: Client) -> None:
    assert anonymous.implementation == visitor.implementation
    assert visitor.get("/?%FF=%FF&search=%FF&=&&").status_code == 200
    assert visitor.get("/?search=%00").status_code == 422
