"""No line of a log contains a secret, at any level."""

from collections.abc import Iterator
from secrets import token_hex
from urllib.parse import urlsplit

import pytest
from psycopg2.extensions import connection as Connection  # noqa: N812 - a class with a lower-case name

from harness.postgres.server import Server
from harness.servers.command_lines import SECRET_KEY
from harness.servers.server import Implementation, RunningServer, serve
from tests.contract.client import Client
from tests.contract.conftest import open_client
from tests.contract.monitoring.conftest import ENVIRONMENT
from tests.contract.outages import database_unavailable
from tests.contract.pages.visitor import Visitor, visit
from tests.contract.shop import PASSWORD, new_account, new_category, new_product, order_body, unique_email
from tests.harness.processes import eventually


@pytest.fixture(params=["production", "development"])
def running(
    request: pytest.FixtureRequest, implementation: Implementation, database_url: str
) -> Iterator[RunningServer]:
    """Run an implementation that logs everything."""
    environment = {**ENVIRONMENT, "ENVIRONMENT": request.param, "TRACES_URL": ""}
    with serve(implementation, database_url, environment=environment) as running:
        yield running


def use_api(client: Client, sql: Connection) -> list[str]:
    """Send requests with secrets to the API, and return the secrets."""
    password, key, wrong = f"pw-{token_hex(8)}", f"key-{token_hex(8)}", f"wrong-{token_hex(8)}"
    email = unique_email()
    client.post("/api/auth/register", {"email": email, "full_name": "A Customer", "password": password})
    tokens = client.post("/api/auth/login", data={"username": email, "password": password}).json()
    client.post("/api/auth/login", data={"username": email, "password": wrong})
    client.post("/api/auth/register", {"email": "no address", "full_name": 1, "password": wrong})
    client.post("/api/auth/refresh", {"refresh_token": tokens["refresh_token"]})
    client.post("/api/auth/refresh", {"refresh_token": wrong})
    bearer = {"Authorization": f"Bearer {tokens['access_token']}"}
    staff = client.as_(new_account(sql, is_staff=True))
    assert staff.account is not None
    product = new_product(staff, new_category(staff))
    for _ in range(2):
        client.post("/api/orders", order_body(product), headers={**bearer, "Idempotency-Key": key})
    client.post("/api/orders", order_body(product, quantity=2), headers={**bearer, "Idempotency-Key": key})
    client.get("/api/products", params={"search": password, "token": wrong}, headers=bearer)
    client.get("/api/auth/me", headers={"Authorization": f"Bearer {wrong}"})
    client.http.post("/api/orders", content=f'{{"password": "{wrong}"', headers={"Content-Type": "application/json"})
    return [password, key, wrong, tokens["access_token"], tokens["refresh_token"], staff.account.token]


def use_pages(visitor: Visitor) -> list[str]:
    """Send forms with secrets, also of the admin, and return the secrets and the cookies."""
    password, email = f"pw-{token_hex(8)}", unique_email()
    form = {"email": email, "full_name": "A Customer", "password": password}
    assert visitor.submit("/register", **form).status_code == 303
    visitor.sign_in(email, password)
    visitor.get("/orders")
    visitor.get("/products/nothing")
    visitor.http.post("/login", data={"username": email, "password": password, "csrfmiddlewaretoken": "forged"})
    page = visitor.http.get("/admin/login/", follow_redirects=True)
    visitor.http.post(str(page.url), data={"username": email, "password": password})
    return [password, *(str(cookie.value) for cookie in visitor.http.cookies.jar)]


def test_log_contains_no_secret(running: RunningServer, server: Server, sql: Connection, database_url: str) -> None:
    with open_client(running) as client, visit(running) as visitor:
        secrets = use_api(client, sql) + use_pages(visitor)
        with database_unavailable(server, sql, database_url):
            assert client.get("/api/products").status_code == 503
            assert visitor.get("/").status_code == 503
            assert client.http.get("/metrics").status_code == 200
        client.get("/healthz", headers={"X-Request-ID": "the-last-one"})
    assert eventually(lambda: "the-last-one" in running.log.read_text(encoding="utf-8"))
    log = running.log.read_text(encoding="utf-8")
    secrets += [PASSWORD, SECRET_KEY, str(urlsplit(database_url).password), "argon2$"]

    assert all(len(secret) > 6 for secret in secrets)
    assert [secret for secret in secrets if secret in log] == []
