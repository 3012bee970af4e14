"""Each request writes one line, with the same fields on both implementations."""

from functools import partial
from secrets import token_hex

import httpx
import pytest
from psycopg2.extensions import connection as Connection  # noqa: N812 - a class with a lower-case name

from harness.postgres.server import Server
from tests.contract.client import Account, Client, send_concurrently
from tests.contract.document import SETTINGS
from tests.contract.monitoring.conftest import Line, Monitored
from tests.contract.outages import database_unavailable
from tests.contract.shop import new_account, new_category, new_order, new_product, order_body

LOGS = SETTINGS["logs"]
COMMON = ("timestamp", "level", "logger", "event", "request_id")
# These differ between two requests.
OWN = ("timestamp", "request_id", "duration_ms")
# Each process opens its connections at its first requests, and Django counts what it sends on a new connection.
WARM_UP = 40


def line_of(server: Monitored, method: str, path: str, account: Account | None = None, **options: object) -> Line:
    """Send a request, and return its line."""
    request_id = token_hex(8)
    client = server.client.as_(account)
    client.request(method, path, headers={"X-Request-ID": request_id}, **options)
    return server.request_line(request_id)


def warm_up(server: Monitored) -> None:
    """Let all threads and processes of a server connect to the database."""
    for _ in range(2):
        send_concurrently([partial(server.client.get, "/api/categories")] * WARM_UP)


def test_lines_of_requests_are_the_same_on_both_implementations(both: list[Monitored], sql: Connection) -> None:
    staff, shopper = new_account(sql, is_staff=True), new_account(sql)
    client = both[0].client
    product = new_product(client.as_(staff), new_category(client.as_(staff)))
    order = new_order(client.as_(shopper), product)
    for server in both:
        warm_up(server)
    requests: list[tuple[str, str, Account | None, dict[str, object]]] = [
        ("GET", "/api/products?search=cup&limit=1", None, {}),
        ("GET", f"/api/products/{product['slug']}", None, {}),
        ("HEAD", f"/api/products/{product['slug']}", None, {}),
        ("GET", "/api/products/nothing", None, {}),
        ("GET", "/api/auth/me", shopper, {}),
        ("GET", f"/api/orders/{order['id']}", shopper, {}),
        ("GET", "/api/orders", None, {}),
        ("POST", "/api/orders", shopper, {"json": order_body(product)}),
        ("POST", "/api/orders", shopper, {"json": {"items": []}}),
        ("POST", "/api/auth/login", None, {"data": {"username": shopper.email, "password": "wrong"}}),
        ("PUT", "/api/products", None, {}),
        ("OPTIONS", "/api/products", None, {}),
        ("GET", "/nowhere", None, {}),
        ("GET", "/api/products/%0A", None, {}),
        ("GET", "/healthz", None, {"headers_host": "other.example"}),
    ]
    for method, path, account, options in requests:
        options = {name: value for name, value in options.items() if name != "headers_host"}
        lines = [line_of(server, method, path, account, **options) for server in both]

        assert [list(line) for line in lines] == [[*COMMON, *LOGS["request"]]] * 2
        django, fastapi = ({name: line[name] for name in line if name not in OWN} for line in lines)
        assert django == fastapi
        assert django["method"] == method
        assert "search" not in django["path"]
        assert django["user"] == (account.id if account else None)


def test_line_has_route_status_user_and_number_of_statements(monitored: Monitored, sql: Connection) -> None:
    account = new_account(sql)
    warm_up(monitored)
    line = line_of(monitored, "GET", "/api/auth/me?secret=1", account)
    expected = {"level": "info", "logger": "shop.request", "method": "GET", "path": "/api/auth/me", "status": 422}

    assert line.items() >= expected.items()
    assert (line["route"], line["user"], line["statements"]) == ("/api/auth/me", account.id, 1)
    assert line["duration_ms"] > 0


@pytest.mark.parametrize(
    ("path", "route"),
    [
        ("/", "/"),
        ("/products/x", "/products/{slug}"),
        ("/login", "/login"),
        ("/admin/login/", "/admin/{path}"),
        ("/static/pages/shop.css", "/static/{name}"),
        (f"/media/products/{'0' * 32}.png", "/media/products/{name}"),
        ("/openapi.json", "/openapi.json"),
        ("/nothing", None),
    ],
)
def test_paths_that_are_not_of_the_api_have_routes_too(both: list[Monitored], path: str, route: str | None) -> None:
    for server in both:
        request_id = token_hex(8)
        server.client.http.get(path, headers={"X-Request-ID": request_id})

        assert server.request_line(request_id)["route"] == route


def test_concurrent_requests_have_lines_of_their_own(monitored: Monitored, sql: Connection) -> None:
    accounts = [new_account(sql) for _ in range(20)]
    warm_up(monitored)

    def send(number: int, account: Account) -> httpx.Response:
        path, client = ("/api/auth/me", "/api/orders")[number % 2], monitored.client.as_(account)
        return client.get(path, headers={"X-Request-ID": f"{account.id}-{number}"})

    send_concurrently([partial(send, number, account) for account in accounts for number in range(2)])
    lines = [monitored.request_line(f"{account.id}-{number}") for account in accounts for number in range(2)]

    assert [line["user"] for line in lines] == [account.id for account in accounts for _ in range(2)]
    assert [line["route"] for line in lines] == ["/api/auth/me", "/api/orders"] * len(accounts)
    assert [line["statements"] for line in lines] == [1, 2] * len(accounts)


def test_line_of_an_error_has_the_request_id(
    monitored: Monitored, server: Server, sql: Connection, database_url: str
) -> None:
    request_id = token_hex(8)
    client: Client = monitored.client
    with database_unavailable(server, sql, database_url):
        assert client.get("/api/products", headers={"X-Request-ID": request_id}).status_code == 503

    assert monitored.request_line(request_id)["status"] == 503
    assert monitored.lines(level="warning", request_id=request_id)
