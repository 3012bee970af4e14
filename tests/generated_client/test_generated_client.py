"""The generated client works with both implementations, and needs no code for one of them."""

from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import yaml
from psycopg2.extensions import connection as Connection  # noqa: N812 - a class with a lower-case name

from tests.contract.document import DOCUMENT, OPERATIONS
from tests.contract.observed import IMPLEMENTATIONS
from tests.contract.shop import DESCRIPTION, new_account, unique_email, unique_name
from tests.generated_client.conftest import GeneratedClient, generate

PASSWORD = "chosen by the customer"


@dataclass(frozen=True)
class Shop:
    """An implementation that the tests call with the generated client."""

    generated: GeneratedClient
    url: str

    def call(self, status: int, operation: str, *arguments: Any, token: str | None = None, **options: Any) -> Any:
        """Call an operation, require this status, and return the body as a model."""
        with self.generated.client(self.url, token) as client:
            response = self.generated.call(operation, *arguments, client=client, **options)
        assert response.status_code == status, response.content
        return response.parsed

    def create_category(self, staff: str) -> Any:
        """Create a category with three products, each with a stock of 10, and return the category."""
        make = self.generated.model
        category = self.call(
            201, "create_category", token=staff, body=make("NewCategory", name=unique_name("Category"))
        )
        for number in range(3):
            fields = {
                "name": unique_name(f"Product {number}"),
                "description": DESCRIPTION,
                "price": "19.99",
                "stock": 10,
            }
            body = make("NewProduct", category=category.slug, **fields)
            self.call(201, "create_product", token=staff, body=body)
        return category

    def register_customer(self) -> str:
        """Register a customer, sign in, and return the access token."""
        make, email = self.generated.model, unique_email()
        registration = make("Registration", email=email, password=PASSWORD, full_name="Ada Lovelace")
        user = self.call(201, "register", body=registration)
        pair = self.call(200, "login", body=make("Credentials", username=email, password=PASSWORD))
        token: str = pair.access_token
        assert self.call(200, "get_me", token=token).to_dict() == user.to_dict()
        return token

    def list_products(self, category: str) -> list[Any]:
        """Return the three products of a category, ordered by name, from pages of two."""
        ordering = import_module(f"{self.generated.name}.models").ProductOrdering.NAME
        options: dict[str, Any] = {"category": category, "limit": 2, "ordering": ordering}
        pages = [self.call(200, "list_products", **options)]
        while cursor := pages[-1].next_:
            pages.append(self.call(200, "list_products", cursor=cursor, **options))
        assert [len(page.items) for page in pages] == [2, 1]
        return [product for page in pages for product in page.items]

    def new_order(self, product: Any, quantity: int) -> Any:
        """Return the body of an order for this quantity of a product."""
        make = self.generated.model
        return make("NewOrder", items=[make("NewOrderItem", product=product.slug, quantity=quantity)])


@pytest.fixture(params=IMPLEMENTATIONS)
def shop(request: pytest.FixtureRequest, generated: GeneratedClient) -> Shop:
    """Each implementation."""
    return Shop(generated, request.getfixturevalue(request.param).url)


@pytest.fixture
def staff(sql: Connection) -> str:
    """The access token of a member of staff."""
    return new_account(sql, is_staff=True).token


def test_every_operation_has_a_function(generated: GeneratedClient) -> None:
    for operation in OPERATIONS.values():
        (tag,) = operation.definition["tags"]
        assert import_module(f"{generated.name}.api.{tag}.{operation.id}").sync_detailed


def test_generation_fails_for_an_invalid_document(tmp_path: Path) -> None:
    document = tmp_path / "openapi.yaml"
    paths = {"/healthz": {"get": {"responses": {"200": {"$ref": "#/components/responses/Nowhere"}}}}}
    document.write_text(
        yaml.safe_dump({"openapi": DOCUMENT["openapi"], "info": DOCUMENT["info"], "paths": paths}), encoding="utf-8"
    )

    assert generate(document, tmp_path / "client").returncode != 0


def test_customer_registers_browses_orders_pays_and_cancels(shop: Shop, staff: str) -> None:
    category = shop.create_category(staff)
    customer = shop.register_customer()
    first, *_ = shop.list_products(category.slug)
    body = shop.new_order(first, 2)

    placed, again = (
        shop.call(201, "place_order", token=customer, body=body, idempotency_key="the-first") for _ in range(2)
    )
    paid = shop.call(200, "pay_order", placed.id, token=customer)
    left = shop.call(200, "get_product", first.slug).stock
    cancelled = shop.call(200, "cancel_order", placed.id, token=customer)

    assert again == placed
    assert (placed.total, left) == ("39.98", 8)
    assert [order.status.value for order in (placed, paid, cancelled)] == ["pending", "paid", "cancelled"]
    assert shop.call(200, "list_orders", token=customer).items == [cancelled]
    assert shop.call(200, "get_product", first.slug).stock == 10


def test_error_responses_are_parsed_into_models(shop: Shop, staff: str) -> None:
    customer = shop.register_customer()
    product = shop.list_products(shop.create_category(staff).slug)[0]

    invalid = shop.call(422, "place_order", token=customer, body=shop.new_order(product, 0), idempotency_key="a b")
    scarce = shop.call(409, "place_order", token=customer, body=shop.new_order(product, 11))

    assert [(error.in_.value, error.pointer, error.code.value) for error in invalid.errors] == [
        ("body", "/items/0/quantity", "too_small"),
        ("header", "/Idempotency-Key", "invalid_characters"),
    ]
    assert (scarce.status.value, scarce.code.value) == (409, "out_of_stock")
