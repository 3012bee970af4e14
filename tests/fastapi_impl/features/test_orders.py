from httpx import AsyncClient, Response
from sqlalchemy.ext.asyncio import AsyncSession

from fastapi_impl.products.models import Product
from fastapi_impl.users.queries import AuthenticatedUser
from tests.fastapi_impl.features.conftest import SignIn, stored_user


async def place(client: AsyncClient, product: Product, quantity: int, **headers: str) -> Response:
    """Order so many pieces of the product."""
    body = {"items": [{"product": product.slug, "quantity": quantity}]}
    return await client.post("/api/orders", json=body, headers=headers)


async def test_an_order_takes_stock_and_copies_the_price(
    client: AsyncClient, product: Product, shopper: AuthenticatedUser, sign_in: SignIn
) -> None:
    sign_in(shopper)

    response = await place(client, product, 2)

    assert response.status_code == 201
    assert response.json()["total"] == "25.00"
    assert (await client.get(f"/api/products/{product.slug}")).json()["stock"] == 3


async def test_an_order_above_the_stock_takes_nothing(
    client: AsyncClient, product: Product, shopper: AuthenticatedUser, sign_in: SignIn
) -> None:
    sign_in(shopper)

    assert (await place(client, product, 6)).status_code == 409

    assert (await client.get("/api/orders")).json()["items"] == []


async def test_the_same_idempotency_key_places_one_order(
    client: AsyncClient, product: Product, shopper: AuthenticatedUser, sign_in: SignIn
) -> None:
    sign_in(shopper)

    first = await place(client, product, 1, **{"Idempotency-Key": "tests"})
    second = await place(client, product, 1, **{"Idempotency-Key": "tests"})

    assert first.content == second.content
    assert len((await client.get("/api/orders")).json()["items"]) == 1


async def test_an_order_of_somebody_else_is_not_found(
    client: AsyncClient, session: AsyncSession, product: Product, shopper: AuthenticatedUser, sign_in: SignIn
) -> None:
    sign_in(shopper)
    order = (await place(client, product, 1)).json()
    sign_in(await stored_user(session, "other@tests.example"))

    assert (await client.get(f"/api/orders/{order['id']}")).status_code == 404
