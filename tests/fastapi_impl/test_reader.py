"""Reads use the injected reader, select the columns of their rows and return their connections."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import uuid4

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient
from sqlalchemy import Integer, TextClause, func, literal, select
from sqlalchemy.ext.asyncio import AsyncEngine

from fastapi_impl.categories.queries import CATEGORIES, CategoryRow
from fastapi_impl.common.database.dependencies import get_reader
from fastapi_impl.common.database.reader import Reader
from fastapi_impl.common.database.statements import Statement
from fastapi_impl.orders.models import OrderStatus
from fastapi_impl.orders.queries import ITEMS, ORDERS, ItemRow, OrderRow
from fastapi_impl.products.queries import LOCKED_STOCK, PRODUCTS, ProductRow, StockRow
from fastapi_impl.reports.queries import LATEST, DailyReportRow
from fastapi_impl.users.passwords import hash_password
from fastapi_impl.users.queries import ACTIVE_USERS, CREDENTIALS, AuthenticatedUser, CredentialsRow
from fastapi_impl.users.tokens import issue_access_token, issue_refresh_token

NOW = datetime(2026, 1, 1, tzinfo=UTC)
USER = AuthenticatedUser(uuid4(), "ada@tests.example", "Ada", True, NOW)
CATEGORY = CategoryRow(uuid4(), "Lamps", "lamps", "", NOW, None, 1)
PRODUCT = ProductRow(
    id=uuid4(),
    name="Desk lamp",
    slug="desk-lamp",
    description="A test product.",
    price=Decimal("12.50"),
    stock=5,
    image=None,
    is_active=True,
    is_in_stock=True,
    created_at=NOW,
    updated_at=NOW,
    category_slug="lamps",
    category_name="Lamps",
)
ORDER = OrderRow(uuid4(), OrderStatus.PAID, Decimal("12.50"), NOW, NOW)
REPORT = DailyReportRow(NOW.date(), 0, 1, [], [{"slug": "desk-lamp", "name": "Desk lamp", "stock": 5}], NOW)
ITEM = ItemRow(ORDER.id, "desk-lamp", "Desk lamp", Decimal("12.50"), 1, Decimal("12.50"))


class StoredRows(Reader):
    """A reader that returns rows from memory and has no engine."""

    def __init__(self, *rows: NamedTuple) -> None:
        self.rows = rows

    async def fetch_all[Row: NamedTuple](
        self,
        row: type[Row],
        statement: Statement | TextClause,  # noqa: ARG002
        parameters: Mapping[str, Any],  # noqa: ARG002
    ) -> list[Row]:
        return [stored for stored in self.rows if isinstance(stored, row)]


@pytest.fixture
async def app(environment: pytest.MonkeyPatch) -> FastAPI:  # noqa: ARG001 - the database is unreachable
    """An application that reads from memory; a read that bypasses the dependency returns 503."""
    from fastapi_impl.main import create_app  # reads the environment, which the fixture has set

    app = create_app()
    credentials = CredentialsRow(*USER, password=await hash_password("long enough"))
    stored = StoredRows(USER, credentials, CATEGORY, PRODUCT, ORDER, ITEM, REPORT)
    app.dependency_overrides[get_reader] = lambda: stored
    return app


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[AsyncClient]:
    headers = {"Authorization": f"Bearer {issue_access_token(USER)}"}
    async with AsyncClient(transport=ASGITransport(app), base_url="http://localhost", headers=headers) as client:
        yield client


async def test_read_operations_use_injected_reader(app: FastAPI, client: AsyncClient) -> None:
    paths = [path for path, operations in app.openapi()["paths"].items() if "get" in operations and "/api/" in path]
    responses = {path: await client.get(path.format(slug="desk-lamp", id=ORDER.id)) for path in paths}

    assert "/api/orders/{id}" in paths
    assert {path: response.status_code for path, response in responses.items()} == dict.fromkeys(paths, 200)
    assert responses["/api/products/{slug}"].json()["name"] == PRODUCT.name
    assert responses["/api/orders"].json()["items"][0]["items"][0]["product"] == ITEM.product_slug


async def test_login_and_refresh_use_injected_reader(client: AsyncClient) -> None:
    signed_in = await client.post("/api/auth/login", data={"username": USER.email, "password": "long enough"})
    refreshed = await client.post("/api/auth/refresh", json={"refresh_token": issue_refresh_token(USER)})

    assert (signed_in.status_code, refreshed.status_code) == (200, 200)


@pytest.mark.parametrize(
    ("row", "statement"),
    [
        (AuthenticatedUser, ACTIVE_USERS),
        (CredentialsRow, CREDENTIALS),
        (CategoryRow, CATEGORIES),
        (ProductRow, PRODUCTS),
        (StockRow, LOCKED_STOCK),
        (OrderRow, ORDERS),
        (ItemRow, ITEMS),
        (DailyReportRow, LATEST),
    ],
)
def test_row_fields_match_statement_columns(row: type[NamedTuple], statement: Statement) -> None:
    assert list(row._fields) == statement.selected_columns.keys()


class Number(NamedTuple):
    number: int


SLOW = select(literal(1, Integer).label("number")).where(func.pg_sleep(0.01).is_not(None))


@pytest.mark.parametrize("is_connected", [True, False], ids=["connected", "unconnected"])
async def test_cancelled_reads_return_their_connections(engine: AsyncEngine, is_connected: bool) -> None:
    reader = Reader(engine)
    concurrency = 2 * engine.pool.size()  # type: ignore[attr-defined] # half of them wait for a connection
    for steps in range(25):  # event loop iterations before the tasks are cancelled
        if is_connected:
            await asyncio.gather(*(reader.fetch_all(Number, SLOW, {}) for _ in range(concurrency)))
        else:
            await engine.dispose()
        tasks = [asyncio.create_task(reader.fetch_all(Number, SLOW, {})) for _ in range(concurrency)]
        for _ in range(steps):
            await asyncio.sleep(0)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    assert engine.pool.checkedout() == 0  # type: ignore[attr-defined]
    async with asyncio.timeout(10):
        rows = await asyncio.gather(*(reader.fetch_all(Number, SLOW, {}) for _ in range(concurrency)))
    assert rows == [[Number(1)]] * concurrency
