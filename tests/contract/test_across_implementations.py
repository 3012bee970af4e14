"""Both implementations on one database: tokens, cursors and keys of one are valid on the other."""

from collections.abc import Mapping
from functools import partial

import pytest
from psycopg2.extensions import connection as Connection  # noqa: N812 - a class with a lower-case name

from tests.contract.client import Account, Client, Json, at_once, field_errors, statuses
from tests.contract.observed import IMPLEMENTATIONS
from tests.contract.shop import new_account, new_category, new_product, order_of, stock_of, unique_email, unique_name

DIRECTIONS = [(one, other) for one in IMPLEMENTATIONS for other in IMPLEMENTATIONS if one != other]
PIECES = 100
CLIENTS = 64
TRIES = 3


@pytest.fixture(params=DIRECTIONS, ids=lambda direction: " to ".join(direction))
def pair(request: pytest.FixtureRequest, callers: Mapping[str, Client]) -> tuple[Client, Client]:
    """Callers who are not signed in, at the one implementation and at the other."""
    one, other = request.param
    return callers[one], callers[other]


@pytest.fixture
def goods(callers: Mapping[str, Client], staff_account: Account) -> Json:
    """A product with 100 pieces."""
    staff = callers[IMPLEMENTATIONS[0]].as_(staff_account)
    return new_product(staff, new_category(staff), stock=PIECES)


def register(client: Client) -> dict[str, str]:
    """Register a user; the form to sign in with."""
    email = unique_email()
    answer = client.post("/api/auth/register", {"email": email, "password": "pässwörd 茶", "full_name": "Ada"})
    assert answer.status_code == 201
    return {"username": email, "password": "pässwörd 茶"}


def test_user_registered_on_one_logs_in_on_the_other(pair: tuple[Client, Client]) -> None:
    one, other = pair
    form = register(one)

    assert other.post("/api/auth/login", data=form).status_code == 200


def test_email_registered_on_one_is_taken_on_the_other(pair: tuple[Client, Client]) -> None:
    one, other = pair
    form = register(one)
    again = {"email": form["username"].upper(), "password": "long enough", "full_name": "Ada"}

    assert field_errors(other.post("/api/auth/register", again)) == [("body", "/email", "not_unique")]


def test_tokens_of_one_are_valid_on_the_other(pair: tuple[Client, Client]) -> None:
    one, other = pair
    form = register(one)
    tokens = one.post("/api/auth/login", data=form).json()
    renewed = other.post("/api/auth/refresh", {"refresh_token": tokens["refresh_token"]})

    for token in (tokens["access_token"], renewed.json()["access_token"]):
        for client in pair:
            me = client.get("/api/auth/me", headers={"Authorization": f"Bearer {token}"})
            assert me.json()["email"] == form["username"]


def test_refresh_token_is_rejected_as_access_token(pair: tuple[Client, Client]) -> None:
    one, other = pair
    tokens = one.post("/api/auth/login", data=register(one)).json()

    answer = other.get("/api/auth/me", headers={"Authorization": f"Bearer {tokens['refresh_token']}"})
    assert answer.status_code == 401
    assert other.post("/api/auth/refresh", {"refresh_token": tokens["access_token"]}).status_code == 401


@pytest.mark.parametrize("ordering", ["-created_at", "created_at", "price", "-price", "name", "-name"])
def test_cursor_of_one_works_on_the_other(pair: tuple[Client, Client], staff_account: Account, ordering: str) -> None:
    staff = pair[0].as_(staff_account)
    category = new_category(staff)
    for number in range(5):
        new_product(staff, category, name=f"茶 {number // 2}", price=f"{number // 2 + 1}.50")
    params: dict[str, Json] = {"category": category["slug"], "ordering": ordering, "limit": 1}
    expected = pair[1].pages("/api/products", **params)

    found: list[Json] = []
    for client in pair * 2:
        page = client.get("/api/products", params=params).json()
        found += page["items"]
        params["cursor"] = page["next"]

    assert found == expected[:4]


def test_idempotency_key_of_one_is_known_to_the_other(
    pair: tuple[Client, Client], sql: Connection, goods: Json
) -> None:
    one, other = (client.as_(shopper) for shopper in [new_account(sql)] for client in pair)
    key = {"Idempotency-Key": unique_name("key").replace(" ", "-")}
    first, second = (client.post("/api/orders", order_of(goods), headers=key) for client in (one, other))

    assert (first.status_code, first.content) == (second.status_code, second.content)
    assert field_errors(other.post("/api/orders", order_of(goods, quantity=2), headers=key)) == [
        ("header", "/Idempotency-Key", "key_reused")
    ]
    assert stock_of(one, goods) == PIECES - 1


def test_concurrent_orders_with_the_same_key_on_both_create_one_order(
    callers: Mapping[str, Client], sql: Connection, goods: Json
) -> None:
    shopper = new_account(sql)
    key = {"Idempotency-Key": unique_name("key").replace(" ", "-")}
    calls = [
        partial(client.as_(shopper).post, "/api/orders", order_of(goods), headers=key) for client in callers.values()
    ]
    answers = at_once(calls * 5)

    assert statuses(answers) == [201] * 10
    assert len({answer.content for answer in answers}) == 1


def test_64_concurrent_clients_on_both_buy_exactly_the_100_units_in_stock(
    callers: Mapping[str, Client], sql: Connection, goods: Json
) -> None:
    shoppers = [new_account(sql) for _ in range(8)]
    clients = [callers[IMPLEMENTATIONS[number % 2]].as_(shoppers[number % 8]) for number in range(CLIENTS)]
    answers = [
        answer
        for _ in range(TRIES)
        for answer in at_once([partial(client.post, "/api/orders", order_of(goods)) for client in clients])
    ]

    assert statuses(answers) == [201] * PIECES + [409] * (CLIENTS * TRIES - PIECES)
    assert {stock_of(client, goods) for client in callers.values()} == {0}


def test_orders_locking_products_in_opposite_order_on_both_do_not_deadlock(
    callers: Mapping[str, Client], sql: Connection, staff_account: Account
) -> None:
    staff = callers[IMPLEMENTATIONS[0]].as_(staff_account)
    category = new_category(staff)
    one, two, three = (new_product(staff, category, stock=PIECES) for _ in range(3))
    shopper = new_account(sql)
    calls = [
        partial(client.as_(shopper).post, "/api/orders", order_of(*products))
        for client in callers.values()
        for products in [(one, two, three), (three, two, one), (two, three, one)] * 4
    ]

    assert statuses(at_once(calls)) == [201] * 24


def test_products_created_concurrently_on_both_get_unique_slugs(
    callers: Mapping[str, Client], staff_account: Account
) -> None:
    staff = [client.as_(staff_account) for client in callers.values()] * 5
    body = {"name": unique_name(), "description": "x" * 10, "price": "1"}
    answers = at_once(
        [partial(one.post, "/api/products", {**body, "category": new_category(one)["slug"]}) for one in staff]
    )

    assert statuses(answers) == [201] * 10
    assert len({answer.json()["slug"] for answer in answers}) == 10
