"""What a request costs the database: no lazy loading, no BEGIN and no ROLLBACK around reads."""

from uuid import uuid4

import pytest
from httpx import AsyncClient
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from fastapi_impl.users.queries import AuthenticatedUser
from fastapi_impl.users.tokens import issue_access_token


@pytest.fixture
async def bearer(client: AsyncClient) -> dict[str, str]:
    """The headers of a customer."""
    body = {"email": f"{uuid4().hex}@example.com", "password": "long enough", "full_name": "Ada Lovelace"}
    user = (await client.post("/api/auth/register", json=body)).json()
    return {"Authorization": f"Bearer {issue_access_token(AuthenticatedUser(**user))}"}


@pytest.mark.parametrize(
    ("path", "count"),
    [
        ("/healthz", 0),
        ("/readyz", 0),  # it has a connection of its own
        ("/api/categories", 1),
        ("/api/products", 1),
        ("/api/products?search=tea&in_stock=true", 1),
        ("/api/products/featured", 1),
        ("/api/products/nothing-of-this-name", 1),
        ("/api/products/Nothing", 0),
    ],
)
async def test_an_anonymous_read_is_one_statement(
    client: AsyncClient, statements: list[str], path: str, count: int
) -> None:
    await client.get(path)

    assert len(statements) == count


@pytest.mark.parametrize(("path", "count"), [("/api/auth/me", 1), ("/api/products", 2), ("/api/orders", 2)])
async def test_a_token_costs_one_statement_more(
    client: AsyncClient, bearer: dict[str, str], statements: list[str], path: str, count: int
) -> None:
    statements.clear()
    answer = await client.get(path, headers=bearer)

    assert answer.status_code == 200
    assert len(statements) == count


async def test_a_write_is_one_transaction(client: AsyncClient, statements: list[str]) -> None:
    body = {"email": f"{uuid4().hex}@example.com", "password": "long enough", "full_name": "Ada Lovelace"}
    await client.post("/api/auth/register", json=body)

    assert sorted(statement.split()[0] for statement in statements) == ["BEGIN", "COMMIT;", "INSERT"]


@pytest.mark.parametrize("path", ["/api/auth/register", "/api/orders", "/api/products"])
async def test_a_refused_request_costs_nothing(client: AsyncClient, statements: list[str], path: str) -> None:
    answer = await client.post(path, content=b"{", headers={"Content-Type": "application/json"})

    assert answer.status_code in {400, 401}
    assert statements == []


async def test_a_statement_is_planned_for_its_values_however_often_it_came(
    client: AsyncClient, engine: AsyncEngine
) -> None:
    for _ in range(8):
        await client.get("/api/products?category=cups&min_price=1&max_price=2&in_stock=true&ordering=price")
    async with engine.connect() as connection:
        sent = "statement LIKE 'SELECT products.%'"
        plans = text(f"SELECT custom_plans, generic_plans FROM pg_prepared_statements WHERE {sent}")
        assert (await connection.execute(plans)).all() == [(8, 0)]
