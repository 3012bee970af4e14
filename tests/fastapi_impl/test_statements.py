"""Requests execute a fixed number of statements, and reads use no transaction."""

from uuid import uuid4

import pytest
from httpx import AsyncClient
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from fastapi_impl.users.queries import AuthenticatedUser
from fastapi_impl.users.tokens import issue_access_token


@pytest.fixture
async def authorization(client: AsyncClient) -> dict[str, str]:
    """Register a customer and return the Authorization header."""
    body = {"email": f"{uuid4().hex}@example.com", "password": "long enough", "full_name": "Ada Lovelace"}
    user = (await client.post("/api/auth/register", json=body)).json()
    return {"Authorization": f"Bearer {issue_access_token(AuthenticatedUser(**user))}"}


@pytest.mark.parametrize(
    ("path", "count"),
    [
        ("/healthz", 0),
        ("/readyz", 0),  # it uses a separate connection
        ("/api/categories", 1),
        ("/api/products", 1),
        ("/api/products?search=tea&in_stock=true", 1),
        ("/api/products/featured", 1),
        ("/api/products/unknown-product", 1),
        ("/api/products/Nothing", 0),
    ],
)
async def test_anonymous_read_executes_one_statement(
    client: AsyncClient, statements: list[str], path: str, count: int
) -> None:
    await client.get(path)

    assert len(statements) == count


@pytest.mark.parametrize(("path", "count"), [("/api/auth/me", 1), ("/api/products", 2), ("/api/orders", 2)])
async def test_authenticated_read_executes_one_more_statement(
    client: AsyncClient, authorization: dict[str, str], statements: list[str], path: str, count: int
) -> None:
    statements.clear()
    response = await client.get(path, headers=authorization)

    assert response.status_code == 200
    assert len(statements) == count


async def test_write_executes_one_transaction(client: AsyncClient, statements: list[str]) -> None:
    body = {"email": f"{uuid4().hex}@example.com", "password": "long enough", "full_name": "Ada Lovelace"}
    await client.post("/api/auth/register", json=body)

    assert sorted(statement.split()[0] for statement in statements) == ["BEGIN", "COMMIT;", "INSERT"]


@pytest.mark.parametrize("path", ["/api/auth/register", "/api/orders", "/api/products"])
async def test_malformed_request_executes_no_statement(client: AsyncClient, statements: list[str], path: str) -> None:
    response = await client.post(path, content=b"{", headers={"Content-Type": "application/json"})

    assert response.status_code in {400, 401}
    assert statements == []


async def test_repeated_statement_keeps_custom_plan(client: AsyncClient, engine: AsyncEngine) -> None:
    for _ in range(8):
        await client.get("/api/products?category=cups&min_price=1&max_price=2&in_stock=true&ordering=price")
    async with engine.connect() as connection:
        condition = "statement LIKE 'SELECT products.%'"
        plans = text(f"SELECT custom_plans, generic_plans FROM pg_prepared_statements WHERE {condition}")
        assert (await connection.execute(plans)).all() == [(8, 0)]
