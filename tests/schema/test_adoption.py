"""Each implementation adopts the database that the other built, touches no row of it, and serves it."""

import httpx
import pytest

from harness.dataset import load
from harness.postgres.server import Server
from harness.servers.server import Implementation, serve
from tests.schema import migrations
from tests.schema.catalog import catalog, fingerprint, tables
from tests.schema.migrations import bare_database, run
from tests.schema.test_migrations import TABLES

# Who builds, how; who adopts, how.
ADOPTIONS: dict[str, tuple[Implementation, tuple[str, ...], tuple[str, ...]]] = {
    "fastapi adopts what django built": ("fastapi", migrations.DJANGO_FORWARD, migrations.ALEMBIC_ADOPT),
    "django adopts what alembic built": ("django", migrations.ALEMBIC_FORWARD, migrations.DJANGO_ADOPT),
}


@pytest.mark.parametrize(("adopter", "build", "adopt"), ADOPTIONS.values(), ids=ADOPTIONS)
def test_an_implementation_adopts_the_database_of_the_other(
    server: Server, adopter: Implementation, build: tuple[str, ...], adopt: tuple[str, ...]
) -> None:
    with bare_database(server) as name:
        url = server.url(name)
        run(url, build)
        load(url, products=1000)
        with server.connection(name) as connection:
            kept = tables(connection)
            before = (catalog(connection, TABLES), fingerprint(connection, kept))
            run(url, adopt)
            assert (catalog(connection, TABLES), fingerprint(connection, kept)) == before
        serves_the_shop(adopter, url)


def serves_the_shop(implementation: Implementation, database_url: str) -> None:
    """Sign in, create a product, order it."""
    with serve(implementation, database_url) as running, httpx.Client(base_url=running.url, trust_env=False) as client:
        form = {"username": "admin@example.com", "password": "admin-demo-password"}
        token = client.post("/api/auth/login", data=form).json()["access_token"]
        client.headers["Authorization"] = f"Bearer {token}"
        shelf = client.get("/api/products").json()["items"][0]["category"]
        body = {
            "name": "Adopted",
            "description": "On a database of the other.",
            "price": "1",
            "stock": 1,
            "category": shelf,
        }
        created = client.post("/api/products", json=body)
        assert created.status_code == 201, created.text
        line = {"product": created.json()["slug"], "quantity": 1}
        assert client.post("/api/orders", json={"items": [line]}).status_code == 201
