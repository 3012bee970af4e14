"""Application, client and test data shared by the feature tests."""

from collections.abc import AsyncIterator, Callable
from decimal import Decimal

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient
from psycopg2.extensions import connection as Connection  # noqa: N812 - a class with a lower-case name
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from fastapi_impl.categories.services import create_category
from fastapi_impl.common.database.engine import get_write_sessionmaker
from fastapi_impl.products.models import Product
from fastapi_impl.products.services import create_product
from fastapi_impl.users.dependencies import get_current_user, get_optional_user
from fastapi_impl.users.models import User
from fastapi_impl.users.queries import AuthenticatedUser

type SignIn = Callable[[AuthenticatedUser], None]


@pytest.fixture
async def app(engine: AsyncEngine) -> FastAPI:  # noqa: ARG001 - the fixture sets DATABASE_URL
    """Return a new application, so that dependency overrides apply to one test only."""
    from fastapi_impl.main import create_app  # reads the environment, which the fixture has set

    return create_app()


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[AsyncClient]:
    """A client that calls the application in this process."""
    async with AsyncClient(transport=ASGITransport(app), base_url="http://localhost") as client:
        yield client


@pytest.fixture
def sign_in(app: FastAPI) -> SignIn:
    """Return a function that authenticates the client as a user, without a token."""

    def override(user: AuthenticatedUser) -> None:
        for dependency in (get_current_user, get_optional_user):
            app.dependency_overrides[dependency] = lambda: user

    return override


@pytest.fixture
async def session(engine: AsyncEngine, sql: Connection) -> AsyncIterator[AsyncSession]:  # noqa: ARG001 - it empties the tables
    """A session for creating test data; the test commits it."""
    async with get_write_sessionmaker()() as session:
        yield session


@pytest.fixture
async def staff(session: AsyncSession) -> AuthenticatedUser:
    """A staff user."""
    return await create_user(session, "staff@tests.example", is_staff=True)


@pytest.fixture
async def shopper(session: AsyncSession) -> AuthenticatedUser:
    """A customer."""
    return await create_user(session, "shopper@tests.example")


async def create_user(session: AsyncSession, email: str, **roles: bool) -> AuthenticatedUser:
    """Create a user without a usable password."""
    user = User(email=email, full_name="Tess", password="!", **roles)
    session.add(user)
    await session.commit()
    return AuthenticatedUser(user.id, user.email, user.full_name, user.is_staff, user.created_at)


@pytest.fixture
async def product(session: AsyncSession, staff: AuthenticatedUser) -> Product:
    """A product with a stock of five, in its own category."""
    category = await create_category(session, name="Lamps", description="", parent=None)
    lamp = await create_product(
        session,
        created_by=staff,
        name="Desk lamp",
        description="Made by a test.",
        price=Decimal("12.50"),
        stock=5,
        category=category.slug,
        is_active=True,
    )
    await session.commit()
    return lamp
