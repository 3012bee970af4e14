"""Both implementations on one database: tokens, cursors and keys of one are valid on the other."""

from collections.abc import Mapping
from functools import partial

import pytest
from psycopg2.extensions import connection as Connection  # noqa: N812 - a class with a lower-case name

from tests.contract.client import Account, Client, Json, field_errors, send_concurrently, statuses
from tests.contract.observed import IMPLEMENTATIONS
from tests.contract.shop import new_account, new_category, new_product, order_body, stock_of, unique_email, unique_name

DIRECTIONS = [(one, other) for one in IMPLEMENTATIONS for other in IMPLEMENTATIONS if one != other]
STOCK = 100
CLIENTS = 64
REQUESTS_PER_CLIENT = 3


@pytest.fixture(params=DIRECTIONS, ids=lambda direction: " to ".join(direction))
def client_pair(request: pytest.FixtureRequest, clients: Mapping[str, Client]) -> tuple[Client, Client]:
    """Return an unauthenticated client of each implementation, in both orders."""
    one, other = request.param
    return clients[one], clients[other]


@pytest.fixture
def product(clients: Mapping[str, Client], staff_account: Account) -> Json:
    """Create a product with 100 units in stock."""
    staff = clients[IMPLEMENTATIONS[0]].as_(staff_account)
    return new_product(staff, new_category(staff), stock=STOCK)


def register(client: Client) -> dict[str, str]:
    """Register a user, and return the form that logs in."""
    email = unique_email()
    response = client.post("/api/auth/register", {"email": email, "password": "pässwörd 茶", "full_name": "Ada"})
    assert response.status_code == 201
    return {"username": email, "password": "pässwörd 茶"}


def test_user_registered_on_one_logs_in_on_the_other(client_pair: tuple[Client, Client]) -> None:
    one, other = client_pair
    form = register(one)

    assert other.post("/api/auth/login", data=form).status_code == 200


def test_email_registered_on_one_is_taken_on_the_other(client_pair: tuple[Client, Client]) -> None:
    one, other = client_pair
    form = register(one)
    body = {"email": form["username"].upper(), "password": "long enough", "full_name": "Ada"}

    assert field_errors(other.post("/api/auth/register", body)) == [("body", "/email", "not_unique")]


def test_tokens_of_one_are_valid_on_the_other(client_pair: tuple[Client, Client]) -> None:
    one, other = client_pair
    form = register(one)
    tokens = one.post("/api/auth/login", data=form).json()
    renewed = other.post("/api/auth/refresh", {"refresh_token": tokens["refresh_token"]})

    for token in (tokens["access_token"], renewed.json()["access_token"]):
        for client in client_pair:
            me = client.get("/api/auth/me", headers={"Authorization": f"Bearer {token}"})
            assert me.json()["email"] == form["username"]


def test_refresh_token_is_rejected_as_access_token(client_pair: tuple[Client, Client]) -> None:
    one, other = client_pair
    tokens = one.post("/api/auth/login", data=register(one)).json()

    response = other.get("/api/auth/me", headers={"Authorization": f"Bearer {tokens['refresh_token']}"})
    assert response.status_code == 401
    assert other.post("/api/auth/refresh", {"refresh_token": tokens["access_token"]}).status_code == 401


@pytest.mark.parametrize("ordering", ["-created_at", "created_at", "price", "-price", "name", "-name"])
def test_cursor_of_one_works_on_the_other(
    client_pair: tuple[Client, Client], staff_account: Account, ordering: str
) -> None:
    staff = client_pair[0].as_(staff_account)
    category = new_category(staff)
    for number in range(5):
        new_product(staff, category, name=f"茶 {number // 2}", price=f"{number // 2 + 1}.50")
    params: dict[str, Json] = {"category": category["slug"], "ordering": ordering, "limit": 1}
    expected = client_pair[1].pages("/api/products", **params)

    items: list[Json] = []
    for client in client_pair * 2:
        page = client.get("/api/products", params=params).json()
        items += page["items"]
        params["cursor"] = page["next"]

    assert items == expected[:4]


def test_idempotency_key_of_one_is_known_to_the_other(
    client_pair: tuple[Client, Client], sql: Connection, product: Json
) -> None:
    one, other = (client.as_(shopper) for shopper in [new_account(sql)] for client in client_pair)
    key = {"Idempotency-Key": unique_name("key").replace(" ", "-")}
    first, second = (client.post("/api/orders", order_body(product), headers=key) for client in (one, other))

    assert (first.status_code, first.content) == (second.status_code, second.content)
    assert field_errors(other.post("/api/orders", order_body(product, quantity=2), headers=key)) == [
        ("header", "/Idempotency-Key", "key_reused")
    ]
    assert stock_of(one, product) == STOCK - 1


def test_concurrent_orders_with_the_same_key_on_both_create_one_order(
    clients: Mapping[str, Client], sql: Connection, product: Json
) -> None:
    shopper = new_account(sql)
    key = {"Idempotency-Key": unique_name("key").replace(" ", "-")}
    calls = [
        partial(client.as_(shopper).post, "/api/orders", order_body(product), headers=key)
        for client in clients.values()
    ]
    responses = send_concurrently(calls * 5)

    assert statuses(responses) == [201] * 10
    assert len({response.content for response in responses}) == 1


def test_64_concurrent_clients_on_both_buy_exactly_the_100_units_in_stock(
    clients: Mapping[str, Client], sql: Connection, product: Json
) -> None:
    shoppers = [new_account(sql) for _ in range(8)]
    buyers = [clients[IMPLEMENTATIONS[number % 2]].as_(shoppers[number % 8]) for number in range(CLIENTS)]
    responses = [
        response
        for _ in range(REQUESTS_PER_CLIENT)
        for response in send_concurrently([partial(buyer.post, "/api/orders", order_body(product)) for buyer in buyers])
    ]

    assert statuses(responses) == [201] * STOCK + [409] * (CLIENTS * REQUESTS_PER_CLIENT - STOCK)
    assert {stock_of(client, product) for client in clients.values()} == {0}


def test_orders_locking_products_in_opposite_order_on_both_do_not_deadlock(
    clients: Mapping[str, Client], sql: Connection, staff_account: Account
) -> None:
    staff = clients[IMPLEMENTATIONS[0]].as_(staff_account)
    category = new_category(staff)
    one, two, three = (new_product(staff, category, stock=STOCK) for _ in range(3))
    shopper = new_account(sql)
    calls = [
        partial(client.as_(shopper).post, "/api/orders", order_body(*products))
        for client in clients.values()
        for products in [(one, two, three), (three, two, one), (two, three, one)] * 4
    ]

    assert statuses(send_concurrently(calls)) == [201] * 24


def test_products_created_concurrently_on_both_get_unique_slugs(
    clients: Mapping[str, Client], staff_account: Account
) -> None:
    staff = [client.as_(staff_account) for client in clients.values()] * 5
    body = {"name": unique_name(), "description": "x" * 10, "price": "1"}
    responses = send_concurrently(
        [partial(one.post, "/api/products", {**body, "category": new_category(one)["slug"]}) for one in staff]
    )

    assert statuses(responses) == [201] * 10
    assert len({response.json()["slug"] for response in responses}) == 10
