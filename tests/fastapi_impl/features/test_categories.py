from httpx import AsyncClient

from fastapi_impl.products.models import Product
from fastapi_impl.users.queries import AuthenticatedUser
from tests.fastapi_impl.features.conftest import SignIn


async def test_detail_counts_active_products(client: AsyncClient, product: Product) -> None:
    response = await client.get(f"/api/categories/{product.category_slug}")

    assert response.json()["product_count"] == 1


async def test_staff_can_create_subcategory(
    client: AsyncClient, product: Product, staff: AuthenticatedUser, sign_in: SignIn
) -> None:
    sign_in(staff)

    response = await client.post("/api/categories", json={"name": "Floor lamps", "parent": product.category_slug})

    assert response.status_code == 201
    assert response.headers["Location"] == "/api/categories/floor-lamps"


async def test_category_with_products_cannot_be_deleted(
    client: AsyncClient, product: Product, staff: AuthenticatedUser, sign_in: SignIn
) -> None:
    sign_in(staff)

    response = await client.delete(f"/api/categories/{product.category_slug}")

    assert (response.status_code, response.json()["code"]) == (409, "category_in_use")


async def test_customers_cannot_create_categories(
    client: AsyncClient, shopper: AuthenticatedUser, sign_in: SignIn
) -> None:
    sign_in(shopper)

    assert (await client.post("/api/categories", json={"name": "Mine"})).status_code == 403
