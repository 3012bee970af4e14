from fastapi import FastAPI
from httpx import AsyncClient
from sqlalchemy.ext.asyncio import AsyncSession

from fastapi_impl.common.database.dependencies import get_write_session
from fastapi_impl.products.models import Product
from fastapi_impl.users.queries import AuthenticatedUser
from tests.fastapi_impl.features.conftest import SignIn


async def test_list_executes_one_statement(client: AsyncClient, product: Product, statements: list[str]) -> None:
    response = await client.get("/api/products", params={"search": "lamp"})

    assert [item["slug"] for item in response.json()["items"]] == [product.slug]
    assert len([statement for statement in statements if statement.startswith("SELECT")]) == 1


async def test_every_invalid_field_is_reported(client: AsyncClient, staff: AuthenticatedUser, sign_in: SignIn) -> None:
    sign_in(staff)

    response = await client.post("/api/products", json={"name": "", "price": "-1"})

    assert response.status_code == 422
    assert [(error["pointer"], error["code"]) for error in response.json()["errors"]] == [
        ("/category", "required"),
        ("/description", "required"),
        ("/name", "too_short"),
        ("/price", "invalid_money"),
    ]


async def test_stock_cannot_become_negative(
    client: AsyncClient, product: Product, staff: AuthenticatedUser, sign_in: SignIn
) -> None:
    sign_in(staff)

    response = await client.post(f"/api/products/{product.slug}/adjust-stock", json={"quantity": -6})

    assert response.json()["code"] == "out_of_stock"
    assert (await client.get(f"/api/products/{product.slug}")).json()["stock"] == 5


async def test_route_writes_through_overridden_session(
    app: FastAPI,
    client: AsyncClient,
    session: AsyncSession,
    product: Product,
    staff: AuthenticatedUser,
    sign_in: SignIn,
) -> None:
    sign_in(staff)
    app.dependency_overrides[get_write_session] = lambda: session
    path = f"/api/products/{product.slug}"

    response = await client.patch(path, json={"name": "Old lamp"})

    assert response.json()["name"] == "Old lamp"
    await session.rollback()  # no code commits the session of the override
    assert (await client.get(path)).json()["name"] == "Desk lamp"
