"""Both tutorial shops start and process valid requests."""

from collections.abc import Iterator
from typing import get_args

import httpx
import pytest

from harness.servers.names import Tutorial
from harness.servers.server import serve
from tests.parity.seed_data import ACCOUNTS, SeededDatabase
from tests.parity.tutorial.evaluators import EVALUATORS

PRODUCT = {"name": "Milk jug", "description": "Pours without a drop.", "price": "12.50", "category": "kitchen"}
ORDER = {"items": [{"product": "teapot", "quantity": 2}]}
ACCOUNT = {"email": "New@example.com", "password": "correct horse battery", "full_name": "Nora New"}


@pytest.fixture(scope="module", params=get_args(Tutorial))
def name(request: pytest.FixtureRequest) -> Tutorial:
    """The name of a tutorial shop."""
    shop: Tutorial = request.param
    return shop


@pytest.fixture(scope="module")
def app(name: Tutorial, seeded_url: str) -> Iterator[httpx.Client]:
    """A client of the tutorial shop, signed in as staff."""
    with (
        serve(name, seeded_url) as running,
        httpx.Client(base_url=running.url, headers=signed_in(name, "staff"), trust_env=False) as client,
    ):
        yield client


@pytest.fixture
def shop(app: httpx.Client, seeded_database: SeededDatabase) -> Iterator[httpx.Client]:
    """The same client, with the seed data restored."""
    seeded_database.restore()
    yield app
    seeded_database.is_clean = False


def signed_in(name: Tutorial, account: str) -> dict[str, str]:
    """Return the header of a request that the account sends."""
    return {"Authorization": f"Bearer {EVALUATORS[name]({}, ACCOUNTS).token({'of': account})}"}


def slugs(response: httpx.Response) -> list[str]:
    """Return the slugs of the products of a page."""
    page = response.json()
    return [product["slug"] for product in (page["results"] if isinstance(page, dict) else page)]


def test_tutorial_app_lists_and_changes_products(shop: httpx.Client) -> None:
    for path in ("products", "products/featured", "products/teapot", "categories", "categories/books", "orders"):
        assert shop.get(f"/api/{path}").status_code == 200, path
    assert shop.get("/api/auth/me").json()["email"] == "staff@example.com"
    assert shop.post("/api/auth/register", json=ACCOUNT).json()["email"] == "new@example.com"
    assert shop.post("/api/products", json=PRODUCT).json()["slug"] == "milk-jug"
    assert shop.patch("/api/products/milk-jug", json={"price": "11.00"}).json()["price"] == "11.00"
    assert shop.post("/api/products/milk-jug/adjust-stock", json={"quantity": 3}).json()["stock"] == 3
    assert shop.delete("/api/products/milk-jug").status_code == 204
    assert shop.post("/api/categories", json={"name": "Garden", "parent": "kitchen"}).json()["parent"] == "kitchen"


def test_tutorial_app_places_pays_and_cancels_orders(shop: httpx.Client) -> None:
    placed = shop.post("/api/orders", json=ORDER)
    assert (placed.status_code, placed.json()["total"]) == (201, "39.98")
    assert shop.get("/api/products/teapot").json()["stock"] == 8
    order = f"/api/orders/{placed.json()['id']}"
    assert shop.post(f"{order}/pay").json()["status"] == "paid"
    assert shop.post(f"{order}/cancel").json()["status"] == "cancelled"
    assert shop.get("/api/products/teapot").json()["stock"] == 10
    assert shop.post(f"{order}/ship").status_code == 409


def test_tutorial_app_shows_inactive_products_to_staff_only(shop: httpx.Client, name: Tutorial) -> None:
    assert shop.get("/api/products/kettle").json()["is_active"] is False
    assert "kettle" in slugs(shop.get("/api/products"))
    assert slugs(shop.get("/api/products", params={"is_active": "false"})) == ["kettle"]
    for headers in ({}, signed_in(name, "shopper")):
        with httpx.Client(base_url=shop.base_url, headers=headers, trust_env=False) as other:
            assert other.get("/api/products/kettle").status_code == 404
            assert "kettle" not in slugs(other.get("/api/products"))
            assert slugs(other.get("/api/products", params={"is_active": "false"})) == []


def test_tutorial_app_rejects_orders_of_inactive_products(shop: httpx.Client, name: Tutorial) -> None:
    order = {"items": [{"product": "kettle", "quantity": 1}]}
    assert shop.post("/api/orders", json=order).is_client_error
    assert shop.post("/api/orders", json=order, headers=signed_in(name, "shopper")).is_client_error
    assert shop.get("/api/products/kettle").json()["stock"] == 5


def test_tutorial_app_accepts_a_login(shop: httpx.Client) -> None:
    password = "a password of the world"
    by_json = shop.post("/api/auth/login", json={"email": "staff@example.com", "password": password})
    by_form = shop.post("/api/auth/login", data={"username": "staff@example.com", "password": password})
    assert 200 in {by_json.status_code, by_form.status_code}
