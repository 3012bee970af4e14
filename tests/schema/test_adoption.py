"""Each implementation adopts the database that the other one created, changes no row, and serves requests on it."""

import httpx
import pytest

from harness.dataset import load
from harness.postgres.server import Server
from harness.servers.server import Implementation, serve
from tests.schema import commands
from tests.schema.catalog import catalog, fingerprint, tables
from tests.schema.commands import bare_database, run
from tests.schema.test_migrations import TABLES

# The implementation that adopts, the command that creates the tables, and the command that adopts them.
ADOPTIONS: dict[str, tuple[Implementation, tuple[str, ...], tuple[str, ...]]] = {
    "fastapi adopts the tables of django": ("fastapi", commands.DJANGO_FORWARD, commands.ALEMBIC_ADOPT),
    "django adopts the tables of alembic": ("django", commands.ALEMBIC_FORWARD, commands.DJANGO_ADOPT),
}


@pytest.mark.parametrize(("adopter", "build", "adopt"), ADOPTIONS.values(), ids=ADOPTIONS)
def test_implementation_adopts_the_database_of_the_other(
    server: Server, adopter: Implementation, build: tuple[str, ...], adopt: tuple[str, ...]
) -> None:
    with bare_database(server) as name:
        url = server.url(name)
        run(url, build)
        load(url, products=1000)
        with server.connection(name) as connection:
            all_tables = tables(connection)
            before = (catalog(connection, TABLES), fingerprint(connection, all_tables))
            run(url, adopt)
            assert (catalog(connection, TABLES), fingerprint(connection, all_tables)) == before
        check_requests(adopter, url)


def check_requests(implementation: Implementation, database_url: str) -> None:
    """Run the implementation, sign in, create a product and order it. Fails the test if a request fails."""
    with serve(implementation, database_url) as running, httpx.Client(base_url=running.url, trust_env=False) as client:
        form = {"username": "admin@example.com", "password": "admin-demo-password"}
        token = client.post("/api/auth/login", data=form).json()["access_token"]
        client.headers["Authorization"] = f"Bearer {token}"
        category = client.get("/api/products").json()["items"][0]["category"]
        body = {
            "name": "Adopted",
            "description": "Created after the adoption.",
            "price": "1",
            "stock": 1,
            "category": category,
        }
        created = client.post("/api/products", json=body)
        assert created.status_code == 201, created.text
        line = {"product": created.json()["slug"], "quantity": 1}
        assert client.post("/api/orders", json={"items": [line]}).status_code == 201
