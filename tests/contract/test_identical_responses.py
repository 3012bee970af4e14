"""The same request to both implementations returns the same status, headers and body, errors included."""

from collections.abc import Mapping
from typing import Any

import httpx
import pytest
from psycopg2.extensions import connection as Connection  # noqa: N812 - a class with a lower-case name

from tests.contract.client import Account, Client, Json, body_options
from tests.contract.document import DOCUMENT, OPERATIONS, Operation
from tests.contract.observed import IMPLEMENTATIONS
from tests.contract.shop import new_account, new_category, new_order, new_product, new_token

IGNORED_HEADERS = {"date", "server", "x-request-id"}
JSON = {"Content-Type": "application/json"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
ROLES = ("anonymous", "shopper", "staff")

INVALID_VARIANTS: dict[str, dict[str, Any]] = {
    "example": {},
    "accept html": {"headers": {"Accept": "text/html"}},
    "accept nothing": {"headers": {"Accept": ";q=x,"}},
    "bad host": {"headers": {"Host": "elsewhere.example"}},
    "bad token": {"headers": {"Authorization": "Bearer x.y.z"}},
    "empty token": {"headers": {"Authorization": "Bearer"}},
    "basic": {"headers": {"Authorization": "Basic eDp5"}},
    "two tokens": {"headers": [("Authorization", "Bearer a"), ("Authorization", "Bearer b")]},
    "no type": {"content": b"{}"},
    "wrong type": {"content": b"<x/>", "headers": {"Content-Type": "application/xml"}},
    "type without a slash": {"content": b"{}", "headers": {"Content-Type": "json"}},
    "broken charset": {"content": b"{}", "headers": {"Content-Type": 'application/json; charset="'}},
    "null": {"content": b"null", "headers": JSON},
    "number": {"content": b"1e400", "headers": JSON},
    "empty object": {"content": b"{}", "headers": JSON},
    "array": {"content": b"[1,2]", "headers": JSON},
    "not json": {"content": b"{'a': 1}", "headers": JSON},
    "repeated key": {"content": b'{"name":"x","name":"y"}', "headers": JSON},
    "escaped repeated key": {"content": b'{"name":"x","n\\u0061me":"y"}', "headers": JSON},
    "surrogate pair": {"content": b'{"\\ud83d\\ude00":"x"}', "headers": JSON},
    "form": {"content": b"username=a&username=b&%00=1&x", "headers": FORM},
    "form of nothing": {"content": b"&&=&=", "headers": FORM},
    "unknown query": {"query": "?nonsense=%C3%A9%00&limit=x"},
    "odd query": {"query": "?limit&&=1&cursor=%FF&limit=%31&+=&%"},
    "semicolons": {"query": "?limit=1;cursor=2"},
    "empty query": {"query": "?"},
    "ampersand": {"query": "?&"},
}


def comparable(response: httpx.Response) -> tuple[int, list[tuple[str, str]], bytes]:
    """Return the parts of a response that must be identical."""
    headers = [(name.lower(), value) for name, value in response.headers.multi_items()]
    return (
        response.status_code,
        sorted(pair for pair in headers if pair[0] not in IGNORED_HEADERS),
        response.content,
    )


def responses_of_both(
    clients: Mapping[str, Client], account: Account | None, method: str, path: str, **options: Any
) -> Any:
    """Send a request to both implementations, and return the comparable parts of the responses."""
    django, fastapi = (clients[name].as_(account) for name in IMPLEMENTATIONS)
    url = httpx.URL(django.http.base_url, raw_path=path.encode())
    responses = [
        client.request(method, url.copy_with(port=client.http.base_url.port), **options) for client in (django, fastapi)
    ]
    return [comparable(response) for response in responses]


@pytest.fixture
def accounts(sql: Connection, staff_account: Account) -> dict[str, Account | None]:
    """Return an account for each role; None stands for no authentication."""
    return {"anonymous": None, "shopper": new_account(sql), "staff": staff_account}


def body_without_side_effect(operation: Operation) -> Json:
    """Return the example of the operation, without its first field if the operation would create an object."""
    body = operation.example_body
    return dict(list(body.items())[1:]) if 201 in operation.statuses else body


def roles(operation: Operation) -> tuple[str, ...]:
    """Return the roles for which the responses may differ."""
    if not operation.reads_token:
        return ("anonymous",)
    return ROLES if operation.is_for_staff else ("anonymous", "staff")


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)
def test_examples_and_invalid_variants_get_identical_responses(
    clients: Mapping[str, Client], accounts: dict[str, Account | None], operation: Operation, sql: Connection
) -> None:
    for variant, changes in INVALID_VARIANTS.items():
        if "content" in changes and not operation.media_type:
            continue  # the operation ignores a body
        options = dict(changes)
        path = operation.example_path + options.pop("query", "")
        if operation.media_type and "content" not in options:
            options |= body_options(operation, body_without_side_effect(operation))
        for role in roles(operation):
            with sql.cursor() as cursor:
                cursor.execute("DELETE FROM throttles")  # otherwise most variants of the sign-in would get 429
            one, other = responses_of_both(clients, accounts[role], operation.method, path, **options)

            assert one == other, f"{variant}, as {role}"
            assert one[0] != 429, variant


ODD_PATHS = [
    "//",
    "/api/products/",
    "/api/products//",
    "/api/products/%20",
    "/api/products/%00",
    "/api/products/%ff",
    "/api/products/%C3%A9",
    "/api/products/%2e%2e",
    "/api/products/../products",
    "/api/products/a%2Fb",
    "/api/products/a%2Fadjust-stock",
    "/api/products/%66eatured",
    "/api/products/featured%0A",
    "/api/products;x=1",
    "/api/products/" + "x" * 2000,
    "/%61pi/products",
    "/api/orders/%30",
    "/api/auth/",
    "/api/auth/nobody",
    "/healthz%0a",
    "/static/",
    "/media/",
]


@pytest.mark.parametrize("path", [*ODD_PATHS, *DOCUMENT["paths"]], ids=lambda path: path[:40])
def test_unusual_paths_and_methods_get_identical_responses(
    clients: Mapping[str, Client], accounts: dict[str, Account | None], path: str
) -> None:
    for method in ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "TRACE"):
        options = {"content": b"{}", "headers": JSON} if method in {"POST", "PUT", "PATCH"} else {}
        for role in ("anonymous", "staff"):
            one, other = responses_of_both(clients, accounts[role], method, path, **options)

            assert one == other, f"{method}, as {role}"


@pytest.fixture
def shop_objects(clients: Mapping[str, Client], accounts: dict[str, Account | None]) -> dict[str, Json]:
    """Create a category with products and orders of the shopper in several statuses; return some of them."""
    staff, shopper = (clients[IMPLEMENTATIONS[0]].as_(accounts[role]) for role in ("staff", "shopper"))
    category = new_category(staff, name="Größe & 茶 \u2028 <b>", description="Zwei\n\tZeilen")
    products = [
        new_product(
            staff, category, name=f"茶 \u2028 😀 {number}", price=f"{number}.5", stock=number, is_active=number != 4
        )
        for number in range(1, 6)
    ]
    orders = [new_order(shopper, products[4]) for _ in range(4)]
    shopper.post(f"/api/orders/{orders[0]['id']}/pay")
    shopper.post(f"/api/orders/{orders[1]['id']}/cancel")
    return {"category": category, "product": products[0], "inactive": products[3], "order": orders[0]}


READS = [
    "/api/auth/me",
    "/api/categories",
    "/api/categories?limit=1",
    "/api/categories/{category[slug]}",
    "/api/products",
    "/api/products/featured",
    "/api/products/{product[slug]}",
    "/api/products/{inactive[slug]}",
    "/api/products?category={category[slug]}&limit=2&ordering=-price",
    "/api/products?category={category[slug]}&limit=2&ordering=name",
    "/api/products?category=%20{category[slug]}%20&search=%E8%8C%B6",
    "/api/products?search=%20%20",
    "/api/products?search=a%00",
    "/api/products?category={category[slug]}&min_price=2&max_price=4.50&in_stock=true",
    "/api/products?category={category[slug]}&is_active=false",
    "/api/products?min_price=%202%20&limit=%203%20",
    "/api/products?in_stock=%20true",
    "/api/products?ordering=price%20",
    "/api/products?limit=1&limit=2&nonsense=1&nonsense=2",
    "/api/products?limit=%2B1",
    "/api/products?limit=-0",
    "/api/products?search=" + "%F0%9F%98%80" * 101,
    "/api/products?cursor=%20",
    "/api/orders",
    "/api/orders?limit=1",
    "/api/orders/{order[id]}",
    "/api/orders/{category[id]}",
    "/readyz",
    "/healthz",
]


@pytest.mark.parametrize("path", READS, ids=lambda path: path[:60])
def test_reads_get_identical_responses(
    clients: Mapping[str, Client],
    accounts: dict[str, Account | None],
    shop_objects: dict[str, Json],
    path: str,
) -> None:
    for method in ("GET", "HEAD"):
        for role in ROLES:
            one, other = responses_of_both(clients, accounts[role], method, path.format(**shop_objects))

            assert one == other, f"{method}, as {role}"


@pytest.mark.parametrize(
    "accept", ["*/*", "text/html", "application/json", "a/b, application/json;q=0.001", "*/*;q=x", ","]
)
def test_accept_headers_get_identical_responses(clients: Mapping[str, Client], accept: str) -> None:
    one, other = responses_of_both(clients, None, "GET", "/healthz", headers={"Accept": accept})

    assert one == other


def test_replayed_order_gets_identical_responses(
    clients: Mapping[str, Client], accounts: dict[str, Account | None], shop_objects: dict[str, Json]
) -> None:
    body = {"items": [{"product": shop_objects["product"]["slug"], "quantity": 1}]}
    one, other = responses_of_both(
        clients, accounts["shopper"], "POST", "/api/orders", json=body, headers={"Idempotency-Key": "replayed"}
    )

    assert one[0] == 201
    assert one == other


def test_expired_and_foreign_tokens_get_identical_responses(clients: Mapping[str, Client], sql: Connection) -> None:
    user = new_account(sql).id
    for token in (
        new_token(user, exp=1),
        new_token(user, aud=["shop-api"]),
        new_token(user, secret="x" * 40),
        new_token(user, iat=9**9),
    ):
        headers = {"Authorization": f"Bearer {token}"}
        one, other = responses_of_both(clients, None, "GET", "/api/auth/me", headers=headers)

        assert one == other
