from httpx import AsyncClient, Response
from sqlalchemy.ext.asyncio import AsyncSession

from fastapi_impl.products.models import Product
from fastapi_impl.users.queries import AuthenticatedUser
from tests.fastapi_impl.features.conftest import SignIn, create_user


async def place_order(client: AsyncClient, product: Product, quantity: int, **headers: str) -> Response:
    """Order the product and return the response."""
    body = {"items": [{"product": product.slug, "quantity": quantity}]}
    return await client.post("/api/orders", json=body, headers=headers)


async def test_order_reduces_stock_and_copies_price(
    client: AsyncClient, product: Product, shopper: AuthenticatedUser, sign_in: SignIn
) -> None:
    sign_in(shopper)

    response = await place_order(client, product, 2)

    assert response.status_code == 201
    assert response.json()["total"] == "25.00"
    assert (await client.get(f"/api/products/{product.slug}")).json()["stock"] == 3


async def test_order_exceeding_stock_is_not_created(
    client: AsyncClient, product: Product, shopper: AuthenticatedUser, sign_in: SignIn
) -> None:
    sign_in(shopper)

    assert (await place_order(client, product, 6)).status_code == 409

    assert (await client.get("/api/orders")).json()["items"] == []


async def test_repeated_idempotency_key_creates_one_order(
    client: AsyncClient, product: Product, shopper: AuthenticatedUser, sign_in: SignIn
) -> None:
    sign_in(shopper)

    first = await place_order(client, product, 1, **{"Idempotency-Key": "tests"})
    second = await place_order(client, product, 1, **{"Idempotency-Key": "tests"})

    assert first.content == second.content
    assert len((await client.get("/api/orders")).json()["items"]) == 1


async def test_order_of_another_user_returns_404(
    client: AsyncClient, session: AsyncSession, product: Product, shopper: AuthenticatedUser, sign_in: SignIn
) -> None:
    sign_in(shopper)
    order = (await place_order(client, product, 1)).json()
    sign_in(await create_user(session, "other@tests.example"))

    assert (await client.get(f"/api/orders/{order['id']}")).status_code == 404
