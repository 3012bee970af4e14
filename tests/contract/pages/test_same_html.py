"""Both implementations return the same pages."""

import re
from contextlib import ExitStack
from pathlib import Path

import httpx

from harness.paths import ROOT
from harness.servers.server import serve
from tests.contract.client import Account, Client, Json
from tests.contract.observed import IMPLEMENTATIONS
from tests.contract.pages.visitor import Visitor, visit
from tests.contract.shop import new_order, new_product
from tests.pictures import picture

# Values that differ: the tokens, and how the template engines write quotes.
NORMALISED = {
    r'(name="csrfmiddlewaretoken" value=|data-token=)"[^"]*"': r'\1""',
    "&#x27;": "&#39;",
    "&quot;": "&#34;",
}
STATIC = (ROOT / "django_impl/pages/static/pages", ROOT / "fastapi_impl/static/pages")
SOCKET_URL = "wss://shop.example:8443"
HEADERS = ("content-type", "content-security-policy", "cache-control", "vary", "location", "x-frame-options")


def described(response: httpx.Response) -> tuple[object, ...]:
    """Return what must be equal in the responses of both implementations."""
    text = response.text
    for pattern, replacement in NORMALISED.items():
        text = re.sub(pattern, replacement, text)
    return response.status_code, *(response.headers.get(name) for name in HEADERS), text.splitlines()


def assert_same(responses: list[httpx.Response]) -> None:
    """Fail if the responses differ."""
    django, fastapi = map(described, responses)
    assert django == fastapi


def test_pages_are_equal(
    both: list[Visitor], anonymous: Client, staff: Client, account: Account, products: list[Json]
) -> None:
    assert anonymous.implementation
    category = {"slug": products[0]["category"]}
    product = new_product(
        staff, category, name="<script>\"quoted\" & 'quoted'</script>", description="One\n\n<two>\nthree 茶"
    )
    staff.request("PUT", f"/api/products/{product['slug']}/image", files={"image": ("cup.png", picture({}))})
    page, order = f"/products/{product['slug']}", f"/products/{product['slug']}/order"

    def same(path: str) -> None:
        assert_same([visitor.get(path) for visitor in both])

    def same_answer(path: str, action: str | None = None, **fields: str) -> None:
        assert_same([visitor.submit(path, action, **fields) for visitor in both])

    for path in (
        "/",
        "/?search=thing&ordering=name&in_stock=true&category=plates",
        "/?search=%3Cb%3E&min_price='\"&cursor=x",
    ):
        same(path)
    for path in (
        page,
        "/products/none",
        "/login",
        "/login?next=/orders",
        "/register?next=/%3Fa=b%26c=%22d",
        "/orders",
        "/nothing",
    ):
        same(path)
    same("/?in_stock=x&ordering=x&max_price=-1&search=" + "a" * 101)
    same_answer("/register", full_name="", email="x", password="short")
    same_answer("/login", username="a'b@example.com", password="wrong")
    same_answer("/login?next=/orders", username="", password="")
    same_answer(page, order, quantity="1")
    same_answer("/login?next=/orders", username=account.email, password=account.password)
    same("/orders")
    stocked = new_product(staff, category, name="Stocked", stock=100)
    for _ in range(21):
        new_order(anonymous.as_(account), stocked, quantity=2)
    for path in ("/", page, "/orders", "/orders?cursor=x", "/login"):
        same(path)
    same_answer(page, order, quantity="two")
    same_answer(page, order, quantity="99")
    assert_same([visitor.http.post(order, data={"quantity": "1"}) for visitor in both])
    same_answer("/", "/logout")
    same("/")


def test_pages_with_live_orders_are_equal(database_url: str, account: Account) -> None:
    with ExitStack() as stack:
        running = [
            stack.enter_context(serve(name, database_url, environment={"SOCKET_URL": SOCKET_URL}))
            for name in IMPLEMENTATIONS
        ]
        visitors = [stack.enter_context(visit(each)) for each in running]
        for visitor in visitors:
            visitor.sign_in(account.email)

        pages = [visitor.get("/orders") for visitor in visitors]

    assert_same(pages)
    for page in pages:
        assert f"connect-src 'self' {SOCKET_URL};" in page.headers["content-security-policy"]
        assert f'data-socket="{SOCKET_URL}/ws/notifications"' in page.text


def test_page_about_the_server_differs_in_names_only(both: list[Visitor]) -> None:
    django, fastapi = (visitor.get("/about").text for visitor in both)
    names = re.compile("Django REST framework|SQLAlchemy|Django|FastAPI")

    assert names.sub("*", " ".join(django.split())) == names.sub("*", " ".join(fastapi.split()))


def test_static_files_are_equal() -> None:
    def contents(directory: Path) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in directory.iterdir()}

    django, fastapi = map(contents, STATIC)
    assert django == fastapi
